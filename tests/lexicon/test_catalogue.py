"""Every shipped lexicon says what it is and where it is from, and its rows are whole."""

import re
import unicodedata
from collections import Counter
from importlib import resources

import pytest

from dvextract.lexicon import catalogue, tsv

# Lexicons whose first column is no key: one word may have several readings, kinds or codes.
SEVERAL = {
    "abbreviations.tsv",
    "admin_units.tsv",
    "armed_forces.tsv",
    "body_parts.tsv",
    "departments.tsv",
    "furniture.tsv",
    "page_cues.tsv",
    "phrase_heads.tsv",
    "places.tsv",
    "provinces.tsv",
}


def lines(name):
    text = (resources.files("dvextract.lexicon") / name).read_bytes().decode("utf-8")
    assert text.endswith("\n")
    return text.removesuffix("\n").split("\n")


@pytest.mark.parametrize("lexicon", catalogue.catalogue(), ids=lambda x: x.file)
def test_the_head_describes_the_rows(lexicon):
    assert lexicon.rows > 0
    assert 20 < len(lexicon.title) <= 100
    assert lexicon.description.endswith(".")
    assert len(lexicon.source) > 20
    assert lexicon.source.endswith(".")
    assert re.fullmatch(r"\d{4}(-\d{2}-\d{2})?", lexicon.as_of)
    assert all(re.fullmatch("[a-z_]+", column) for column in lexicon.columns)


@pytest.mark.parametrize("name", tsv.names())
def test_rows_are_whole_and_none_is_there_twice(name):
    sheet = tsv.sheet(name)
    body = lines(name)[len(sheet.comments) + 1 :]
    assert [line for line in body if line.count("\t") != len(sheet.columns) - 1] == []
    assert [line for line in body if any(cell != cell.strip() for cell in line.split("\t"))] == []
    assert [row for row in sheet.rows if not row[0]] == []
    assert len(sheet.rows) == len(body)
    keys = Counter(row if name in SEVERAL else row[:1] for row in sheet.rows)
    assert [key for key, n in keys.items() if n > 1] == []


@pytest.mark.parametrize("name", tsv.names())
def test_spelling_is_composed(name):
    assert [
        line for line in lines(name) if not unicodedata.is_normalized("NFC", line) or line.splitlines() != [line]
    ] == []


def test_a_row_may_begin_with_a_number_sign():
    assert "#" in {row[0] for row in tsv.rows("syllable_clusters.tsv")}


def test_the_parts_of_a_head():
    found = catalogue.describe("provinces.tsv")
    assert found.title == "Provinces and cities under the central government with their official codes"
    assert found.source.startswith("vietnamadminunits 1.0.4 (MIT)")
    assert (found.rows, found.as_of) == (73, "2026-04-30")


def test_columns_are_aligned():
    header, *table = catalogue.lines()
    assert [line.split()[0] for line in table] == list(tsv.names())
    starts = [header.index(name) for name in ("what it is", "source")]
    assert {line[start - 2 : start] for line in table for start in starts} == {"  "}
