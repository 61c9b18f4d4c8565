"""Bytes to text: which inputs there are, and what each page's characters are."""
