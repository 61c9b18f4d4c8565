"""Persons told apart in a whole run: tables that agree, whatever the shards and workers."""

import pandas as pd
import pytest

from dvextract import load, run
from dvextract.running import join, shards
from dvextract.running import run as running
from dvextract.tables import write
from dvextract.tables.schema import BY_NAME

OFFICIAL = """Cập nhật: 16:40, {day}
Tỉnh {place}: Họp về công tác dân vận

Sáng {day}, UBND tỉnh {place} tổ chức Hội nghị sơ kết công tác dân vận. Đồng chí {name}, {post} tỉnh {place}, chủ trì \
Hội nghị. Phát biểu tại Hội nghị, đồng chí {given} nhấn mạnh: “Cán bộ phải nghe dân nói”.
"""
NAME = "Nguyễn Văn Hùng"
CHAIR, DEPUTY = "Chủ tịch UBND", "Phó Chủ tịch UBND"


def official(place, post=CHAIR, name=NAME, day="08/7/2024"):
    return OFFICIAL.format(place=place, post=post, name=name, given=name.split()[-1], day=day)


PAGES = {
    "a.txt": official("Sơn La"),
    "b.txt": official("Nghệ An"),
    "c.txt": official("Sơn La", DEPUTY, day="09/8/2019"),
    "d.txt": official("Nghệ An", day="10/7/2024"),
    "e.txt": official("Nghệ An", day="12/7/2024"),
    "f.txt": "Anh Nguyễn Văn Hùng ở bản Pá Ngần nuôi bò.",
    "g.txt": official("Sơn La", name="Lường Hoà Pảnh"),
    "h.txt": official("Sơn La", name="LƯỜNG HÒA PẢNH"),
    "i.txt": "",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("persons")
    for name, text in PAGES.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def out(folder, tmp_path_factory):
    where = tmp_path_factory.mktemp("persons-out") / "out"
    run(folder, where, formats=write.FORMATS)
    return where


@pytest.fixture(scope="module")
def tables(out):
    return load(out)


def contents(out):
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name != "run.json"}


def of(tables, name):
    """The entity of each page with this name."""
    found = tables.identities[tables.identities.person.str.lower() == name.lower()]
    return dict(zip(found.doc_id, found.entity_id, strict=True))


def test_two_provinces_are_two_persons_and_a_deputy_becomes_chairman(tables):
    entity = of(tables, NAME)
    assert sorted(entity) == ["a", "b", "c", "d", "e", "f"]
    assert entity["b"] == entity["d"] == entity["e"]
    assert entity["a"] == entity["c"]
    assert len(set(entity.values())) == 3


def test_the_reason_is_given(tables):
    found = tables.identities[tables.identities.person == NAME].set_index("doc_id")
    assert found.rule["b"] == "identity.post"
    assert found.evidence["b"] == "Chủ tịch UBND tỉnh Nghệ An (also d)"
    assert found.rule["a"] == found.rule["c"] == "identity.leaders"
    assert found.rule["f"] == "identity.apart.unproved"
    assert found.score.between(0.5, 1).all()


def test_spellings_of_a_name_are_one_person(tables):
    assert len(set(of(tables, "Lường Hoà Pảnh").values()) | set(of(tables, "Lường Hòa Pảnh").values())) == 1


@pytest.mark.parametrize("name", ["identities", "mentions"])
def test_foreign_keys(tables, name):
    for key in BY_NAME[name].foreign_keys:
        mine = getattr(tables, name)[list(key.columns)].dropna()
        target = getattr(tables, key.table)[list(BY_NAME[key.table].primary_key)]
        assert len(mine)
        assert pd.MultiIndex.from_frame(mine).isin(pd.MultiIndex.from_frame(target)).all()


