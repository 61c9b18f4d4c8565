"""A shadow of the text for matching: same length, so offsets found in it hold in the text.

Spellings that mean the same look the same in it: Ð and Đ, hoà and hòa, uỷ and ủy, no-break and other blanks, every
dash, every apostrophe (what only looks like a letter or cannot be seen is gone by then, see `seen`). Case is kept;
compose with ``str.lower``, which keeps the length of NFC Vietnamese too (the one letter of Unicode it lengthens, İ,
is replaced here).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import regex

from dvextract.compiled import part

_SINGLE = {
    "Ð": "Đ",
    "Ɖ": "Đ",
    "ɖ": "đ",
    "ð": "đ",
    "İ": "I",
    "\u00a0": " ",
    "\u2002": " ",
    "\u2003": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u3000": " ",
    "\u200b": " ",
    "\ufeff": " ",
    "\t": " ",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2015": "-",
    "\u2212": "-",
    "\u00ad": "-",
    "’": "'",
    "ʼ": "'",
    "‘": "'",
    "`": "'",
}

_ALIKE = dict(zip("аеорсхуіјѕАВЕКМНОРСТХУІЈЅΑΒΕΗΙΚΜΝΟΡΤΥΧο", "aeopcxyijsABEKMHOPCTXYIJSABEHIKMNOPTYXo", strict=True))
_ALIKE |= {chr(c + 0xFEE0): chr(c) for c in range(0x21, 0x7F)} | {"Ð": "Đ", "Ɖ": "Đ", "ɖ": "đ", "ð": "đ"}
_ALIKE |= dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", " ")
_ODD_LETTER = re.compile(f"[{''.join(map(re.escape, _ALIKE))}]")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_FEW_FOREIGN = 0.2

# Tone marks written on the second letter of oa, oe, uy when nothing follows are moved to the first, as most write.
_TONES = ("òóỏõọ", "ùúủũụ"), ("àáảãạ", "èéẻẽẹ", "ỳýỷỹỵ")
_MOVED = {
    plain + marked: first + bare
    for plain, firsts, seconds in (("o", _TONES[0][0], _TONES[1][:2]), ("u", _TONES[0][1], _TONES[1][2:]))
    for bare, marks in zip("ae" if plain == "o" else "y", seconds, strict=True)
    for first, marked in zip(firsts, marks, strict=True)
}
_MOVED |= {a[0].upper() + a[1]: b[0].upper() + b[1] for a, b in _MOVED.items()} | {
    a.upper(): b.upper() for a, b in _MOVED.items()
}
# Both are looked for by their rarer part; `re` finds a character of a set several times as fast as `regex`.
_ODD_CHARACTERS, _SECONDS = "".join(map(re.escape, _SINGLE)), "".join(sorted({pair[1] for pair in _MOVED}))
_SECOND = re.compile(f"[{_SECONDS}](?<=[oOuU].)(?<![qQ]..)")
_MAYBE = re.compile(f"[{_ODD_CHARACTERS}{_SECONDS}](?:(?<=[{_ODD_CHARACTERS}])|(?<=[oOuU].)(?<![qQ]..))")
_LETTER = regex.compile(r"\p{L}")
_compiled = part("dvextract.grammar._loops")
_folding = None if _compiled is None else _compiled.Fold(_SINGLE, _MOVED, _LETTER.match)
_fold = None if _folding is None else _folding.fold


def shadow(text: str) -> str:
    """``text`` (in NFC) with variant spellings folded; exactly as many code points as ``text``.

    >>> shadow("Uỷ ban – hoà giải, Ðảng bộ quý")
    'Ủy ban - hòa giải, Đảng bộ quý'
    """
    if _fold is not None:
        return _fold(text)  # type: ignore[no-any-return]
    if not _MAYBE.search(text):
        return text
    return _short(text) if len(text) <= _SHORT else _folded(text)


_SHORT = 100  # code points of a name; names come back on many pages, sentences and pages do not


def _folded(text: str) -> str:
    for odd, plain in _SINGLE.items():
        text = text.replace(odd, plain)
    pieces, at = [], 0
    for m in _SECOND.finditer(text):
        end = m.end()
        moved = _MOVED.get(text[end - 2 : end])
        if moved and not _LETTER.match(text, end):
            pieces += [text[at : end - 2], moved]
            at = end
    return "".join(pieces) + text[at:] if pieces else text


_short = lru_cache(maxsize=1 << 15)(_folded)


def is_single_spaced(text: str) -> bool:
    """Whether all blanks of ``text`` are single spaces, seen at once; False also of what holds other unprintables."""
    return text.isprintable() and "  " not in text  # of all blanks only a space is printable


def seen(text: str) -> str:
    """A page as its readers see it: letters that look Latin as Latin ones, invisible characters as blanks.

    Exactly as many code points as ``text``. A page that is written in Greek or Cyrillic stays as it is.

    >>> seen("Đ\u1ea3ng b\u1ed9 T\u043ea \u00d0\u1ed3ng\u200b")
    'Đảng bộ Toa Đồng '
    """
    if not _ODD_LETTER.search(text):
        return text
    if len(_FOREIGN.findall(text)) > _FEW_FOREIGN * len(text):
        return text
    return _ODD_LETTER.sub(lambda m: _ALIKE[m[0]], text)


_Of = TypeVar("_Of")
_PAGES, _PAGE_MOST = 64, 1 << 15


def kept(of: Callable[[str], _Of]) -> Callable[[str], _Of]:
    """``of`` remembered for the pages of a batch, as stages in a row ask for the same, and for the last long ones."""
    short, long = lru_cache(maxsize=_PAGES)(of), lru_cache(maxsize=2)(of)
    return lambda text: short(text) if len(text) <= _PAGE_MOST else long(text)


@kept
def _page(text: str) -> tuple[str, str]:
    """`shadow` of a whole page, and that in lower case."""
    if _folding is not None:
        return _folding.both(text)  # type: ignore[no-any-return]
    folded = shadow(text)
    return folded, folded.lower()


def page_shadow(text: str) -> str:
    """`shadow` of a whole page."""
    return _page(text)[0]


def page_lower(text: str) -> str:
    """`page_shadow` in lower case."""
    return _page(text)[1]
