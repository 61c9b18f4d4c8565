"""An HTML page to the lines of its article, each with its XPath, and what its markup says of it.

Which part of the page is the article is learnt from regularities that portals share, none of them one site's: prose
is long, ends in a stop and is no link; it follows the headline; menus, teasers and footers are links or short, and
stand in elements named for what they are. The smallest element that holds most of the prose after the headline is the
article; what stands between it and the headline (date, lead) belongs to it, and so does an author named right after
it. Boxes of other stories inside the article stay in the text as furniture: nothing is dropped from its midst.

Nothing is fetched, no entity or DTD is expanded, scripts are not run: a page whose text a script loads has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from dvextract.document import Hints, PageWarning
from dvextract.reading.decoding import UnreadableText, decoded
from dvextract.reading.extras import load
from dvextract.reading.published import edtf
from dvextract.reading.stretches import Extracted, Stretch, put_together, squeezed

_SKIPPED = frozenset(
  {
    "script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "object", "embed", "audio",
    "video", "select", "option", "button", "input", "textarea", "head", "map", "datalist", "dialog",
  }
)  # fmt: skip
_BLOCK = frozenset(
  {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
  }
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_APART = frozenset({"page-date", "byline", "source"})
"""An inline element named so is a line of its own, up to so many code points."""
_APART_LENGTH = 80
_PROSE = 60
_LONG = 160
_SENTENCE = 40
_DEEPEST = 200
"""Elements below this depth are read as if they stood at it: no page nests so, only a hostile one."""
_MOST = 0.6
"""An element holds the article when it has this part of the prose of the element around it."""
_WEAK = 0.1
_HEADLINE = 250
_BETWEEN = 25
"""At most so many lines stand between the headline and the article."""
_TEASERS = 3
"""So many elements of a linked headline and one text each are a list of other stories."""
_AFTER = 3
"""An author or a source stands at most so many lines below the article."""
_NEAR = 6
_ABOVE = 4
"""A date or an author stands at most so many lines above the headline."""
_LINKED = 0.6
"""A line with this part of its letters in links is a link."""

# Words of names of classes and ids, as their authors use them on portals of many systems.
_FURNITURE = re.compile(
    r"(?<![a-z])(?:comments?|binh-?luan|y-?kien|related|relate|(?:box|tin)?-?(?:tin-?)?lien-?quan|tin-?khac|tin-?cung|cung-?chuyen-?muc|other-?news|"
    r"news-?other|othernews|sidebar|side-?bar|aside|footer|foot|menu|nav|navbar|navigation|breadcrumbs?|pathway|share|social|"
    r"sharing|addthis|fb-?like|banner|quang-?cao|advert(?:isement|s)?|ads?|tags?|tagcloud|popup|modal|copyright|"
    r"pagination|pager|toolbar|tool-?bar|print|rating|vote|counter|hit-?counter|login|search|weblinks?|lien-?ket|"
    r"most-?(?:read|view(?:ed)?)|doc-?nhieu|xem-?nhieu|tin-?moi|latest|popular|skip(?:link)?s?|cookie|subscribe|newsletter)(?![a-z])"
)
_BODY = re.compile(
    r"(?<![a-z])(?:article-?body|(?:entry|post|news|detail|article)-(?:content|body)|fck-?detail|journal-content-article|"
    r"item-?full-?text)(?![a-z])"
)
_ARTICLE = re.compile(
    r"(?<![a-z])(?:article-?(?:body|content|detail)|(?:entry|post|news|detail|content|text|body)-?(?:content|detail|body|text)|"
    r"detail|noi-?dung(?:-?(?:tin|bai))?|noidung|chi-?tiet(?:-?(?:tin|bai))?|bai-?viet|item-?page|item-?full-?text|itemfulltext|"
    r"fck-?detail|story(?:-?body)?|journal-content-article|ms-rtestate-field|externalclass|article)(?![a-z])"
)
_KINDS = (
    (
        "title",
        re.compile(
            r"(?<![a-z])(?:tieu-?de|headline|(?:news|article|detail|post|entry)?-?title(?:-?(?:news|detail))?|ten-?bai)(?![a-z])"
        ),
    ),
    (
        "caption",
        re.compile(
            r"(?<![a-z])(?:figcaption|(?:image|img|photo|picture|wp)?-?caption(?:-?text)?|chu-?thich|phot?cms-?caption|desc-?img)(?![a-z])"
        ),
    ),
    ("byline", re.compile(r"(?<![a-z])(?:author|byline|tac-?gia|writer|nguoi-?viet|but-?danh)(?![a-z])")),
    ("source", re.compile(r"(?<![a-z])(?:source|nguon(?:-?tin)?)(?![a-z])")),
    (
        "lead",
        re.compile(
            r"(?<![a-z])(?:sapo|lead|teaser-?text|summary|tom-?tat|mo-?ta|trich-?(?:yeu|dan)|intro(?:text)?|abstract)(?![a-z])"
        ),
    ),
    (
        "page-date",
        re.compile(
            r"(?<![a-z])(?:date|datetime|time|published?|ngay(?:-?(?:dang|gio))?|thoi-?gian|create-?date|post-?date)(?![a-z])"
        ),
    ),
)
_OF_FURNITURE = (
    ("comment", re.compile(r"comment|binh-?luan|y-?kien")),
    ("share", re.compile(r"shar|social|addthis|fb-?like|print|tool-?bar")),
    ("tag", re.compile(r"(?<![a-z])tag")),
    ("ad", re.compile(r"quang-?cao|advert|(?<![a-z])ads?(?![a-z])|banner")),
    ("nav", re.compile(r"menu|nav|breadcrumb|pathway|pag(?:er|ination)")),
    ("counter", re.compile(r"counter|rating|vote")),
)
_DIGITS_DATE = re.compile(
    r"\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{4}|\d{4}-\d{2}-\d{2}|ngày\s+\d{1,2}\s+tháng\s+\d{1,2}", re.I
)
_CAPITAL = "[A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠ-Ỹ]"
_NAME = re.compile(
    rf"(?:{_CAPITAL}[^\W\d_.]*\s){{1,4}}{_CAPITAL}[^\W\d_.]*(?:\s?[-–,]\s?(?:{_CAPITAL}[^\W\d_.]*\s?){{1,5}})?"
)
_STOP = re.compile(r"[.!?…:;][\s\"”’'»)\]]{0,6}$")
_OVERLONG = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,20})\s[^<>]{20000,}>")
_ATTRIBUTES = 1000
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.I)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.\-]{2,40})", re.I)
_SITE_MARK = re.compile(r"\s+[|»–—-]\s+|\s+::\s+")
_ARTICLES = frozenset({"NewsArticle", "Article", "BlogPosting", "Report", "WebPage", "ReportageNewsArticle"})


@dataclass(frozen=True, slots=True)
class _Spot:
    """An element's place: its step of the XPath, and the spot of the element around it."""

    step: str
    outer: _Spot | None
    depth: int

    @property
    def path(self) -> str:
        """The XPath."""
        steps = []
        spot: _Spot | None = self
        while spot is not None:
            steps.append(spot.step)
            spot = spot.outer
        return "/" + "/".join(reversed(steps))


