"""The parts of an official document that is printed on a page: its heading, its recipients, its signature.

Their form is laid down (Nghị định 30/2020/NĐ-CP, Hướng dẫn 36-HD/VPTW); on pages the two columns of the heading and of
the end come out as one line with a wide gap.
"""

from __future__ import annotations

import regex

from dvextract.layout.cues import any_of
from dvextract.layout.lines import Line

_LONGEST = 220  # code points; two columns and the gap between them

_HEADING = regex.compile(
    r"(?:^|\s{2})cộng h[òo][aà] xã hội chủ nghĩa việt nam$|độc lập\s?-\s?tự do\s?-\s?hạnh phúc$"
    r"|(?:^|\s{2})đảng cộng sản việt nam$|^số\s?:?\s?\d[^,;]{0,30}$|^số\s?:?\s?\d.{1,40}\s{2,}\S"
    r"|(?:^|\s{3,}|\*\s)\p{L}[\p{L}\s.\-]{2,30}, ngày\s.{1,4}\stháng\s.{1,4}\snăm\s\d{4}$"
)
_NAME_ENDS = ("việt nam", "hạnh phúc")
_MARKS = '.,:;!?…"”)'
_COLUMNS = regex.compile(r"\S(?:\s{4,}|\t)\S|\S\s\|\s\S")
_TYPE = regex.compile(any_of("document_type"))
_RECIPIENTS = regex.compile(r"nơi nhận\s?:")
_CAPACITY = regex.compile(
    r"(?:k/?t|t/?l|t/?m|tuq|t\.u\.q|q)\.?(?:\s|$)(?=\p{L})|\((?:đã ký|ký tên|ký, đóng dấu|đã kí)\)"
)


def is_heading(line: Line) -> bool:
    """Whether a line is the State's or the Party's name, the number, or place and date of a document."""
    if len(line) > _LONGEST:
        return False
    low = line.low
    last = low[-1:]
    # Most lines begin with no number and end with a letter or a mark: `_HEADING` need not be tried.
    if (last.isalpha() or last in _MARKS) and not low.startswith("số") and not low.endswith(_NAME_ENDS):
        return False
    return _HEADING.search(low) is not None


def has_columns(line: Line) -> bool:
    """Whether there are wide gaps, tabs or bars within a line."""
    return not line.is_plain and _COLUMNS.search(line.text) is not None


def is_type(line: Line) -> bool:
    """Whether a line is nothing but a kind of document or notice (``KẾ HOẠCH``, ``TIN BUỒN``)."""
    return _TYPE.fullmatch(line.low) is not None


def opens_recipients(line: Line) -> bool:
    """Whether a line begins the list of recipients beside the signature."""
    return line.text[:1] in "Nn" and _RECIPIENTS.match(line.low) is not None


def is_capacity(line: Line) -> bool:
    """Whether a line is of a signature: ``T/M BAN THƯỜNG VỤ``, ``KT. CHỦ TỊCH``, ``(Đã ký)``."""
    return _CAPACITY.match(line.low) is not None
