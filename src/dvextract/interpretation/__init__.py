"""What mentions mean: one module a label for its kinds and canonical names, one for the page they are read in."""
