"""Running a pipeline over many pages: shards, workers, joining, resuming."""
