"""Rows to files: what any text becomes can be read back, and a file is there whole or not at all."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvextract import storage
from dvextract.errors import UsageError
from dvextract.running.join import join_here, targets
from dvextract.tables.pack import PackWriter
from dvextract.tables.schema import BY_NAME
from dvextract.tables.write import FORMATS, PartWriter, check_formats, check_tables

REJECTS = BY_NAME["rejects"]

any_text = st.text(st.characters(exclude_categories=["Cs"]))
tricky = st.text(st.sampled_from('a ờ\u0300,"\n\r\t\x0b\x1c\x85\u2028\ufeff\x00;|=\\'))
rejects = st.lists(st.tuples(*[st.one_of(any_text, tricky)] * len(REJECTS.columns)), max_size=4)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A function that writes parts of rows of the table `rejects` and returns the bytes of the joined files."""
    folder = tmp_path_factory.mktemp("write")

    def write(*parts):
        there = [str(folder / f"{i}.pack") for i in range(len(parts))]
        for path, rows in zip(there, parts, strict=True):
            with storage.writing(path) as file:
                pack = PackWriter(file)
                with PartWriter(pack, FORMATS, ("rejects",)) as writer:
                    writer.write([], rows)
                pack.close({})
        join_here(there, targets(str(folder), "single", ("rejects",), FORMATS), str(folder / "between"))
        return {suffix: (folder / f"rejects.{suffix}").read_bytes() for suffix in ("csv", "jsonl", "parquet")}

    return write


@given(rejects)
def test_csv_gives_back_any_text(written, rows):
    lines = written(rows)["csv"].decode()
    assert list(csv.reader(io.StringIO(lines, newline="")))[1:] == [list(row) for row in rows]


@given(rejects)
def test_jsonl_gives_back_any_text(written, rows):
    lines = written(rows)["jsonl"].split(b"\n")
    found = [tuple(v or "" for v in json.loads(line).values()) for line in lines if line]
    assert found == rows


@given(rejects, rejects)
def test_parts_do_not_show(written, first, second):
    assert written(first, second) == written([*first, *second])


def test_csv_is_rfc_4180(written):
    data = written([("a", 'nói "dân"', "b,c", "d\ne", "")])["csv"]
    assert data == b'doc_id,source,stage,error,message\r\na,"n\xc3\xb3i ""d\xc3\xa2n""","b,c","d\ne",\r\n'


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: check_formats(["xlsx"]), "no format 'xlsx'; there are: csv, jsonl, parquet"),
        (lambda: check_formats([]), "no output format given"),
        (lambda: check_tables(["metnions"], ["csv"]), "no table 'metnions'; there are: documents, blocks"),
        (lambda: check_tables(["records"], ["csv"]), "add jsonl to --format"),
    ],
)
def test_what_cannot_be_written_is_wrong_usage(check, message):
    with pytest.raises(UsageError, match=message):
        check()


def test_rejects_are_never_left_out():
    assert check_tables(["posts"], ["csv"]) == ("posts", "rejects")
