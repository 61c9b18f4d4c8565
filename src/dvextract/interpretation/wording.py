"""A mention's words as one line, and the form under which two spellings of a name count as the same.

`one_line` is what tables show; `fold` is what comparisons use, so it goes further: case, tone placement, i and y, kinds
of dashes, quotation marks and blanks no longer matter. `fold_name` is what identifiers use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex

from dvextract.compiled import part
from dvextract.grammar.fold import shadow

_compiled = part("dvextract.interpretation._wording")

_BLANKS = regex.compile(r"[\s\u200b\ufeff]+")
_DASH = regex.compile(r" ?[-‐-―] ?")
_QUOTE = regex.compile("[\"'“”„«»〝〞]")
_MARKS = re.compile("[-‐-―\"'“”„«»〝〞]")
# After these letters i and y are one vowel spelled in two ways (kỹ/kĩ, sỹ/sĩ, Mỹ/Mĩ, tỷ/tỉ, lý/lí), but only where the
# syllable ends: "quý" keeps its y, "kim" its i.
_Y = regex.compile(r"(?<=(?<!\p{L})[hklmstv])[yỳýỷỹỵ](?!\p{L})")
_MAYBE_Y = re.compile("[yỳýỷỹỵ](?<=[hklmstv].)")  # looked for by the rarer part: `re` finds a character of a set fast
_Y_TO_I = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")
_SET_OFF = re.compile(r"[-.,]")
# The tone of "quý" put on the u, which is no vowel there
_TONE_ON_U = regex.compile(r"(?<=(?<!\p{L})q)([ùúủũụ])([aăâeêiyoơ])")
_QU_I = regex.compile(r"(?<=(?<!\p{L})qu)[iìíỉĩị](?!\p{L})")
_I_TO_Y = str.maketrans("iìíỉĩị", "yỳýỷỹỵ")


def one_line(text: str) -> str:
    """``text`` with every run of blanks and line breaks as one space.

    >>> one_line("Hội nghị\\n sơ kết")
    'Hội nghị sơ kết'
    """
    if text.isprintable() and "  " not in text:  # `is_single_spaced`, without the call
        return text.strip()
    return _BLANKS.sub(" ", text).strip()


def lowered(text: str) -> str:
    """`one_line` of ``text`` in its `shadow` and in lower case."""
    if _compiled is not None and (low := _compiled.lowered(text)) is not None:
        return str(low)
    return shadow(one_line(text)).lower()


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """The comparable form of a name.

    >>> fold("Uỷ ban Mặt trận – TỔ QUỐC") == fold("Ủy ban Mặt trận-Tổ quốc")
    True
    """
    if _compiled is not None and (folded := _compiled.fold(text)) is not None:
        return str(folded)
    low = lowered(text)
    if _MARKS.search(low):
        return one_line(respell(_QUOTE.sub("", _DASH.sub("-", low))))
    return respell(low)


def respell(low: str) -> str:
    """A lower-case shadow with one spelling for i and y and for the tone of ``qu``; of the same length.

    >>> respell("kỹ sỹ qúy")
    'kĩ sĩ quý'
    """
    if _MAYBE_Y.search(low):
        low = _Y.sub(lambda m: m[0].translate(_Y_TO_I), low)
    if "q" in low:
        low = _TONE_ON_U.sub(_moved, low)
        low = _QU_I.sub(lambda m: m[0].translate(_I_TO_Y), low)
    return low


def _moved(m: regex.Match[str]) -> str:
    marked = unicodedata.normalize("NFD", m[1])
    return marked[0] + unicodedata.normalize("NFC", m[2] + marked[1])


@lru_cache(maxsize=1 << 14)
def fold_name(name: str) -> str:
    """The comparable form of what is a name for one thing however its parts are set off: hyphens, commas and stops too.

    >>> fold_name("Kim Jong-un") == fold_name("Kim Jong Un")
    True
    >>> fold_name("Sở Văn hóa, Thể thao – Du lịch") == fold_name("Sở Văn hóa Thể thao - Du lịch")
    True
    """
    if _compiled is not None and (folded := _compiled.fold_name(name)) is not None:
        return str(folded)
    key = fold(name)
    return (
        (" ".join([part for part in _SET_OFF.sub(" ", key).split(" ") if part]) or key) if _SET_OFF.search(key) else key
    )


def by_last_letter(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words by their last letter, so that few are compared to see whether a text ends with one of many."""
    found: dict[str, tuple[str, ...]] = {}
    for word in words:
        found[word[-1]] = (*found.get(word[-1], ()), word)
    return found


def begun_with(beginning: re.Pattern[str], pattern: regex.Pattern[str], text: str, low: str) -> list[regex.Match[str]]:
    """The matches of ``pattern`` in a text, tried only where ``beginning`` matches, with which every one begins.

    ``low`` is the text in lower case, in which ``beginning`` is looked for; where that has another length, all places
    are tried.
    """
    if len(low) != len(text):
        return list(pattern.finditer(text))
    found: list[regex.Match[str]] = []
    end, at = 0, beginning.search(low)
    while at:
        if m := pattern.match(text, at.start()):
            found.append(m)
            end = m.end()
        at = beginning.search(low, max(end, at.start() + 1))
    return found


def is_shouted(text: str) -> bool:
    """Whether every letter is a capital and there are enough of them for that to be a headline's doing."""
    return text.isupper() and sum(c.isalpha() for c in text) > 5 and " " in text.strip()


def unaccented(text: str) -> str:
    """``text`` in lower case without tone and vowel marks: how a name is written in an address or an initial.

    >>> unaccented("Đắk Nông")
    'dak nong'
    """
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