@dataclass(slots=True)
class _Line:
    """A line while the page is looked at: its words, how many of its letters are in links, the elements around it."""

    element: Any
    words: list[str] = field(default_factory=list)
    linked: int = 0
    text: str = ""
    kind: str = ""
    furniture: str = ""
    around: tuple[int, ...] = ()
    spot: _Spot | None = None
    named: int = 0
    pictured: bool = False
    slanted: bool = False
    prose: float = 0.0


def declared_charset(data: bytes) -> str:
    """The charset an HTML page states near its beginning, or empty."""
    head = data[:4096]
    m = _XML_CHARSET.search(head) or _CHARSET.search(head)
    return m[1].decode("ascii") if m else ""


def read_html(data: bytes, encoding: str = "", declared: str = "") -> Extracted:
    """The article of an HTML page; raises UnreadableText. ``declared``: the charset the transport stated."""
    parser = load("lxml.html", "html", "an HTML page")
    text, name, noticed = decoded(data, encoding, declared or declared_charset(data))
    tree = _parsed(parser, text)
    hints = _stated(tree)
    lines = list(_Walk(tree).lines())
    named = next((squeezed(_all_text(e)) for e in tree.iter("title")), "")
    if not lines:
        why = "no text in the page itself: a script loads it, or it is nested beyond reason; save it from a browser"
        raise UnreadableText("no-text", why)
    first, last, sure, headline = _article(lines, (hints.title, named))
    warnings = list(noticed)
    if not sure:
        why = "no headline or running text tells the article from the rest of the page; all of its text is taken"
        warnings.append(PageWarning("main-text-unsure", why))
    kept = _kept(lines, first, last, headline)
    if headline is not None:
        hints = Hints(lines[headline].text, hints.published, hints.author, hints.outlet)
    found = [Stretch(line.text, line.spot.path if line.spot else "/html", line.kind) for line in kept]
    return put_together(found, name, hints, warnings)


