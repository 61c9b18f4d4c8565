"""Exports of mentions: what stands in the files is what stands in the tables, at the same characters."""

import json

import pytest

from dvextract import load
from dvextract.errors import UsageError
from dvextract.exporting.export import FORMATS, export
from dvextract.tables.stream import RunReader


def spans(folder):
    """Start, end and label of the mentions of every page."""
    rows = load(folder).mentions[["doc_id", "start", "end", "label"]].itertuples(index=False, name=None)
    found = {page: [] for page in load(folder).documents["doc_id"]}
    for page, *span in rows:
        found[page].append(tuple(span))
    return found


def texts(folder):
    return {p.doc_id: p.text for p in RunReader(folder).pages(())}


@pytest.fixture(params=["finished", "awkward"])
def folder(request):
    return request.getfixturevalue(request.param)


def test_conll_tags_are_the_mentions(folder, tmp_path):
    export(folder, "conll", tmp_path / "x.conll")
    found, page = {}, ""
    for line in (tmp_path / "x.conll").read_text(encoding="utf-8").split("\n"):
        if line.startswith("# doc_id = "):
            page = line.removeprefix("# doc_id = ")
            found[page] = []
        elif line:
            form, _, start, end, tag = line.split("\t")
            words = texts(folder)[page][int(start) : int(end)]
            assert form == "_".join(words.split())
            if tag.startswith("B-"):
                found[page].append([int(start), int(end), tag[2:]])
            elif tag.startswith("I-"):
                assert found[page][-1][2] == tag[2:]
                found[page][-1][1] = int(end)
    assert {p: [tuple(s) for s in rows] for p, rows in found.items()} == spans(folder)


def test_conll_keeps_neighbours_of_one_label_apart(finished, tmp_path):
    export(finished, "conll", tmp_path / "x.conll")
    starts = (tmp_path / "x.conll").read_text(encoding="utf-8").count("\tB-")
    assert starts == len(load(finished).mentions)


def test_brat_offsets_lead_to_the_words(folder, tmp_path):
    export(folder, "brat", tmp_path / "brat")
    found = {}
    files = sorted((tmp_path / "brat").rglob("*.ann"))
    assert len(files) == len(texts(folder))
    for file in files:
        text = file.with_suffix(".txt").read_bytes().decode()
        page = next(p for p, t in texts(folder).items() if t == text)
        found[page] = []
        known = set()
        for line in file.read_bytes().decode().split("\n")[:-1]:
            identifier, what, *words = line.split("\t")
            if identifier.startswith("T"):
                known.add(identifier)
                label, offsets = what.split(" ", 1)
                pieces = [tuple(map(int, p.split(" "))) for p in offsets.split(";")]
                assert words == [" ".join(text[a:b] for a, b in pieces)]
                if label != "STATEMENT":
                    found[page].append((pieces[0][0], pieces[-1][1], label))
            elif identifier.startswith("R"):
                assert {a.split(":")[1] for a in what.split(" ")[1:]} <= known
    assert found == spans(folder)


def test_brat_writes_nothing_outside_its_folder_and_no_page_over_another(awkward, tmp_path):
    export(awkward, "brat", tmp_path / "in" / "brat")
    assert [p.name for p in tmp_path.iterdir()] == ["in"]
    assert [p.name for p in (tmp_path / "in").iterdir()] == ["brat"]
    assert len(list((tmp_path / "in" / "brat").rglob("*.txt"))) == 5


def test_brat_does_not_write_over_corrections(finished, tmp_path):
    export(finished, "brat", tmp_path / "brat")
    before = sorted((p, p.stat().st_mtime_ns) for p in (tmp_path / "brat").rglob("*"))
    with pytest.raises(UsageError, match="is there already"):
        export(finished, "brat", tmp_path / "brat")
    assert sorted((p, p.stat().st_mtime_ns) for p in (tmp_path / "brat").rglob("*")) == before


