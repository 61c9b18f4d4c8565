"""The head of a page, above the first paragraph of prose: menus, dates, headline, subtitle, a document's heading."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from dvextract.layout import furniture, institutions, official
from dvextract.layout.lines import Line
from dvextract.layout.middle import begins_like_caption, item
from dvextract.layout.sheet import HEADLINE, Sheet

_SURE = frozenset(
    {"page-date", "share", "counter", "nav", "source", "byline", "photo-credit", "tag", "ad", "related", "comment"}
)
_SECTION = 7
"""The name of a section has at most so many words."""
_ABOVE = 3
"""The issuer of a document stands at most so many lines above its number."""

_TELLING = regex.compile(r"[:“”\"?!\d…]")
_FIGURES = regex.compile(r"\d\d|\d[/.]")
_DEGREE = regex.compile(r"(?:GS|PGS|TS|ThS|Nhà báo|Luật sư)")


def divide_head(sheet: Sheet, first: int) -> None:
    """Decide the kinds of all paragraphs before ``first``."""
    candidates = _sure(sheet, first)
    title = _title(sheet, candidates, first)
    document = first  # where the heading of an official document follows the headline
    if title:
        document = next((i for i in range(title[-1], first) if sheet.kinds[i] in ("table", "body")), first)
    for i in candidates:
        if i in title:
            sheet.kinds[i] = "title"
        elif not title or i < title[0]:
            sheet.kinds[i] = "nav"
        else:
            sheet.kinds[i] = _after_title(sheet, i, document)
    _sole_menu_item(sheet, first)


def _sure(sheet: Sheet, first: int) -> list[int]:
    """Decide what words and form alone decide; returns the rest, which may be the headline."""
    candidates = []
    columns = False
    for i in range(first):
        line, own = sheet.line(i), sheet.own[i]
        if own == "page-date":
            sheet.kinds[i] = own
        elif official.is_heading(line) or (columns and official.has_columns(line)) or _opens_document(sheet, i):
            columns = columns or official.has_columns(line)
            sheet.kinds[i] = "table" if columns else "body"
        elif own in _SURE or (own == "footer" and furniture.footer_proofs(line) >= 2):
            sheet.kinds[i] = own
        elif furniture.is_menu(line):
            sheet.kinds[i] = "nav"
        else:
            candidates.append(i)
    return candidates


def _opens_document(sheet: Sheet, i: int) -> bool:
    """Two columns, or the issuer in capitals, just above a document's number and date."""
    line = sheet.line(i)
    issuer = line.is_upper and institutions.begins_like_one(line)
    if sheet.own[i] in _SURE or not (official.has_columns(line) or issuer):
        return False
    if furniture.is_path(line) or not line.text[0].isupper():
        return False
    for j in range(i + 1, min(i + 1 + _ABOVE, len(sheet))):
        if sheet.line(j).breaks != 1:
            return False
        if official.is_heading(sheet.line(j)):
            return True
    return False


def _title(sheet: Sheet, candidates: Sequence[int], first: int) -> list[int]:
    """The paragraphs that are the headline: what the container says, else the first that names no section or body."""
    if told := [i for i, kind in sheet.given.items() if kind == "title" and i < first]:
        return told
    short = [i for i in candidates if len(sheet.line(i)) <= HEADLINE]
    fit = [i for i in short if not (sheet.line(i).text[0] == "(" or sheet.line(i).is_listed)] or short
    # A line above a menu is the site's name or motto, whatever it looks like.
    menu = max((i for i in range(first) if sheet.kinds[i] == "nav"), default=-1)
    fit = [i for i in fit if i > menu] or fit
    if not fit:
        return []
    bare = not any(sheet.own)
    named = (i for n, i in enumerate(fit[:-1]) if not _names_section(sheet, i, sheet.line(fit[n + 1]), bare))
    chosen = next(named, fit[-1])
    title = [chosen]
    if chosen + 1 in fit and _same_headline(sheet.line(chosen), sheet.line(chosen + 1)):
        title.append(chosen + 1)
    return title


def _same_headline(a: Line, b: Line) -> bool:
    if b.breaks != 1:
        return False
    if official.is_type(a):
        return True
    if not (a.is_upper and b.is_upper):
        return False
    # A first line that had room for the next word was ended on purpose.
    had_room = len(a) + 1 + len(b.text.split(" ", 1)[0]) < len(b)
    return a.text[-1] in ":,-" or not had_room


def _names_section(sheet: Sheet, i: int, following: Line, bare: bool) -> bool:
    """Whether a line above another candidate is a section's, site's or body's name rather than the headline.

    A page without any furniture (``bare``) names no section.
    """
    line = sheet.line(i)
    if official.is_type(line) or _FIGURES.search(line.text):
        return False
    if institutions.is_one(line):
        return True
    if bare or _TELLING.search(line.text) or institutions.has_verb(line):
        return False
    motto = " - " in line.text and (i == 0 or sheet.kinds[i - 1] == "nav")
    return motto or (len(line.text.split()) <= _SECTION and following.text[0] not in "(-")


def _after_title(sheet: Sheet, i: int, document: int) -> str:
    line = sheet.line(i)
    if furniture.credit_start(line) >= 0:
        return "caption"
    if line.is_listed:
        return item(sheet, i)
    if i > document:
        return "body"
    if furniture.is_name(line) and _DEGREE.match(line.text):
        return "byline"
    if line.breaks > 1:
        return "caption"
    return "caption" if begins_like_caption(line) and sheet.kinds[i - 1] != "title" else "subtitle"


def _sole_menu_item(sheet: Sheet, first: int) -> None:
    """A menu word that is all there is above the article is its headline (``Thông báo``)."""
    if "title" in sheet.kinds[:first]:
        return
    menu = [i for i in range(first) if sheet.kinds[i] == "nav" and official.is_type(sheet.line(i))]
    if menu:
        sheet.kinds[menu[-1]] = "title"
