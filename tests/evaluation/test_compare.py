"""What two runs differ in, which samples are shown, and which folders are no runs."""

import json
import shutil

import pytest

from dvextract import compare, load, run
from dvextract.errors import UsageError
from dvextract.evaluation.compare import Difference, Found, differences, report, spread


def mention(start, end, label="PERSON", kind="", value=""):
    return Found(start, end, label, kind, value, "x" * (end - start))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([], [], []),
        ([mention(0, 5)], [mention(0, 5)], []),
        ([mention(0, 5)], [], ["only_a"]),
        ([], [mention(0, 5)], ["only_b"]),
        ([mention(0, 5)], [mention(0, 5, "TITLE")], ["label"]),
        ([mention(0, 5, value="Hà")], [mention(0, 5, value="Hạ")], ["value"]),
        ([mention(0, 5, "PHRASE", "model")], [mention(0, 5, "PHRASE", "slogan")], ["value"]),
        ([mention(0, 5)], [mention(3, 9)], ["boundary"]),
        # touching is not sharing
        ([mention(0, 5)], [mention(5, 9)], ["only_a", "only_b"]),
        # another span and another label: one lost, one gained
        ([mention(0, 5)], [mention(0, 6, "TITLE")], ["only_a", "only_b"]),
        # one that became two is a changed boundary and a gain
        ([mention(0, 9)], [mention(0, 4), mention(5, 9)], ["boundary", "only_b"]),
        # the same span is paired before an overlapping one
        ([mention(0, 5), mention(6, 9)], [mention(6, 9, value="Hà")], ["only_a", "value"]),
    ],
)
def test_every_mention_is_in_one_difference_at_most(a, b, expected):
    assert [d.sort for d in differences("p", a, b)] == expected


def test_a_changed_label_is_of_both():
    (found,) = differences("p", [mention(0, 5)], [mention(0, 5, "TITLE")])
    assert found.labels == ("PERSON", "TITLE")


@pytest.mark.parametrize(
    ("pages", "most", "chosen"),
    [
        ("aaabbc", 3, [0, 3, 5]),  # one of each page before a second of any
        ("aaabbc", 5, [0, 1, 3, 4, 5]),
        ("abcdefgh", 4, [0, 2, 4, 6]),  # evenly spaced where pages are too many
        ("ab", 9, [0, 1]),
        ("ab", 0, []),
        ("", 3, []),
    ],
)
def test_samples_are_spread_over_pages(pages, most, chosen):
    found = [Difference("only_a", page, mention(i, i + 1), None) for i, page in enumerate(pages)]
    assert [d.start for d in spread(found, most)] == [found[i].start for i in chosen]


def rewritten(finished, folder, change, tables=("mentions", "blocks", "documents")):
    """A copy of a run with some tables, in CSV, its mentions changed."""
    folder.mkdir()
    shutil.copy(finished / "run.json", folder)
    for name in tables:
        frame = getattr(load(finished), name).copy()
        (change(frame) if name == "mentions" else frame).to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def other(finished, tmp_path_factory):
    """The finished run with one mention gone, one longer, one of another label, one of another value."""

    def change(frame):
        frame["text"] = frame["text"].astype(object)
        people = frame.index[frame.label == "PERSON"]
        times = frame.index[frame.label == "TIME"]
        frame.loc[people[1], "label"] = "TITLE"
        frame.loc[times[0], "value"] = "1999"
        frame.loc[times[1], "end"] -= 1
        return frame.drop(index=people[0])

    return rewritten(finished, tmp_path_factory.mktemp("compare") / "other", change)


def test_counts_by_label(finished, other):
    found = compare(finished, other)
    assert (found.pages, found.only_a, found.only_b, found.other_text) == (4, [], [], [])
    counts = found.counts()
    in_all = {"only_a": 1, "only_b": 0, "label": 1, "boundary": 1, "value": 1}
    assert {sort: counts["ALL"][sort] for sort in in_all} == in_all
    assert counts["ALL"]["a"] == counts["ALL"]["b"] + 1 == len(load(finished).mentions)
    assert [counts[x]["label"] for x in ("PERSON", "TITLE", "TIME")] == [1, 1, 0]
    assert [counts["TIME"][sort] for sort in ("boundary", "value")] == [1, 1]


