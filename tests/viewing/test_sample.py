"""Rows drawn from a run: which, with what context and evidence, in every format."""

import csv
import shutil

import pytest

from dvextract.errors import UsageError
from dvextract.viewing.sample import SAMPLED, SHEET, lines, sample, write_sheet


def only(finished, folder, *names):
    """The run with these files only."""
    for name in (*names, "run.json"):
        shutil.copy(finished / name, folder / name)
    return folder


def test_all_rows_when_there_are_fewer(finished):
    found = sample(finished, ("posts",), 1000)
    with (finished / "posts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [s.cells["person"] for s in found] == [row["person"] for row in rows]
    first = [s.row for s in found if s.cells["doc_id"] == "2024/so-ket"]
    assert first == list(range(len(first)))


def test_a_seed_draws_the_same_rows_and_another_seed_others(finished):
    def drawn(seed):
        return [s.cells["mention_id"] for s in sample(finished, ("mentions",), 5, seed)]

    assert drawn(1) == drawn(1)
    assert len({tuple(drawn(seed)) for seed in range(6)}) > 1
    assert len(drawn(1)) == 5


def test_every_row_is_as_likely(finished):
    total = len(sample(finished, ("mentions",), 1000))
    counts = {}
    for seed in range(600):
        for s in sample(finished, ("mentions",), 3, seed):
            key = (s.cells["doc_id"], str(s.cells["mention_id"]))
            counts[key] = counts.get(key, 0) + 1
    assert len(counts) == total
    expected = 600 * 3 / total
    assert all(expected / 3 < n < expected * 3 for n in counts.values())


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_every_format_gives_the_same(finished, tmp_path, suffix):
    names = [f"{name}.{suffix}" for name in (*SAMPLED, "evidence", "sentences")]
    folder = only(finished, tmp_path, *names)
    assert list(lines(sample(folder, SAMPLED, 3))) == list(lines(sample(finished, SAMPLED, 3)))


def test_context_marks_what_the_row_rests_on(finished):
    posts = {s.cells["title"]: s for s in sample(finished, ("posts",), 1000)}
    former = posts["Chủ tịch Hội Liên hiệp Phụ nữ (LHPN) huyện Nậm Lụ"]
    assert "Bà ⟦Quàng Thị Xuyên, nguyên Chủ tịch Hội Liên hiệp Phụ nữ (LHPN) huyện Nậm Lụ⟧, đề nghị" in former.context
    assert former.rule == "post.name-then-title"
    assert former.fact.startswith("person: Quàng Thị Xuyên; title: Chủ tịch")
    assert "  status       post.status.word-before: nguyên" in list(lines([former]))


def test_a_mention_has_its_method(finished):
    (*_, last) = sample(finished, ("mentions",), 1000)
    assert last.rule == last.cells["method"]
    assert f"⟦{last.cells['text']}⟧" in last.context


def test_without_evidence_or_sentences_the_rows_are_there(finished, tmp_path):
    folder = only(finished, tmp_path, "posts.csv")
    found = sample(folder, ("posts",), 2)
    assert [(s.context, s.evidence, s.rule) for s in found] == [("", (), "")] * 2


def test_sheet(finished, tmp_path):
    found = sample(finished, n=2)
    write_sheet(found, tmp_path / "sheet.csv")
    with (tmp_path / "sheet.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == SHEET
    assert [row["table"] for row in rows] == [s.table for s in found]
    assert {row["right"] for row in rows} == {""}


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (("tokens",), "table 'tokens' cannot be sampled; these can: mentions, times"),
        (("posts",), "has no table 'posts'"),
    ],
)
def test_tables_that_cannot_be_sampled(finished, tmp_path, tables, message):
    folder = only(finished, tmp_path, "mentions.csv")
    with pytest.raises(UsageError, match=message):
        sample(folder, tables)