def _parsed(parser: Any, text: str) -> Any:
    """The page as a tree, however broken."""
    clean = _OVERLONG.sub(_shortened, text.replace("\x00", "\ufffd")).encode("utf-8", "replace")
    lenient = parser.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True, recover=True
    )
    try:
        tree = parser.document_fromstring(clean, parser=lenient) if clean.strip() else None
    except Exception as e:  # lxml raises ParserError, XMLSyntaxError, AssertionError for what it cannot make a tree of
        raise UnreadableText("not-html", f"no HTML page: {' '.join(str(e).split())[:120]}; convert it to text") from e
    if tree is None:
        raise UnreadableText("empty", "there is nothing on this page; leave it out or fetch it again")
    return tree


def _shortened(tag: re.Match[str]) -> str:
    """A tag without its attributes where there are absurdly many: the parser compares each with each."""
    many = max(tag[0].count("="), len(tag[0].split())) > _ATTRIBUTES
    return f"<{tag[1]}>" if many else tag[0]


# ---------------------------------------------------------------------------------------------- what markup states


def _stated(tree: Any) -> Hints:
    """Title, date, author and outlet as JSON-LD, OpenGraph, Dublin Core, microdata or plain metas state them."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name and (content := squeezed(meta.get("content") or "")):
            metas.setdefault(name, content)
    linked = _linked_data(tree)

    def first(*names: str) -> str:
        return next((metas[n] for n in names if n in metas), "")

    title = linked.get("headline") or first("og:title", "dc.title", "twitter:title", "headline")
    dates = (
        linked.get("datePublished", ""),
        first("article:published_time", "og:article:published_time"),
        first(
            "datepublished", "pubdate", "publishdate", "publish-date", "dc.date.issued", "dc.date", "dc.created", "date"
        ),
        next(
            (e.get("datetime") or e.get("content") or "" for e in tree.iter() if e.get("itemprop") == "datePublished"),
            "",
        ),
        next(
            (
                e.get("datetime") or ""
                for e in tree.iter("time")
                if "pub" in (e.get("class") or "") + str(e.attrib.get("pubdate", ""))
            ),
            "",
        ),
    )
    published = next((found for d in dates if d and (found := edtf(d))), "")
    author = linked.get("author") or first("author", "article:author", "dc.creator", "creator")
    if not author:
        author = next((squeezed(_all_text(e)) for e in tree.iter() if e.get("itemprop") == "author"), "")
    outlet = linked.get("publisher") or first("og:site_name", "dc.publisher", "application-name")
    if (
        re.match(r"https?:|www\.|@", author)
        or len(author) > 80
        or author.lower() in ("admin", "administrator", outlet.lower())
    ):
        author = ""
    return Hints(title[:500], published, author, outlet[:120])


def _linked_data(tree: Any) -> Mapping[str, str]:
    """Headline, date, author, publisher of the first article that JSON-LD describes."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower().strip() != "application/ld+json" or not script.text:
            continue
        try:
            told = orjson.loads(script.text.strip().rstrip(";"))
        except orjson.JSONDecodeError:
            continue
        for node in _nodes(told):
            kinds = node.get("@type")
            if not _ARTICLES.isdisjoint(kinds if isinstance(kinds, list) else [kinds]) and "datePublished" in node:
                return {k: _name(node.get(k)) for k in ("headline", "datePublished", "author", "publisher")}
    return {}


