"""Readings to entities: which official unit a place is, and where a body stands among bodies."""
