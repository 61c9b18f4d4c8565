"""The middle of a page, from the first paragraph of prose to the last: lead, body, captions, headings, lists."""

from __future__ import annotations

import regex

from dvextract.layout import furniture, official
from dvextract.layout.cues import any_of
from dvextract.layout.lines import Line
from dvextract.layout.outlets import prefix_length
from dvextract.layout.sheet import CAPTION, HEADLINE, PROSE, SENTENCE, Sheet

_SURE = frozenset({"photo-credit", "related", "share", "ad", "counter", "tag"})
_ITEM = 400
"""An item of a table is at most so long (code points)."""
_LEAD = (110, 330)
"""A first paragraph of a length between these (code points) may be a lead."""
_LONGER = 3
"""A paragraph so many times as long as the first shows that the first is a lead."""

_PICTURE = regex.compile(rf"{any_of('picture_first')}(?![\p{{L}}\d])")
_PICTURE_VERB = regex.compile(rf"\s{any_of('picture_verb')}\s")
_REPORT = regex.compile(rf"{any_of('report_first')}\b")
_REPORT_VERB = regex.compile(rf"\s{any_of('report_verb')}[\s,:]")
_LISTED = regex.compile(rf"(?:[-+*•]|\d{{1,2}}[.)])?\s?(?:{any_of('listed_first')}|\d{{1,2}} giờ)\b")
_LISTED_NAME = regex.compile(r"(?:[-+*•]|\d{1,2}[.)])\s?(?:\p{Lu}\p{L}{0,7}\s){1,4}\p{Lu}\p{L}{0,7}(?:,|\s[-–]|\s\()")
_FIGURE = regex.compile(r":\s(?:\d[\d.,]*|\p{L}{2,8})(?:\s[\p{L}\s]{1,20})?(?:\s?\([^)]{1,80}\))?[;.]?$")
_LABELLED = regex.compile(r":|cập nhật|đăng|gửi lúc|xuất bản")
_LETTER = regex.compile(r"\p{L}")


def divide_middle(sheet: Sheet, first: int, stop: int) -> None:
    """Decide the kinds of paragraphs ``first`` to ``stop``."""
    recipients = False
    for i in range(first, stop):
        recipients = recipients or official.opens_recipients(sheet.line(i))
        if recipients:
            sheet.kinds[i] = sheet.own[i] if sheet.own[i] in _SURE else "table"
        else:
            sheet.kinds[i] = _kind(sheet, i)
    _even_lists(sheet, first, stop)
    if first < len(sheet) and sheet.kinds[first] == "body" and "title" in sheet.kinds[:first]:
        _lead(sheet, first)


def begins_like_caption(line: Line) -> bool:
    """Whether a line begins with what pictures show: a view, a group, a person by rank or form of address."""
    return _PICTURE.match(line.low) is not None


def is_person_item(line: Line) -> bool:
    """Whether a line is an item of a list of people, prizes or appointments."""
    return _LISTED_NAME.match(line.text) is not None or _LISTED.match(line.low) is not None


def _kind(sheet: Sheet, i: int) -> str:
    line, own = sheet.line(i), sheet.own[i]
    if own in _SURE:
        return own
    if own == "page-date":
        below_lead = i > 0 and sheet.kinds[i - 1] in ("lead", "subtitle")
        return own if _LABELLED.search(line.low) or below_lead else "body"
    if own in ("source", "byline") and len(line) <= CAPTION and not line.ends_sentence:
        return own
    if official.is_heading(line) or (len(line) < PROSE and official.has_columns(line)):
        return "table"
    if line.is_listed:
        return item(sheet, i)
    if len(line) < HEADLINE and _has_credit(sheet, i):
        return "caption"
    if len(line) > CAPTION or line.text[-1] in ":;?!," or ". " in line.text:
        return "body"
    return _short(sheet, i)


def _has_credit(sheet: Sheet, i: int) -> bool:
    """Whether a photo credit stands at the end of a line or is the next one."""
    if furniture.credit_start(sheet.line(i)) >= 0:
        return True
    return i + 1 < len(sheet) and sheet.own[i + 1] == "photo-credit" and not sheet.is_prose(i)


def item(sheet: Sheet, i: int) -> str:
    """The kind of a line with a bullet or number: heading (subtitle), item of a table, or paragraph (body)."""
    line, following = sheet.line(i), sheet.following(i)
    if len(line) > _ITEM:
        return "body"
    if len(line) <= CAPTION and line.text[0].isalpha() and not line.ends_sentence and line.is_upper:
        return "subtitle"
    if len(line) <= CAPTION and _FIGURE.search(line.text):
        return "table"
    if len(line) <= SENTENCE and line.text[0].isdigit() and not line.ends_sentence:
        numbered_next = following is not None and following.is_listed and following.text[0].isdigit()
        if not numbered_next:
            return "subtitle"
    if is_person_item(line):
        return "table"
    return "table" if not line.ends_sentence and line.text[0] in "-+*•" else "body"


def _even_lists(sheet: Sheet, first: int, stop: int) -> None:
    """Items of one list get the kind of most of them."""
    i = first
    while i < stop:
        end = i
        while end < stop and sheet.line(end).is_listed and sheet.kinds[end] in ("table", "body"):
            end += 1
        if end - i > 1:
            tabular = sheet.kinds[i:end].count("table")
            sheet.kinds[i:end] = ["table" if 2 * tabular > end - i else "body"] * (end - i)
        i = end + 1


def _short(sheet: Sheet, i: int) -> str:
    """Caption, heading within the article, or a short paragraph."""
    line = sheet.line(i)
    if ": " in line.text or not _LETTER.search(line.text):
        return "body"
    reports = _REPORT_VERB.search(line.low) is not None
    if begins_like_caption(line):
        return "body" if reports and line.text[-1] == "." else "caption"
    if line.text[-1] == "." and _PICTURE_VERB.search(line.low) and not reports and not _REPORT.match(line.low):
        return "caption"
    if line.ends_sentence or _among_short(sheet, i):
        return "body"
    return "subtitle" if sheet.breaks_after(i) < line.breaks or line.breaks == 1 else "caption"


def _among_short(sheet: Sheet, i: int) -> bool:
    """Whether short lines follow each other without a blank line, as in a curriculum vitae."""
    near = [i - 1] if i and sheet.line(i).breaks == 1 else []
    near += [i + 1] if sheet.breaks_after(i) == 1 else []
    return any(not sheet.own[j] and len(sheet.line(j)) <= CAPTION for j in near)


def _lead(sheet: Sheet, first: int) -> None:
    """Make the first paragraph a lead when it is set apart: by an outlet's name, by blank lines, by its length."""
    line = sheet.line(first)
    body = next((sheet.line(j) for j in range(first + 1, len(sheet)) if sheet.kinds[j] == "body"), None)
    if body is None or not _LEAD[0] <= len(line) <= _LEAD[1] or line.text[-1] in ":?":
        return
    if first + 1 < len(sheet) and sheet.own[first + 1] == "page-date":
        sheet.kinds[first] = "subtitle"
        return
    outlet = prefix_length(line.text) or prefix_length(body.text)
    apart = line.breaks == 1 and (sheet.breaks_after(first) > 1 or len(body) > _LONGER * len(line))
    if outlet or apart:
        sheet.kinds[first] = "lead"