def test_gains_of_one_are_losses_of_the_other(finished, other):
    there, back = compare(finished, other).counts()["ALL"], compare(other, finished).counts()["ALL"]
    assert (there["only_a"], there["only_b"]) == (back["only_b"], back["only_a"])


def test_a_run_does_not_differ_from_itself(finished):
    assert compare(finished, finished).differences == []
    assert not [line for line in report(finished, finished) if "⟦" in line]


def test_samples_stand_in_their_context(finished, other):
    samples = [line for line in report(finished, other) if "⟦" in line]
    assert [line[:11].rstrip() for line in samples] == ["only in A", "other label", "boundary", "value, kind"]
    first = load(finished).mentions.query("label == 'PERSON'").iloc[0]
    assert f"⟦{first.text}⟧" in samples[0]
    assert samples[0].endswith(f"  ({first.doc_id})")
    assert samples[1][12:].startswith("PERSON → TITLE ")
    assert " → 1999 | " in samples[3]
    block = load(finished).blocks.query("doc_id == @first.doc_id and start <= @first.start < end").iloc[0]
    at = first.start - block.start
    assert block.text[max(0, at - 40) : at] + "⟦" in samples[0]


def test_without_blocks_a_sample_is_the_mention(finished, tmp_path):
    bare = [
        rewritten(finished, tmp_path / name, change, tables=("mentions",))
        for name, change in (("a", lambda frame: frame), ("b", lambda frame: frame.drop(index=frame.index[0])))
    ]
    first = load(finished).mentions.iloc[0]
    (sample,) = [line for line in report(*bare) if "⟦" in line]
    assert sample == f"only in A   {first.label:12s} ⟦{first.text}⟧  ({first.doc_id})"


def test_one_label_only(finished, other):
    lines = report(finished, other, label="TITLE")
    assert [line.split()[0] for line in lines[2:4]] == ["TITLE", "ALL"]
    assert [line[:11] for line in lines if "⟦" in line] == ["other label"]


def test_no_samples(finished, other):
    assert not [line for line in report(finished, other, show=0) if "⟦" in line]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_other_formats_are_the_same_run(finished, tmp_path, suffix):
    for name in ("run.json", f"mentions.{suffix}", f"documents.{suffix}"):
        shutil.copy(finished / name, tmp_path)
    assert compare(finished, tmp_path).differences == []


def test_pages_of_one_run_only_are_named(finished, lay, tmp_path):
    folder = lay({"mot-dong.txt": "Bà con họp.", "vua-du.txt": "Bà con họp bản.\r\n", "moi.txt": "Họp."})
    run(folder, tmp_path / "out")
    found = compare(finished, tmp_path / "out")
    assert (found.pages, found.only_a, found.only_b) == (1, ["2024/nha-van-hoa", "2024/so-ket"], ["moi"])
    assert found.other_text == ["mot-dong"]
    lines = report(finished, tmp_path / "out", show=1)
    assert lines[:4] == [
        "1 pages compared",
        "2 pages only in A: 2024/nha-van-hoa, …",
        "1 pages only in B: moi",
        "1 pages with another text in B, not compared: mot-dong",
    ]


def test_every_difference_is_in_the_file(finished, other, tmp_path):
    report(finished, other, show=0, json_file=str(tmp_path / "d.json"))
    written = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    assert [d["sort"] for d in written["differences"]].count("only_a") == 1
    assert len(written["differences"]) == 4
    assert written["counts"] == compare(finished, other).counts()
    assert written["pages"]["compared"] == 4


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (None, "no folder"),
        ({"mentions.csv": "doc_id\n"}, "is not the output of a finished run"),
        ({"run.json": "{}"}, "has no table 'mentions'"),
    ],
)
def test_folders_that_are_no_runs(finished, lay, tmp_path, files, message):
    folder = tmp_path / "nowhere" if files is None else lay(files)
    for pair in ((folder, finished), (finished, folder)):
        with pytest.raises(UsageError, match=message):
            compare(*pair)


def test_runs_without_a_common_page(finished, lay, tmp_path):
    run(lay({"x.txt": "Họp."}), tmp_path / "out")
    with pytest.raises(UsageError, match=r"no page is in both .*: run the same input twice"):
        compare(finished, tmp_path / "out")


def test_an_unknown_label(finished):
    with pytest.raises(UsageError, match="no label 'PRESON'; there are: PERSON"):
        report(finished, finished, label="PRESON")