def _nodes(told: Any) -> Iterator[dict[str, Any]]:
    """The objects of JSON-LD, at the top, in a list or in a graph."""
    for item in told if isinstance(told, list) else [told]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (n for n in graph if isinstance(n, dict)) if isinstance(graph, list) else ()


def _name(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_name, value[:5])))
    if isinstance(value, dict):
        value = value.get("name")
    return squeezed(value) if isinstance(value, str) else ""


def _all_text(element: Any) -> str:
    return " ".join(t for t in element.itertext() if isinstance(t, str))


# ---------------------------------------------------------------------------------------------- lines


@dataclass(slots=True)
class _Frame:
    """An element while the walk is inside it; what it has not got itself is that of the element around it."""

    element: Any
    spot: _Spot
    block: _Spot | None = None
    around: tuple[int, ...] = ()
    kind: str = ""
    furniture: str = ""
    linked: bool = False
    slanted: bool = False
    named: int = 0
    breaks: bool = False

    def look(self, number: int) -> None:
        """Take in the element's own tag and names; ``number`` is its place among all."""
        tag, element = self.element.tag, self.element
        if len(self.around) < _DEEPEST:
            self.around = (*self.around, number)
        named = _named(element)
        self.breaks = tag in _BLOCK or tag == "br"
        if tag in _BLOCK or self.block is None:
            self.block = self.spot
        inherited = self.furniture
        if tag in ("nav", "footer", "aside"):
            self.furniture = self.furniture or {"aside": "related"}.get(tag, tag)
        elif named and _BODY.search(named):
            self.furniture = ""
        elif named and tag not in ("html", "body") and _FURNITURE.search(named) and not _ARTICLE.search(named):
            self.furniture = next((k for k, p in _OF_FURNITURE if p.search(named)), "related")
        if self.furniture != inherited:
            self.named = number
        own = next((k for k, p in _KINDS if p.search(named)), "") if named else ""
        if tag in ("figcaption", "caption"):
            self.kind = "caption"
        elif tag in _HEADINGS:
            self.kind = tag
        elif tag == "time" or (own and not self.kind):
            self.kind = self.kind or own or "page-date"
            if not self.breaks and own in _APART and len(_all_text(element)) <= _APART_LENGTH:
                self.breaks = True
        self.linked = self.linked or tag == "a"
        style = (element.get("style") or "").replace(" ", "").lower()
        centred = "text-align:center" in style or (element.get("align") or "").lower() == "center" or tag == "center"
        self.slanted = (
            self.slanted or tag in ("i", "em") or "font-style:italic" in style or (centred and tag != "table")
        )


def _inside(frame: _Frame) -> Iterator[_Frame]:
    """The frames of an element's children."""
    seen: dict[Any, int] = {}
    for child in frame.element:
        seen[child.tag] = seen.get(child.tag, 0) + 1
        spot = frame.spot
        if isinstance(child.tag, str) and spot.depth < _DEEPEST:
            spot = _Spot(f"{child.tag}[{seen[child.tag]}]", spot, spot.depth + 1)
        yield _Frame(
            child,
            spot,
            frame.block,
            frame.around,
            frame.kind,
            frame.furniture,
            frame.linked,
            frame.slanted,
            frame.named,
        )