def test_doccano_counts_code_points(folder, tmp_path):
    export(folder, "doccano", tmp_path / "x.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_bytes().splitlines()]
    assert {r["doc_id"]: [tuple(s) for s in r["label"]] for r in rows} == spans(folder)
    assert {r["doc_id"]: r["text"] for r in rows} == texts(folder)


def test_label_studio_counts_as_javascript_does(folder, tmp_path):
    export(folder, "label-studio", tmp_path / "x.json")
    tasks = json.loads((tmp_path / "x.json").read_bytes())
    assert [t["data"]["doc_id"] for t in tasks] == list(texts(folder))
    for task in tasks:
        units = task["data"]["text"].encode("utf-16-le")
        regions = {r["id"]: r for r in task["predictions"][0]["result"] if r["type"] == "labels"}
        for region in regions.values():
            value = region["value"]
            assert units[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]
        for r in task["predictions"][0]["result"]:
            assert r["type"] == "labels" or {r["from_id"], r["to_id"]} <= set(regions)
        assert len(regions) == len(spans(folder)[task["data"]["doc_id"]])
    assert "PERSON" in (tmp_path / "x.json.config.xml").read_text(encoding="utf-8")


def biluo_spans(paragraph):
    """Words of the mentions that the tags of a paragraph mark."""
    found = []
    for sentence in paragraph["sentences"]:
        for token in sentence["tokens"]:
            mark, _, label = token["ner"].partition("-")
            if mark in "BU":
                found.append([label, token["orth"]])
            elif mark in "IL":
                assert found[-1][0] == label
                found[-1].append(token["orth"])
    return [(label, "".join("".join(words).split())) for label, *words in found]


def test_spacy_training_format(folder, tmp_path):
    export(folder, "spacy", tmp_path / "x.json")
    pages = json.loads((tmp_path / "x.json").read_bytes())
    for page in pages:
        (paragraph,) = page["paragraphs"]
        wanted = [(label, "".join(paragraph["raw"][a:b].split())) for a, b, label in spans(folder)[page["id"]]]
        assert biluo_spans(paragraph) == wanted


def test_spacy_reads_the_doc_bin(folder, tmp_path):
    tokens = pytest.importorskip("spacy.tokens", reason="spaCy is not installed")
    from spacy.vocab import Vocab

    export(folder, "spacy", tmp_path / "x.spacy")
    docs = list(tokens.DocBin(store_user_data=True).from_disk(tmp_path / "x.spacy").get_docs(Vocab()))
    assert {d.user_data["doc_id"]: d.text for d in docs} == texts(folder)
    found = {d.user_data["doc_id"]: [(e.start_char, e.end_char, e.label_) for e in d.ents] for d in docs}
    assert found == spans(folder)


@pytest.mark.parametrize("to", ["conll", "doccano", "label-studio", "spacy"])
def test_the_same_run_gives_the_same_bytes(finished, tmp_path, to):
    for name in ("a.json", "b.json"):
        export(finished, to, tmp_path / name)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize("to", [f for f in FORMATS if f not in ("brat", "spreadsheet")])
def test_a_failed_export_leaves_what_was_there(finished, tmp_path, monkeypatch, to):
    pytest.importorskip({"xlsx": "xlsxwriter", "duckdb": "duckdb"}.get(to, "json"))
    path = tmp_path / "x.json"
    path.write_text("before")
    calls = iter(range(2))

    def broken(self, table):
        if next(calls, None) is None:
            raise OSError("disk full")
        return original(self, table)

    original = RunReader.rows
    monkeypatch.setattr(RunReader, "rows", broken)
    with pytest.raises(OSError, match="disk full"):
        export(finished, to, path)
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]


def test_wrong_usage_is_said(finished, tmp_path):
    for arguments, message in [
        ((finished, "xml", tmp_path / "x"), "no format 'xml'"),
        ((finished, "brat", tmp_path / "x", ["posts"]), "--tables is for"),
        ((finished, "sqlite", tmp_path / "x", ["post"]), "no table 'post'"),
        ((finished, "spacy", tmp_path / "x.txt"), "name a file .json"),
        ((tmp_path, "conll", tmp_path / "x"), "not the output of a finished run"),
    ]:
        with pytest.raises(UsageError, match=message):
            export(*arguments)
    assert list(tmp_path.iterdir()) == []
