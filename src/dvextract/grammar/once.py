"""The functions of `regex` that take a pattern, with every pattern compiled once.

`regex` keeps compiled patterns too, but to find one again costs it more than most searches in a short text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import regex


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def search(pattern: str, text: str) -> regex.Match[str] | None:
    """As `regex.search`."""
    return _compiled(pattern).search(text)


def match(pattern: str, text: str) -> regex.Match[str] | None:
    """As `regex.match`."""
    return _compiled(pattern).match(text)


def fullmatch(pattern: str, text: str) -> regex.Match[str] | None:
    """As `regex.fullmatch`."""
    return _compiled(pattern).fullmatch(text)


def findall(pattern: str, text: str) -> list[Any]:
    """As `regex.findall`."""
    return _compiled(pattern).findall(text)


def finditer(pattern: str, text: str) -> Iterator[regex.Match[str]]:
    """As `regex.finditer`."""
    return _compiled(pattern).finditer(text)


def sub(pattern: str, replacement: str, text: str) -> str:
    """As `regex.sub`."""
    return _compiled(pattern).sub(replacement, text)