class _Walk:
    """One pass over the tree, without recursion: text to lines, with what the elements around each say."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._line: _Line | None = None
        self._rows: dict[Any, str] = {}
        self._picture = False

    def lines(self) -> Iterator[_Line]:
        """The visible lines of the page in order."""
        body = self._tree.find("body")
        root = self._tree if body is None else body
        html = _Spot("html", None, 0)
        stack: list[_Frame | None] = [_Frame(root, html if body is None else _Spot("body", html, 1))]
        open_frames: list[_Frame] = []
        number = 0
        while stack:
            frame = stack.pop()
            if frame is None:  # the end of an element: its line ends there, the text after it is its parent's
                frame = open_frames.pop()
                if frame.breaks:
                    yield from self._ended()
                if frame.element.tail and open_frames:
                    self._take(frame.element.tail, open_frames[-1])
                continue
            element, tag = frame.element, frame.element.tag
            self._picture = self._picture or tag == "img"
            if not isinstance(tag, str) or tag in _SKIPPED or _hidden(element):
                if tag in _BLOCK:
                    yield from self._ended()
                if element.tail and open_frames:
                    self._take(element.tail, open_frames[-1])
                continue
            number += 1
            frame.look(number)
            if frame.breaks:
                yield from self._ended()
            open_frames.append(frame)
            stack.append(None)
            if tag == "tr" and (row := self._row(element)):
                self._line = _Line(
                    element, [row], kind="table", furniture=frame.furniture, around=frame.around, spot=frame.spot
                )
                yield from self._ended()
                continue
            if element.text:
                self._take(element.text, frame)
            stack.extend(reversed(list(_inside(frame))))
        yield from self._ended()

    def _take(self, text: str, frame: _Frame) -> None:
        if self._line is None:
            if not text.strip(" \t\r\n\f\v"):
                return
            spot = frame.block
            self._line = _Line(
                frame.element, kind=frame.kind, furniture=frame.furniture, around=frame.around, spot=spot
            )
            self._line.pictured, self._picture = self._picture, False
            self._line.slanted, self._line.named = frame.slanted, frame.named
        self._line.words.append(text)
        if frame.linked:
            self._line.linked += len(text.strip())

    def _ended(self) -> Iterator[_Line]:
        line, self._line = self._line, None
        if line is None:
            return
        line.text = line.words[0] if line.kind == "table" and len(line.words) == 1 else squeezed("".join(line.words))
        if line.text.strip():
            yield line

    def _row(self, tr: Any) -> str:
        """A row of a table of data with tabs between its cells; empty for one that lays out the page."""
        table = next((a for a in tr.iterancestors("table")), None)
        if table is None:
            return ""
        if table not in self._rows:
            self._rows[table] = "data" if _is_data(table) else ""
        if not self._rows[table]:
            return ""
        return "\t".join(squeezed(_all_text(cell)) for cell in tr if cell.tag in ("td", "th")).strip("\t")


def _is_data(table: Any) -> bool:
    """Whether a table holds data: some rows of as many short cells, without tables or running text inside."""
    if next(table.iterdescendants("table", "img", "form", "h1", "ul"), None) is not None:
        return False
    rows = [[c for c in tr if c.tag in ("td", "th")] for tr in table.iter("tr")]
    if len(rows) < 2 or sum(len(r) >= 2 for r in rows) < 0.7 * len(rows):
        return False
    lengths = sorted(len(squeezed(_all_text(c))) for r in rows for c in r)
    linked = sum(len(_all_text(a)) for a in table.iterdescendants("a"))
    return lengths[-1] <= 400 and linked < 0.5 * (sum(lengths) or 1)


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style or element.get("hidden") is not None


def _named(element: Any) -> str:
    """Class, id, role and itemprop of an element in lower case, words parted by hyphens."""
    names = " ".join(element.get(a) or "" for a in ("class", "id", "role", "itemprop"))[:300]
    return _CAMEL.sub("-", names).lower().replace("_", "-") if names.strip() else ""


# ---------------------------------------------------------------------------------------------- the article


def _article(lines: list[_Line], titles: Sequence[str]) -> tuple[int, int, bool, int | None]:
    """First and one past the last line of the article, whether that is sure, and the headline's line."""
    headline = _headline(lines, titles)
    _forgive(lines, headline)
    for i, line in enumerate(lines):
        line.prose = (
            _prose(line) * (_WEAK if line.furniture else 1) * (_WEAK if headline is not None and i < headline else 1)
        )
    _weaken_teasers(lines, headline)
    total = sum(line.prose for line in lines)
    if total < _PROSE or not lines:
        if headline is None:
            return 0, len(lines), False, None
        end = next(
            (i for i in range(headline + 1, len(lines)) if lines[i].furniture in ("footer", "related", "comment")),
            len(lines),
        )
        return headline, end, False, headline
    depth, mark = _container(lines)
    inside = [i for i, line in enumerate(lines) if len(line.around) > depth and line.around[depth] == mark]
    first, last = inside[0], inside[-1] + 1
    if headline is None:
        headline = _above(lines, first)
    if headline is not None and headline < first:
        # a lead or date outside the article's own element; another section's text in between would be longer
        between = [i for i in range(headline, first) if not lines[i].furniture]
        if len(between) <= _BETWEEN:
            first = headline
    while last < len(lines) and last - inside[-1] <= _AFTER and _signs(lines[last]):
        last += 1
    return first, last, True, headline


