"""Persons across a run: which pages of one name mean one person, by which rule and how surely.

`profile` says what a page knows of a person, `rarity` how many people bear a name, `clusters` decides about all pages
of one name, `joining` does so for every name of a run in bounded memory.
"""
