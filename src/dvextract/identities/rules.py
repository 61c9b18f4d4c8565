"""The rules by which a page's person is given its entity: names that the table `identities` shows."""

from __future__ import annotations

from collections.abc import Mapping

SINGLE, NAME = "single", "name"
RULES: Mapping[str, str] = {
    SINGLE: "the only page of the run with this name",
    "post": "the same post is stated in another page",
    "body": "a post in the same body is stated in another page",
    "leaders": "posts among the leaders of the same commune, district or province, or of the country",
    "title": "the same title, without a body or place of its own",
    "place": "another page places the name in the same district or province",
    "company": "another page names the same people beside",
    "calling": "the same calling",
    NAME: "nothing contradicts, and the pages of the entity outweigh all others the name could mean",
    "apart.first": "kept apart from all other pages of the name, and given the identifier of the name",
    "apart.sex": "kept apart: man and woman",
    "apart.birth": "kept apart: years of birth differ",
    "apart.people": "kept apart: of different peoples",
    "apart.posts": "kept apart: posts in different provinces at one time",
    "apart.unproved": "kept apart: nothing says it is the same person, and the name is too frequent to assume it",
}
"""Every rule by which a page's person was given its entity, and what it says."""