def _signs(line: _Line) -> bool:
    """Whether a line after the article names its author or source."""
    if line.furniture or line.linked:
        return False
    return line.kind in ("byline", "source") or _NAME.fullmatch(line.text) is not None


def _forgive(lines: list[_Line], headline: int | None) -> None:
    """Forget names of furniture that cannot be meant so: of what holds the headline, or most of the prose."""
    above = frozenset(lines[headline].around) if headline is not None else frozenset()
    prose = Counter[str]()
    for line in lines:
        if line.furniture and line.named in above:
            line.furniture = ""
        prose[line.furniture] += int(_prose(line))
    wrong = {k for k, n in prose.items() if 2 * n > prose.total() and k not in ("", "comment", "related", "footer")}
    for line in lines:
        line.furniture = "" if line.furniture in wrong else line.furniture


def _weaken_teasers(lines: list[_Line], headline: int | None) -> None:
    """Take first sentences of other stories for what they are: a linked headline and a text, an element each time."""
    around = Counter(mark for line in lines if line.prose for mark in line.around)
    teasers = []
    for i in range(1, len(lines)):
        before, line = lines[i - 1], lines[i]
        if not line.prose or i - 1 == headline or before.linked < 0.9 * len(before.text):
            continue
        shared = [a for a, b in zip(before.around, line.around, strict=False) if a == b]
        if shared and around[shared[-1]] == 1:
            teasers.append(line)
    for line in teasers if len(teasers) >= _TEASERS else ():
        line.prose *= _WEAK
        line.furniture = line.furniture or "related"


def _above(lines: list[_Line], first: int) -> int | None:
    """The line above the article that may be its headline, where nothing says: one named a title, else the nearest."""
    near = [
        i
        for i in range(max(0, first - _NEAR), first)
        if not lines[i].furniture
        and 12 < len(lines[i].text) <= _HEADLINE
        and lines[i].linked <= _LINKED * len(lines[i].text)
        and not _DIGITS_DATE.search(lines[i].text)
    ]
    return next((i for i in near if lines[i].kind == "title"), near[-1] if near else None)


