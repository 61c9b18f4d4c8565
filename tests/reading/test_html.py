"""Pages of portals: the article whole, furniture gone, what markup states taken, every line traced to its element."""

import portals
import pytest

from dvextract.document import Document
from dvextract.stages.layout import Layout

html = pytest.importorskip("lxml.html")

ARTICLE = (portals.TITLE, portals.LEAD, *portals.BODY)


def read(page):
    from dvextract.reading.html import read_html

    found = read_html(page.encode())
    doc = Document("page", found.text, hints=found.hints, origins=found.origins, warnings=found.warnings)
    Layout()([doc])
    return doc


def content(doc):
    return "\n".join(doc.span(b) for b in doc.blocks if b.is_content)


@pytest.mark.parametrize("system", portals.PORTALS)
def test_the_article_is_whole_and_nothing_else_is_content(system):
    doc = read(portals.PORTALS[system])
    found = content(doc)
    assert [s for s in ARTICLE if s not in found] == []
    assert [s for s in portals.FURNITURE if s in found] == []
    assert [doc.span(b) for b in doc.blocks if b.kind == "title"] == [portals.TITLE]


@pytest.mark.parametrize("system", portals.PORTALS)
def test_title_date_and_author(system):
    page = read(portals.PORTALS[system]).page
    assert page.title == portals.TITLE
    assert page.published_date == "2024-07-08T16:40"
    assert page.reference_date == "2024-07-08"
    assert page.author == ("" if system in ("short", "comments") else "Hà Thu Lan")


@pytest.mark.parametrize("system", portals.PORTALS)
def test_every_line_is_where_its_xpath_says(system):
    doc = read(portals.PORTALS[system])
    tree = html.document_fromstring(portals.PORTALS[system].encode(), parser=html.HTMLParser(encoding="utf-8"))
    assert "\n".join(doc.text[o.start : o.end] for o in doc.origins) == doc.text
    for o in doc.origins:
        (element,) = tree.xpath(o.place)
        inside = " ".join("".join(element.itertext()).split())
        parts = doc.text[o.start : o.end].split("\t")
        assert all(" ".join(part.split()) in inside for part in parts)


def test_captions_and_tables():
    doc = read(portals.PORTALS["paper"])
    kinds = {doc.span(b): b.kind for b in doc.blocks}
    assert kinds[portals.CAPTION] == "caption"
    assert kinds["Mường Pảo\t112"] == "table"


STATED = "<html><head>{}<title>Trang</title></head><body><h1>{}</h1><p>{}</p></body></html>"


@pytest.mark.parametrize(
    ("head", "published", "author"),
    [
        ('<meta property="article:published_time" content="2024-07-08T09:40:00Z">', "2024-07-08T16:40", ""),
        ('<meta name="pubdate" content="08/07/2024 16:40"><meta name="author" content="Hà Thu Lan">',
         "2024-07-08T16:40", "Hà Thu Lan"),
        ('<meta name="dc.date" content="2024-07-08"><meta name="author" content="admin">', "2024-07-08", ""),
        ('<script type="application/ld+json">{"@type":"Article","datePublished":"2024-07-08","author":["A Páo",'
         '"B Lềnh"]}</script>', "2024-07-08", "A Páo, B Lềnh"),
        ('<script type="application/ld+json">{"@type":"Article", broken</script>', "", ""),
        ('<meta name="pubdate" content="hôm qua">', "", ""),
        ('<meta name="pubdate" content="31/02/2024">', "", ""),
    ],
)  # fmt: skip
def test_what_markup_states(head, published, author):
    page = read(STATED.format(head, portals.TITLE, portals.LEAD)).page
    assert (page.title, page.published_date, page.author) == (portals.TITLE, published, author)


def test_a_shown_date_that_is_not_the_stated_one_is_the_visits():
    head = '<meta property="article:published_time" content="2024-07-08">'
    body = f'{portals.TITLE}</h1><div class="date">Thứ Năm, 20/2/2025</div><p>{portals.LEAD}'
    page = read(STATED.format(head, body, portals.BODY[0])).page
    assert (page.displayed_date, page.displayed_date_trust, page.published_date) == (
        "2025-02-20",
        "crawl",
        "2024-07-08",
    )


def test_a_page_without_an_article_says_so():
    doc = read("<ul><li>Giới thiệu</li><li>Liên hệ</li></ul>")
    assert [w.kind for w in doc.warnings] == ["main-text-unsure"]
    assert doc.text == "Giới thiệu\nLiên hệ"


def test_blanks_are_those_a_reader_sees():
    doc = read("<p>Hội\n   nghị&nbsp;sơ <b>kết</b>\tcông<br>tác <!-- x -->dân vận</p><pre>a</pre>")
    assert doc.text == "Hội nghị\u00a0sơ kết công\ntác dân vận\na"
