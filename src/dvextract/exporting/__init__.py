"""A finished run in the formats of other programs, and corrections made there back as gold records."""