def _container(lines: list[_Line]) -> tuple[int, int]:
    """Depth and number of the smallest element that holds most of the prose."""
    depth, mark, held = 0, lines[0].around[0], sum(line.prose for line in lines)
    members = [line for line in lines if line.prose]
    while True:
        shares: dict[int, float] = {}
        counts: dict[int, int] = {}
        for line in members:
            if len(line.around) > depth + 1:
                child = line.around[depth + 1]
                shares[child] = shares.get(child, 0.0) + line.prose
                counts[child] = counts.get(child, 0) + 1
        if not shares:
            return depth, mark
        child = max(shares, key=lambda c: (shares[c], -c))
        # A single paragraph is no article while others stand beside it.
        alone = counts[child] == 1 and len(members) > 1
        if shares[child] < _MOST * held or alone:
            return depth, mark
        depth, mark, held = depth + 1, child, shares[child]
        members = [line for line in members if len(line.around) > depth and line.around[depth] == mark]
        if len(members) == 1 and members[0].element.tag in ("p", "span", "td", "li"):
            return depth - 1, members[0].around[depth - 1]


def _prose(line: _Line) -> float:
    """How much running text a line is: its letters outside links, if it is long or ends like a sentence."""
    own = len(line.text) - line.linked
    if line.kind in _HEADINGS or line.kind == "table" or line.linked > _LINKED * len(line.text):
        return 0.0
    return float(own) if own >= _LONG or (own >= _PROSE and _STOP.search(line.text)) else 0.0


def _headline(lines: list[_Line], titles: Sequence[str]) -> int | None:
    """The headline's line: the one that says what the metas say, else the first h1, else a heading before prose."""
    stated = {_bare(part) for title in titles for part in (title, *_SITE_MARK.split(title))} - {""}
    same = [i for i, line in enumerate(lines) if len(line.text) <= _HEADLINE and _bare(line.text) in stated]
    same = [i for i in same if len(lines[i].text) > 12]
    if same:
        return next(
            (i for i in same if lines[i].kind in _HEADINGS and not lines[i].furniture),
            next((i for i in same if not lines[i].furniture), same[-1]),
        )
    for tags in (("h1",), ("h2",)):
        found = [
            i
            for i, line in enumerate(lines)
            if line.kind in tags and not line.furniture and 12 < len(line.text) <= _HEADLINE
        ]
        if tags == ("h1",) and found:
            return found[0]
        if len(found) == 1:
            return found[0]
    return None


def _bare(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _kept(lines: list[_Line], first: int, last: int, headline: int | None) -> list[_Line]:
    """The article's lines with the kinds that markup is sure of, and a date or author just above the headline."""
    before = range(max(0, first - _ABOVE), first)
    kept = [lines[i] for i in before if lines[i].kind in ("page-date", "byline") and _DIGITS_DATE.search(lines[i].text)]
    kept += lines[first:last]
    top = lines[headline] if headline is not None else None
    for line in kept:
        line.kind = "title" if line is top else _kind(line)
    _pointers(kept)
    return kept


def _kind(line: _Line) -> str:
    if line.furniture:
        return line.furniture
    if line.kind in ("caption", "table"):
        return line.kind if len(line.text) <= 2 * _HEADLINE else ""
    if line.kind == "page-date":
        return "page-date" if _DIGITS_DATE.search(line.text) and len(line.text) <= 100 else ""
    if line.kind == "byline":
        return "byline" if len(line.text) <= 80 and not _STOP.search(line.text) else ""
    if line.pictured and line.slanted and len(line.text) <= _HEADLINE:
        return "caption"
    return "body" if line.kind in ("", "title") and len(line.text) >= _SENTENCE and line.text[-1:] in '.;”"' else ""


def _pointers(lines: list[_Line]) -> None:
    """Lines that are nothing but a link point to other pages."""
    for line in lines:
        if line.linked >= 0.9 * len(line.text) and line.kind in ("", "body"):
            line.kind = "related"
