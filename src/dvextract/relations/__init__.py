"""Relations between mentions, one module a relation; each turns the sentences of a page into rows of one table."""
