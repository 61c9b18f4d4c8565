"""The name under which an event's spellings count as one: its body with the page's unit, as bodies are completed."""

from __future__ import annotations

import regex

from dvextract.lexicon.units import split_type
from dvextract.linking.places import Places

_COMMITTEE = {"tỉnh": "tỉnh", "huyện": "huyện", "thành": "thành phố", "thị": "thị xã", "quận": "quận"}
# A level or a committee that no name follows: "HĐND tỉnh khóa X", "Đại hội Đảng bộ huyện lần thứ II"
_BARE = regex.compile(
    r"(?<!\p{L})(?<!(?:cấp|các|những|nhiều|toàn|liên|ngoài|hai|ba|bốn|mỗi|\d|,) )"
    r"(?i:(?P<committee>tỉnh|huyện|thành|thị|quận) (?:ủy|uỷ|đoàn)"
    r"|(?P<level>tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)(?! (?:ủy|uỷ|đoàn)(?!\p{L})))"
    r"(?!\p{L}| viên| \p{Lu}| \d)"
)


def key_name(name: str, places: Places) -> str:
    """An event's name with the page's unit behind every level that stands there without one.

    What the page does not decide stays bare.
    """

    def completed(m: regex.Match[str]) -> str:
        unit = places.only(_COMMITTEE[m["committee"].lower()] if m["committee"] else m["level"].lower())
        return f"{m[0]} {split_type(unit.name)[1]}" if unit is not None else m[0]

    return _BARE.sub(completed, name)
