"""Judging a run against gold records: figures, error samples, floors, cross-validation."""
