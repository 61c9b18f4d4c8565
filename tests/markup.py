"""Annotated text in tests: ``Ông [PERSON Lò Văn Biên], [TITLE:rank Đại tá], đến [TIME=2024-07-08 ngày 8/7/2024].``

A mark is ``[LABEL text]``, with a kind ``[LABEL:kind text]`` and with a value ``[LABEL=value text]``; a value has no
blanks. Brackets that are no mark (``[GMT+7]``) are text.
"""

import re
from dataclasses import dataclass

_MARK = re.compile(r"\[(?P<label>[A-Z]+)(?::(?P<kind>[\w-]+))?(?:=(?P<value>\S+))? (?P<text>[^]]+)\]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked span of the text without its marks; ``kind`` and ``value`` are empty where the mark has none."""

    start: int
    end: int
    label: str
    kind: str = ""
    value: str = ""


def unmark(marked: str) -> tuple[str, list[Mark]]:
    """Split an annotated text into the text itself and its marks."""
    text, marks, at = "", [], 0
    for m in _MARK.finditer(marked):
        text += marked[at : m.start()]
        marks.append(Mark(len(text), len(text) + len(m["text"]), m["label"], m["kind"] or "", m["value"] or ""))
        text += m["text"]
        at = m.end()
    return text + marked[at:], marks


def mark(text: str, marks: list[Mark]) -> str:
    """Write marks, which must be flat and in text order, back into their text."""
    marked, at = "", 0
    for m in marks:
        kind, value = m.kind and f":{m.kind}", m.value and f"={m.value}"
        marked += f"{text[at : m.start]}[{m.label}{kind}{value} {text[m.start : m.end]}]"
        at = m.end
    return marked + text[at:]
