"""What a notebook shows of a document and of a run: all its words, escaped, and no script."""

from html.parser import HTMLParser

import pytest

from dvextract import extract, load
from dvextract.document import Document
from dvextract.viewing.notebook import SHOWN


class Text(HTMLParser):
    """The words of a piece of HTML without tags of labels, and its elements."""

    def __init__(self, html):
        super().__init__()
        self.words, self.elements, self.inside = "", set(), []
        self.feed(html)
        assert self.inside == []

    def handle_starttag(self, tag, attributes):
        self.elements.add(tag)
        assert not {name for name, _ in attributes} - {"style", "title"}
        self.inside.append("super" in dict(attributes).get("style", ""))

    def handle_endtag(self, tag):
        self.inside.pop()

    def handle_data(self, data):
        if not any(self.inside):
            self.words += data


@pytest.mark.parametrize(
    "text", ["Trang chủ\nNgày 8/7/2024, bà Hà Thị Miền <script>x</script> &amp; dự họp ở xã Pá Ngần."]
)
def test_a_document_is_shown_whole(text):
    shown = Text(extract(text, doc_id="<b>")._repr_html_())
    assert text in shown.words
    assert "<b>" in shown.words
    assert shown.elements <= {"div", "span", "b"}


def test_a_document_without_layers_and_a_long_one():
    assert "Họp bản" in Document("a", "Họp bản")._repr_html_()
    long = Text(Document("a", "x" * (SHOWN + 5))._repr_html_())
    assert "x" * SHOWN in long.words
    assert "5 more characters" in long.words


def test_a_run_lists_its_tables(notebook_run):
    tables = load(notebook_run)
    shown = Text(tables._repr_html_())
    assert "18 pages" in shown.words
    assert all(name in shown.words for name in tables.names)