def test_every_person_of_every_page_has_a_row(tables):
    persons = tables.mentions[tables.mentions.label == "PERSON"]
    pairs = persons[["doc_id", "entity_id"]].drop_duplicates()
    assert sorted(map(tuple, pairs.to_numpy())) == sorted(
        map(tuple, tables.identities[["doc_id", "entity_id"]].to_numpy())
    )


def test_counts_of_entities_are_those_of_their_mentions(tables):
    persons = tables.mentions[tables.mentions.label == "PERSON"].groupby("entity_id")
    entities = tables.entities[tables.entities.label == "PERSON"].set_index("entity_id")
    assert (persons.size() == entities.n_mentions).all()
    assert (persons.doc_id.nunique() == entities.n_documents).all()
    order = list(zip(tables.entities.label.astype(str), tables.entities.entity_id, strict=True))
    assert order == sorted(order)


def test_formats_say_the_same(out):
    for name in ("mentions", "identities", "entities"):
        csv = pd.read_csv(out / f"{name}.csv", dtype=str, keep_default_na=False).entity_id.tolist()
        assert pd.read_parquet(out / f"{name}.parquet").entity_id.fillna("").tolist() == csv
        assert pd.read_json(out / f"{name}.jsonl", lines=True).entity_id.fillna("").tolist() == csv


@pytest.mark.parametrize("workers", [1, 2])
def test_neither_shards_nor_workers_show(folder, out, tmp_path, monkeypatch, workers):
    monkeypatch.setattr(shards, "PAGES", 2)
    monkeypatch.setattr(shards, "LIGHTEST", 1)
    monkeypatch.setattr(shards, "HEAVIEST", 1)
    monkeypatch.setattr(join, "GROUP", 2)
    run(folder, tmp_path / "out", formats=write.FORMATS, workers=workers)
    assert contents(tmp_path / "out") == contents(out)


def test_interrupted_while_persons_are_joined(folder, out, tmp_path, monkeypatch):
    def fall(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(join, "_decided_rows", fall)
        with pytest.raises(KeyboardInterrupt):
            run(folder, tmp_path / "out", formats=write.FORMATS)
    assert (tmp_path / "out" / running.WORK / running.JOIN).exists()
    assert run(folder, tmp_path / "out", formats=write.FORMATS).resumed == 1
    assert contents(tmp_path / "out") == contents(out)


def test_the_person_of_most_pages_has_the_identifier_of_the_name_and_others_keep_theirs(folder, tables, tmp_path):
    """A page more about one person changes nothing about the others."""
    more = tmp_path / "in"
    more.mkdir()
    for name, text in {**PAGES, "z.txt": official("Nghệ An", day="15/7/2024")}.items():
        (more / name).write_text(text, encoding="utf-8")
    run(more, tmp_path / "out")
    before, after = of(tables, NAME), of(load(tmp_path / "out"), NAME)
    assert after.pop("z") == before["b"]
    assert after == before


@pytest.mark.parametrize("names", [("mentions",), ("identities",), ("entities", "posts"), ("posts",)])
def test_some_tables_only(folder, out, tmp_path, names):
    run(folder, tmp_path / "out", tables=names)
    for name in names:
        assert (tmp_path / "out" / f"{name}.csv").read_bytes() == (out / f"{name}.csv").read_bytes()
    assert not (tmp_path / "out" / running.WORK / running.JOIN).exists()


def test_a_pipeline_without_profiles_takes_a_name_for_a_person(folder, tmp_path):
    stages = ("layout", "segment", "grammar", "tagger", "resolve", "interpret", "relate", "link")
    short = tmp_path / "short.toml"
    short.write_text("".join(f'[[stages]]\nname = "{s}"\n' for s in stages), encoding="utf-8")
    run(folder, tmp_path / "out", pipeline=str(short))
    tables = load(tmp_path / "out")
    assert len(tables.identities) == 0
    assert tables.mentions[tables.mentions.value == NAME].entity_id.nunique() == 1
    assert set(tables.mentions.entity_id.dropna()) == set(tables.entities.entity_id)
