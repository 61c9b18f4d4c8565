"""The tail of a page, below the article: byline, source, other stories, comments, footer.

Here a line's own words come first; where they are silent it belongs to the section whose heading stands above it.
"""

from __future__ import annotations

from dvextract.layout import furniture, institutions
from dvextract.layout.lines import Line
from dvextract.layout.sheet import Sheet, is_note

_SECTIONS = frozenset({"related", "comment", "feedback", "footer", "nav"})


def divide_tail(sheet: Sheet, stop: int) -> None:
    """Decide the kinds of the paragraphs from ``stop`` to the end of the page."""
    section = ""
    signed = False
    for i in range(stop, len(sheet)):
        kind = _kind(sheet, i, section, signed)
        sheet.kinds[i] = kind
        signed = signed or kind in ("byline", "related", "comment", "footer")
        section = kind if kind in _SECTIONS else ""


def _kind(sheet: Sheet, i: int, section: str, signed: bool) -> str:
    line, own = sheet.line(i), sheet.own[i]
    if own == "page-date" and section == "related":
        return "related"
    if own == "feedback" and section == "comment":
        return "comment"
    if own == "nav" and signed and not furniture.is_path(line):
        return "tag" if "  " in line.text else section or "nav"
    if own:
        return own
    if furniture.footer_proofs(line):
        return "footer"
    if not section and not signed and furniture.is_signature(line):
        return "byline"
    if _is_owner(sheet, i, section):
        return "footer"
    if is_note(line):
        return "source"
    if section:
        return section
    if line.starts_lower and not line.ends_sentence:
        return "tag"
    if furniture.is_menu(line):
        return "nav" if furniture.is_path(line) else "tag"
    return "related"


def _is_owner(sheet: Sheet, i: int, section: str) -> bool:
    """Whether a line names the body the site belongs to: in capitals, or last and unlike the items above it."""
    line = sheet.line(i)
    if section not in ("", "related", "footer") or not institutions.begins_like_one(line):
        return False
    if line.is_upper:
        return institutions.is_one(line)
    return section == "related" and i + 1 == len(sheet) and _unlike(line, sheet.line(i - 1))


def _unlike(line: Line, before: Line) -> bool:
    """Whether the line before carries a bullet and this one does not."""
    return not before.text[0].isalnum() and line.text[0].isalnum()
