"""Vietnamese encodings from before Unicode, and Unicode that was read as something else.

TCVN3 (ABC, the fonts .VnTime …) and VNI put Vietnamese letters on code points of Western fonts: bytes of a file, or
characters of a text that a program took for Western European (``Céng hoµ``, ``Coäng hoøa``). VISCII and windows-1258
are encodings of bytes. Mojibake is UTF-8 read as windows-1252 or Latin-1 (``Cá»™ng hÃ²a``). All are told apart by
trying: the right table gives Vietnamese syllables, a wrong one does not.

Sources of the tables: TCVN 5712:1993; RFC 1456 (VISCII); VNI's tables as published with UniKey (vnconv); windows-1258
is Python's codec.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from dvextract.reading import unusual
from dvextract.reading.vietnamese import Count, count, is_syllable

TCVN3, VNI, VISCII, CP1258, MOJIBAKE = "tcvn3", "vni", "viscii", "windows-1258", "mojibake"

_TCVN3_FROM = "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§"
_TCVN3_TO = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ"
_VISCII_FROM = (
    *range(0x80, 0x100),
    *(0x02, 0x05, 0x06, 0x14, 0x19, 0x1E),
)
_VISCII_TO = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
    "ẲẴẪỶỸỴ"
)
_VNI_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_CIRCUMFLEX = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

_WESTERN = {
    bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)
}  # windows-1252, and Latin-1 for its five gaps
_WESTERN |= {chr(b): b for b in range(0x80, 0xA0)}

_SIGNS = {b: c for c, b in _WESTERN.items() if b < 0xA0 and ord(c) >= 0xA0}
"""Quotation marks and dashes of windows-1252 by their codes, which fonts for Vietnamese left alone."""

_BEYOND_8_BITS = re.compile(
    "[\u0102-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c\u0180-\u0191\u01a0-\u01b0\u1ea0-\u1ef9\u0300-\u036f]"
)
_FEW = 3
"""So many letters of other languages, signs and control codes make a text worth a trial."""


@cache
def _tcvn3() -> Mapping[int, str]:
    return {ord(a): b for a, b in zip(_TCVN3_FROM, _TCVN3_TO, strict=True)}


@cache
def _viscii() -> Mapping[int, str]:
    return dict(zip(_VISCII_FROM, _VISCII_TO, strict=True))


@cache
def _vni() -> tuple[Mapping[str, str], re.Pattern[str]]:
    table: dict[str, str] = {}

    def add(legacy: str, letter: str) -> None:
        table[legacy] = unicodedata.normalize("NFC", letter)
        table[legacy.upper()] = unicodedata.normalize("NFC", letter.upper())

    for mark, tone in _VNI_TONES.items():
        for base in "aeiouy":
            add(base + mark, base + tone)
        add("ô" + mark, "ơ" + tone)
        add("ö" + mark, "ư" + tone)
    for mark, tone in _VNI_CIRCUMFLEX.items():
        for base in "aeo":
            add(base + mark, base + "\u0302" + tone)
    for mark, tone in _VNI_BREVE.items():
        add("a" + mark, "a\u0306" + tone)
    for legacy, letter in _VNI_SINGLE.items():
        add(legacy, letter)
    # A capital may be marked by a small sign, as in Coâng typed with Shift held for the base only.
    table |= {a[0].upper() + a[1]: b.upper() for a, b in list(table.items()) if len(a) == 2 and a.islower()}
    longest = sorted(table, key=lambda a: (-len(a), a))
    return table, re.compile("|".join(map(re.escape, longest)))


def from_tcvn3(text: str) -> str:
    """Western characters of a TCVN3 font as Vietnamese letters.

    >>> from_tcvn3("Céng hoµ x· héi chñ nghÜa ViÖt Nam")
    'Cộng hoà xã hội chủ nghĩa Việt Nam'
    """
    return text.translate(_tcvn3())


def from_vni(text: str) -> str:
    """Western characters of a VNI font as Vietnamese letters.

    >>> from_vni("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam")
    'Cộng hòa xã hội chủ nghĩa Việt Nam'
    """
    table, pattern = _vni()
    return pattern.sub(lambda m: table[m[0]], text)


def from_viscii(text: str) -> str:
    """Latin-1 characters of the bytes of VISCII as Vietnamese letters."""
    return text.translate(_viscii())


def _from_1258(text: str) -> str:
    """Characters read as windows-1252 whose bytes were windows-1258."""
    encoded = bytes(_WESTERN.get(c, ord(c) if ord(c) < 0x80 else 0x3F) for c in text)
    return unicodedata.normalize("NFC", encoded.decode("cp1258", "replace"))


# ---------------------------------------------------------------------------------------------- mojibake

_CONT = "".join(re.escape(c) for c, b in _WESTERN.items() if 0x80 <= b <= 0xBF)
_SEQUENCE = re.compile(f"[Â-ß][{_CONT}]|[à-ï][{_CONT}]{{2}}|[ð-ô][{_CONT}]{{3}}")
_MEANT = re.compile("[À-ỹ\u0300-\u036f“”‘’–—…•·«»°º½ \u00a0\u200b-\u200d\u2060\ufeff®©\u00ad]")
_LOST_BLANK = re.compile(r"(?P<before>[^\W\d_]{0,6})(?P<lead>[ÃÆ]) (?P<after>[^\W\d_]{0,8})")


def _sequence(m: re.Match[str]) -> str:
    try:
        meant = bytes(_WESTERN[c] for c in m[0]).decode()
    except UnicodeDecodeError:
        return m[0]
    return meant if _MEANT.fullmatch(meant) else m[0]


def _blank(m: re.Match[str]) -> str:
    """``Ã`` and a blank: the second byte of à was a no-break space that something made a blank, or lost beside one."""
    letter = {"Ã": "à", "Æ": "Ơ"}[m["lead"]]
    joined = m["before"] + letter + m["after"]
    return joined if is_syllable(joined) or not m["after"] else f"{m['before']}{letter} {m['after']}"


def _whole(text: str) -> str:
    """A text all of whose characters are bytes of UTF-8, as that; else the text."""
    try:
        return bytes(_WESTERN[c] if c > "\x7f" else ord(c) for c in text).decode()
    except (KeyError, UnicodeDecodeError):
        return text


def from_mojibake(text: str) -> str:
    """UTF-8 that was read as windows-1252 or Latin-1, once or twice, as it was meant; anything else stays.

    >>> from_mojibake("Cá»™ng hÃ²a xÃ£ há»™i; đã đúng thì để yên")
    'Cộng hòa xã hội; đã đúng thì để yên'
    """
    for _ in range(2):
        text = _whole(text)
        meant = _SEQUENCE.sub(_sequence, text)
        if meant == text:
            break
        text = _LOST_BLANK.sub(_blank, meant)
    return unicodedata.normalize("NFC", text)


# ---------------------------------------------------------------------------------------------- deciding

_OF_TEXT: Mapping[str, Callable[[str], str]] = {
    MOJIBAKE: from_mojibake,
    TCVN3: from_tcvn3,
    VNI: from_vni,
    CP1258: _from_1258,
    VISCII: from_viscii,
}
_GAIN = 0.15
"""So much of the words beyond ASCII must become syllables for a table to be believed."""


def is_suspect(lines: Sequence[str]) -> bool:
    """Whether a page has so much of what Vietnamese has little of, and every fault much, that `repair` may help."""
    if not any(unusual.kinds(line) & unusual.WESTERN for line in lines):
        return False
    return sum(unusual.number(unusual.WESTERN, line) for line in lines) >= _FEW


def repair(lines: Sequence[str]) -> tuple[list[str], dict[str, int]]:
    """Lines as they were meant, and how many of them each kind of fault changed (none for a sound page).

    Which faults a page has is decided over the whole page, which lines have it by each line: pages were put together
    from parts of different age. A line with Vietnamese letters that no 8-bit font has is sound but for mojibake.
    """
    if not is_suspect(lines):
        return list(lines), {}
    suspects = [i for i, line in enumerate(lines) if not line.isascii()]
    before = {i: count(lines[i]) for i in suspects}
    trials: dict[str, dict[int, tuple[str, Count]]] = {}
    for kind, convert in _OF_TEXT.items():
        tried = {}
        gain = marked = 0
        for i in suspects:
            if kind != MOJIBAKE and _BEYOND_8_BITS.search(lines[i]):
                continue
            meant = convert(lines[i])
            if meant != lines[i]:
                tried[i] = meant, count(meant)
                gain += tried[i][1].marked_syllables - before[i].marked_syllables
                marked += before[i].marked
        if gain >= 2 and gain >= _GAIN * marked:
            trials[kind] = tried
    changed: dict[str, int] = {}
    found = list(lines)
    sure = _majority(trials, before)
    for i in suspects:
        # What already stands there wins a tie, unless nearly the whole page has one fault.
        offers = [(*_worth(before[i]), not sure, "", lines[i])]
        offers += [
            (*_worth(trial[i][1]), kind == sure, kind, trial[i][0]) for kind, trial in trials.items() if i in trial
        ]
        *_, kind, found[i] = max(offers)
        if kind:
            changed[kind] = changed.get(kind, 0) + 1
    return found, changed


def _worth(c: Count) -> tuple[int, float]:
    return c.syllables, c.marked_syllables / (c.marked or 1)


def _majority(trials: Mapping[str, Mapping[int, tuple[str, Count]]], before: Mapping[int, Count]) -> str:
    """The fault that nearly all lines it could have do have, so that the others have it too; empty for none."""
    best, most = "", 0
    for kind, trial in trials.items():
        better = sum(c.syllables > before[i].syllables for i, (_, c) in trial.items())
        if better > most and better >= 0.8 * len(trial):
            best, most = kind, better
    return best


def detect(data: bytes) -> tuple[str, str]:
    """Name and text of the Vietnamese 8-bit encoding that bytes (not UTF-8) are in; empty strings when none fits."""
    scored = []
    for name in (CP1258, TCVN3, VNI, VISCII):
        text = decode_as(data, name) or ""
        c = count(text[: 1 << 16])
        if c.marked >= 2 and c.marked_syllables >= 0.6 * c.marked and c.syllables >= 0.5 * c.words:
            scored.append((c.syllables, c.marked_syllables / c.marked, name, text))
    if not scored:
        return "", ""
    _, _, name, text = max(scored)
    return name, text


def decode_as(data: bytes, name: str) -> str | None:
    """Text of bytes in one of the encodings of this module; None when it is not one of them."""
    latin = data.decode("latin-1")
    match name.lower().replace("_", "-"):
        case "tcvn3" | "tcvn-3" | "abc" | "tcvn" | "x-viet-tcvn5712":
            return from_tcvn3(latin.translate(_SIGNS))
        case "vni" | "x-viet-vni":
            return from_vni(latin.translate(_SIGNS))
        case "viscii" | "x-viet-viscii":
            return from_viscii(latin)
        case "windows-1258" | "cp1258":
            return unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
        case _:
            return None
