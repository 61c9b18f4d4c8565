"""What a line is by its own words: share bars, counters, menus, headings of other stories, bylines, footers.

The words stand in furniture.tsv; the patterns here are for what has a form rather than a wording (names, credits,
addresses). Nothing here knows where in the page a line stands: `division` does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import regex

from dvextract.grammar.fold import shadow
from dvextract.layout.cues import any_of
from dvextract.layout.dates import displayed
from dvextract.layout.lines import SHORT, Line
from dvextract.lexicon.tsv import rows

_GLYPH = r"[|•·»›→/\\❯⟩\p{So}\p{Sm}--[+=~±×÷]]"
_PARTS = regex.compile(rf"\s*{_GLYPH}+\s*|\s{{2,}}|\s:{{2,3}}\s|\s-\s|[\[\]\t]", regex.V1)
_BARE = regex.compile(r"\(\d{1,6}\)|[\d.,:%+]+|[()\[\]:.,;…!+*#-]+")
_APART = r"\s\d.,:%+()\[\];…!*#\U00010000-\U0010ffff-"  # with all that is written by two code units, digits or not
_FIRST_WORD = re.compile(rf"[{_APART}]*([^{_APART}]*)")
"""The first word of what `_BARE` leaves of a line, if that is one of the items of furniture.tsv."""
_OTHER_STORIES = regex.compile(
    r"(?:các |những |một số )?(?:tin tức|tin|bài viết|bài báo|bài|văn bản|video|sự kiện|thông tin|ảnh)(?:,? ?/? ?bài)?"
    r" (?:khác|liên quan|mới(?: hơn| nhất| đăng| cập nhật)?|cũ(?: hơn)?|cùng (?:chuyên mục|chủ đề|loại|mục)"
    r"|(?:xem|đọc) nhiều(?: nhất)?|đã (?:đưa|đăng)|nổi bật|trước(?: đó)?|tiếp theo|hay|(?:được )?quan tâm(?: nhiều)?)"
    r"(?=\s*(?:$|[:.(>»\-]))"
    r"|(?:newer|older|related|latest|other) (?:news|articles|items|posts)|<?<? ?prev(?:ious)?\b.{0,20}next"
    r"|\[?\d\]?(?:\s+\d){1,9}\s.{0,8}(?:trang (?:sau|kế|tiếp|cuối)|next|sau|cuối)$"
)
_POINTED = regex.compile(r"(?:>>+|»|▸|►|▶|⬤|›)\s?\S|\[(?:video|ảnh|infographic|clip)\b")
_STOCK = r"(?:tư liệu|minh họa|minh hoạ|CTV|[Ii]nternet)"
_PICTURE = r"[\[(]?(?:Ảnh|ảnh|ẢNH|Nguồn ảnh|Photo|Clip|Đồ họa|Infographic)"
_PICTURE_WORD = re.compile("[Ảả]nh|ẢNH|Photo|Clip|Đồ họa|Infographic")
"""One of these is in every match of `_PICTURE`."""
_BY = (  # a name, or up to five words of which the first is a capital
    r":\s?(?:(?:[\p{Lu}\d(][^:;!?\s]{0,20}\s?(?:[-–,&/]\s)?){1,8}|[\p{Lu}\d]\S{0,15}(?:\s\S{1,12}){0,4})"
)
_CREDIT = regex.compile(rf"{_PICTURE}\s?(?:{_STOCK}\s?)?(?:{_BY}|(?<={_STOCK}))[.)\]]{{0,2}}$")
_CREDIT_BEGIN = regex.compile(
    r"(?<=[\s.,;:!?”\"])(?<!(?:[Tt]in|[Bb]ài|[Cc]hùm|[Tt]rang)(?:,| và| -|/)? ?)" + rf"{_PICTURE}(?=\s?:|\s{_STOCK})"
)
_IMAGE = regex.compile(r"\[?(?:img|image|ảnh)\]?|\S{1,120}\.(?:jpe?g|png|gif|webp|bmp)", regex.I)
_SITE = regex.compile(
    r"\(?(?:theo |nguồn:? )?(?:https?://)?(?:www\.)?[a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,20}){1,4}(?:/\S{0,200})?\)?"
)
_ACCORDING = regex.compile(r"\(?(?:Theo|Nguồn)\s?:?\s[\p{Lu}\d][^.;!?]{1,50}\)?$")
_SIGNED = regex.compile(
    r"(?:(?:tin|bài|ảnh|clip|video|thơ|phóng sự|ghi chép)(?:(?:,| và| -|/|&)? ?(?:tin|bài|viết|ảnh|clip|video|ghi))*"
    r"|tác giả|người viết|biên soạn|thực hiện|bài viết)\s?:\s?\S.{1,70}"
)
_NEWSROOM = regex.compile(
    r"(?:nhóm )?(?:pv|p\.v|phóng viên|ctv|btv|bbt|bttđt|tts)(?:[\s,&-].{0,40})?|ban biên tập|tòa soạn"
    r"|nhóm (?:pv|phóng viên|tác giả).{0,40}"
)
_DEGREE = r"(?:(?:GS|PGS|TS|ThS|BS|CN|KS|LS|NSƯT|Luật sư|Đại tá|Thượng tá|Trung tá|Thiếu tá|Đại úy|Nhà báo)[.\s]*)*"
_WORD = r"(?:\p{Lu}[\p{L}\p{M}'’]*\.?|\p{Lu}\.)"
_NAME = rf"{_DEGREE}{_WORD}(?:[\s.]{{0,2}}{_WORD}){{0,3}}"
_NAMES = regex.compile(rf"{_NAME}(?:\s?(?:[-–,&/]|và|VÀ)\s?{_NAME}){{0,4}}(?:\s\([^)]{{2,30}}\))?")
_SIGNED_OFF = regex.compile(
    r"(?<=[.!?…\"”)])\s+(?P<signature>(?:\(?(?:Theo|Nguồn:?)\s[\p{Lu}\d][^.;!?]{1,40}\)?"
    rf"|{_WORD}(?:\s{_WORD}){{1,3}}(?:\s?[-/&,]\s?{_WORD}(?:[\s.]{_WORD}){{0,3}}){{0,2}}(?:\s\([\p{{L}}.]{{2,9}}\))?"
    r"|(?:Tin|Bài)(?:,| và| -|/) ?(?:ảnh|Ảnh|tin|bài)\s?:\s?[^.!?:]{2,50}"
    r"|(?:Nhóm )?(?:PV|P\.V)(?:\s\([\p{L}.]{2,9}\))?))(?<!\p{Ll}\.)$"
)
_STOP_WITHIN = re.compile(r"[.!?…\"”)]\s")
"""What every match of `_SIGNED_OFF` begins with or stands behind."""
_OFFICE = regex.compile(any_of("office") + r"\b(?! nghị| thảo| thi).{2,50}")
_COUNTED = regex.compile(
    r"(?:(?:tổng )?(?:số )?(?:lượt|lần)(?: người| bạn)? (?:xem|đọc|truy cập|tải|thăm|truy nhập)"
    r"|(?:đã|đang) (?:xem|đọc|truy cập|online)|(?:bài )?(?:đã )?(?:được )?(?:đọc|xem)(?= [\d.]{1,9} lần)"
    r"|(?:số )?(?:người|khách) (?:online|trực tuyến)|(?:tổng )?(?:số )?(?:lượt )?truy cập(?= ?:)"
    r"|truy cập (?:hôm nay|trong ngày)|(?:lượt|số) người (?:xem|đọc|truy cập))\s?:?\s?\d"
    r"|\d[\d.,]{0,12} (?:lượt|người) (?:xem|đọc|truy cập)"
)
_FOLLOW = regex.compile(r"theo dõi .{2,60} trên (?:google|facebook|zalo|youtube|ứng dụng|app)")
_TAGS = regex.compile(r"#\w.{0,200}")
_SECTION_MARK = regex.compile(rf"\s{_GLYPH}+\s|\s:{{2,3}}\s|[»›→≡]|\S\s{{3,}}\S", regex.V1)
_LETTERS = regex.compile(r"[\p{L}]")

_PART = 6
"""A part of a bar has at most so many words."""
_MARK = regex.compile(rf"{_GLYPH}|::", regex.V1)


@cache
def _first_words() -> frozenset[str]:
    """The words that items begin with."""
    return frozenset(item.split(" ")[0] for item in _lexicon()[0])


@cache
def _lexicon() -> tuple[dict[str, str], dict[str, tuple[tuple[str, ...], dict[str, str]]], tuple[str, ...]]:
    """Items; beginnings by their first character, longest first, with their kinds; words of footers."""
    items: dict[str, str] = {}
    starts: dict[str, dict[str, str]] = {}
    within = []
    for kind, where, listed in rows("furniture.tsv"):
        words = shadow(listed)
        if where == "item":
            items.setdefault(words, kind)
        elif where == "start":
            starts.setdefault(words[0], {}).setdefault(words, kind)
        else:
            within.append(words)
    longest_first = {first: (tuple(sorted(found, key=len, reverse=True)), found) for first, found in starts.items()}
    return items, longest_first, tuple(within)


def parts(line: Line) -> Iterator[str]:
    """The parts of a bar such as "In bài | Gửi email  Lưu", without figures and punctuation, lower case."""
    for part in _PARTS.split(line.low):
        bare = " ".join(_BARE.sub(" ", part).split())
        if bare:
            yield bare


def _by_parts(line: Line) -> str:
    """The kind of most parts, when at least half of them are known."""
    items, low = _lexicon()[0], line.low
    first = _FIRST_WORD.match(low)
    if first and first[1] in _first_words():
        whole = " ".join(_BARE.sub(" ", low).split())
        if whole in items:
            return items[whole]
    if line.is_plain or not _PARTS.search(low):
        return ""  # the one part is the whole
    found = list(parts(line))
    kinds = Counter(items[p] for p in found if p in items)
    if not kinds:
        return ""
    if 2 * kinds.total() < len(found) or any(len(p.split()) > _PART for p in found if p not in items):
        return ""
    return kinds.most_common(1)[0][0]


def _by_beginning(line: Line) -> str:
    low = line.low.lstrip("[(-+•*» ")
    beginnings, kinds = _lexicon()[1].get(low[:1], ((), {}))
    if not low.startswith(beginnings):
        return ""
    for words in beginnings:
        if low.startswith(words) and not low[len(words) : len(words) + 1].isalpha():
            return kinds[words]
    return ""


def footer_proofs(line: Line) -> int:
    """How many different words of footers stand in a line."""
    low = line.low
    return sum([words in low for words in _lexicon()[2]])


def is_other_stories(line: Line) -> bool:
    """Whether a line heads, or points to, other stories."""
    if len(line) > SHORT:
        return False
    return _OTHER_STORIES.match(line.low.lstrip("[(-+•*»< ")) is not None or _POINTED.match(line.low) is not None


def own_kind(line: Line) -> str:
    """The kind of furniture a line is by its words alone, empty when they do not say.

    Sure enough for any place in a page as long as the line does not end like a sentence of prose; its place decides.
    """
    if len(line) > SHORT:
        return ""
    if displayed(line) is not None:
        return "page-date"
    if not _LETTERS.search(line.low):
        return "share" if line.low.strip("0123456789:%/ +-.,") == "" and ":" in line.low else ""
    if is_other_stories(line):
        return "related"
    if _IMAGE.fullmatch(line.text) or _CREDIT.fullmatch(line.text):
        return "photo-credit"
    if _TAGS.fullmatch(line.text):
        return "tag"
    if _SIGNED.fullmatch(line.low):
        return "byline"
    if _SITE.fullmatch(line.low) or _ACCORDING.fullmatch(line.text):
        return "source"
    if _FOLLOW.match(line.low):
        return "share"
    beginning = _by_beginning(line)
    if footer_proofs(line) >= 2 or (beginning == "footer" and not line.ends_sentence):
        return "footer"
    if kind := _by_parts(line):
        return kind
    if _COUNTED.match(line.low) and len(line) <= 100:
        return "counter"
    if not line.ends_sentence or (beginning == "footer" and footer_proofs(line)):
        return beginning
    return beginning if beginning in ("comment", "feedback") else ""


def is_menu(line: Line) -> bool:
    """Whether a line has the form of a menu or of a path through the site."""
    if len(line) > SHORT or line.ends_sentence or line.is_plain or not _SECTION_MARK.search(line.text):
        return False
    found = [p for p in _PARTS.split(line.text) if p.strip()]
    return len(found) >= 2 and all(len(p.split()) <= 8 for p in found)


def is_path(line: Line) -> bool:
    """Whether a line has the marks of a menu or a path, not only gaps."""
    return _MARK.search(line.text) is not None


def is_signature(line: Line) -> bool:
    """Whether a line may be the name of an author, a newsroom or a reporting office."""
    if len(line) > 60 or "  " in line.text.strip():
        return False
    if _NEWSROOM.fullmatch(line.low) or _SIGNED.fullmatch(line.low):
        return True
    if _NAMES.fullmatch(line.text):
        return True
    return _OFFICE.fullmatch(line.low) is not None and not line.ends_sentence


def is_name(line: Line) -> bool:
    """Whether a line has the form of one or more personal names, with degrees or ranks, and nothing else."""
    return len(line) <= 60 and _NAMES.fullmatch(line.text) is not None and " " in line.text


def credit_start(line: Line) -> int:
    """Where in ``line.text`` a photo credit at its end begins; -1 without one."""
    tail = max(0, len(line.text) - 80)
    if not _PICTURE_WORD.search(line.text, tail):
        return -1
    for m in _CREDIT_BEGIN.finditer(line.text, max(tail, 1)):
        if _CREDIT.fullmatch(line.text[m.start() :]):
            return m.start()
    return -1


def signature_start(line: Line) -> int:
    """Where in ``line.text`` a signature after the last sentence of an article begins; -1 without one.

    It is known by what it lacks: a stop at its end, and any word that is no name.
    """
    tail = max(0, len(line.text) - 80)
    m = _SIGNED_OFF.search(line.text, tail) if _STOP_WITHIN.search(line.text, max(0, tail - 1)) else None
    return m.start("signature") if m is not None else -1
