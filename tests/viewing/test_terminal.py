"""A page in the terminal: the same characters, coloured, with nothing the terminal would obey."""

import io

import pytest
from rich.console import Console

from dvextract.document import LABELS, Block, Document, Mention, QuantityValue, Reading
from dvextract.errors import InputError, UsageError
from dvextract.viewing.terminal import STYLES, coloured, show, show_file, values

TEXT = "Trang chủ\nBản có hơn\u00a071  hộ, 71 bò. [bold]Bà Miền[/bold] vui :smile: " + "và hát " * 20


def page(text=TEXT, mentions=(), readings=None):
    doc = Document("p", text)
    doc.add("blocks", (Block(0, 9, "nav"), Block(10, len(text), "body")))
    doc.add("mentions", tuple(mentions))
    if readings:
        doc.add("readings", tuple(readings))
    return doc


def span(words, label):
    start = TEXT.index(words)
    return Mention(start, start + len(words), label, "tagger", 1.0)


def printed(doc, colours=False):
    file = io.StringIO()
    system = "standard" if colours else None
    show(doc, Console(file=file, width=40, highlight=False, force_terminal=colours, color_system=system))
    return file.getvalue()


def test_every_label_has_a_style_of_its_own():
    assert set(STYLES) == set(LABELS)
    assert len(set(STYLES.values())) == len(LABELS)


def test_the_page_is_printed_verbatim_whatever_the_width():
    assert TEXT in printed(page())


def test_mentions_are_coloured_and_furniture_is_dimmed():
    text = coloured(page(mentions=[span("Miền", "PERSON")]))
    assert [(text.plain[s.start : s.end], s.style) for s in text.spans] == [
        ("Trang chủ", "dim"),
        ("Miền", STYLES["PERSON"]),
    ]
    assert "\x1b[1;36mMiền\x1b[0m" in printed(page(mentions=[span("Miền", "PERSON")]), colours=True)


def test_without_a_terminal_there_are_no_colours():
    assert "\x1b" not in printed(page(mentions=[span("Miền", "PERSON")]))


@pytest.mark.parametrize("control", ["\x1b[2J", "\x07", "\r", "\x9b2J", "\x7f", "\x00"])
def test_control_characters_are_shown_and_not_obeyed(control):
    text = f"Trang chủ\nBản {control} họp"
    shown = coloured(page(text))
    assert len(shown.plain) == len(text)
    assert control[0] not in printed(page(text))


def test_values_that_differ_are_listed_once():
    mentions = [span("hơn\u00a071  hộ", "QUANTITY"), span("Miền", "PERSON"), span("Miền", "PERSON")]
    value = Reading("count", "71", QuantityValue("71", "71"))
    readings = [value, Reading("", "Hà Thị Miền"), Reading("", "Hà Thị Miền")]
    doc = page(mentions=mentions, readings=readings)
    assert values(doc) == [("QUANTITY", "hơn 71 hộ", "71"), ("PERSON", "Miền", "Hà Thị Miền")]
    assert "QUANTITY     hơn 71 hộ = 71\n" in printed(doc)


def test_a_value_that_is_the_words_is_not_listed():
    assert values(page(mentions=[span("Miền", "PERSON")], readings=[Reading("", "Miền")])) == []


def test_a_pipeline_without_mentions_shows_the_page(tmp_path, capsys):
    (tmp_path / "p.toml").write_text('[[stages]]\nname = "layout"\n')
    (tmp_path / "a.txt").write_text("Bản Pá Ngần họp.", encoding="utf-8")
    show_file(tmp_path / "a.txt", str(tmp_path / "p.toml"))
    assert "Bản Pá Ngần họp." in capsys.readouterr().out


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot read"):
        show_file(tmp_path / "a.txt")


def test_a_file_that_is_no_page(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff")
    with pytest.raises(InputError, match="not valid UTF-8"):
        show_file(tmp_path / "a.txt")
