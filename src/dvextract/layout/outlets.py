"""The outlet's short name before the first words of an article: ``(GLO)-``, ``STO -``, ``(Baothanhhoa.vn) -``.

It is no part of the article, and its form tells it from a name in the sentence: brackets or capitals, then a dash.
"""

from __future__ import annotations

import regex

from dvextract.layout.cues import any_of

_BRACKETED = regex.compile(
    r"[(\[](?!Ảnh)(?P<name>[\p{L}\d][\p{L}\d.&+ -]{1,24})[)\]](?P<dash>\s?[.:]?\s?-+|\s?[.:](?=\s))?(?=\s|\p{Lu}|\d)"
)
_PLAIN = regex.compile(
    r"(?P<name>\p{Lu}[\p{Lu}\d.]{1,9}|[A-Z]\w{2,12}\.(?:vn|VN|com|net))\s-\s?(?=[\p{Lu}\d][\p{Ll}\d ])"
)
_NAMED = regex.compile(rf"(?P<name>(?i:(?:Báo |Đài )?{any_of('newspaper')}))\s?-\s(?=\p{{Lu}})")
_WIRE = regex.compile(
    r"(?:(?P<place>\p{Lu}[\p{L}'-]*(?:\s\p{Lu}[\p{L}'-]*){0,3}),?\s)?\((?P<name>TTXVN|VNA|Vietnam\+|TTXVN/Vietnam\+)(?:[\s,]{1,2}\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?)?\)\s?-+(?=\s)"
)
_DOMAIN = regex.compile(r"\w\.(?:vn|VN|com|net|org)\b")


def prefix_length(beginning: str) -> int:
    """Length in code points of the outlet prefix a folded line begins with; 0 without one.

    >>> prefix_length("(QBĐT) - Sáng nay, xã Hua Sa họp."), prefix_length("Sáng nay họp.")
    (8, 0)
    """
    m = _WIRE.match(beginning) if "TTXVN" in beginning or "VNA" in beginning or "Vietnam+" in beginning else None
    if m is not None:
        return m.end()
    m = _BRACKETED.match(beginning)
    if m is not None:
        short = m["name"].isupper() and len(m["name"]) <= 12
        return m.end() if m["dash"] or short or _DOMAIN.search(m["name"]) else 0
    m = _PLAIN.match(beginning) or _NAMED.match(beginning)
    return len(m[0].rstrip()) if m is not None else 0


def prefix_name(prefix: str) -> str:
    """The outlet's name in a prefix: ``(GLO)-`` gives ``GLO``."""
    wire = _WIRE.match(prefix.replace("–", "-").replace("\u00a0", " ") + " ")
    return wire["name"] if wire is not None else prefix.strip(" ()[]-–—.:\u00a0\t")


def prefix_place(prefix: str) -> str:
    """The place in an agency's prefix: ``Hà Nội (TTXVN 9/7) -`` gives ``Hà Nội``; empty for any other."""
    wire = _WIRE.match(prefix.replace("–", "-").replace("\u00a0", " ") + " ")
    return (wire["place"] or "") if wire is not None else ""
