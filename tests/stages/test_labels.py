"""Labels that are off: no rows, no facts that need them, and nothing else changed."""

from dataclasses import fields

import pytest

from dvextract import document, extract, load, run
from dvextract.document import LABELS
from dvextract.stages.labels import FACTS

KEYS = ("doc_id", "start", "end")


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    def made(table):
        path = tmp_path_factory.mktemp("labels") / "mine.toml"
        path.write_text(f"[labels]\n{table}\n", encoding="utf-8")
        return str(path)

    return made


def rows(tables, name, without=()):
    """The rows of a table, mentions by their place in the page instead of their number."""
    frame = getattr(tables, name)
    place = tables.mentions.set_index(["doc_id", "mention_id"])[["start", "end"]].apply(tuple, axis=1)
    for column in [c for c in frame.columns if c.endswith("mention_id")]:
        frame = frame.assign(**{column: [place.get((d, i)) for d, i in zip(frame.doc_id, frame[column], strict=True)]})
    return {tuple(map(str, r)) for r in frame.drop(columns=list(without)).itertuples(index=False)}


@pytest.mark.parametrize("off", [["QUANTITY"], ["TITLE"], ["PERSON"], ["EVENT", "LOCATION"], ["TIME", "ABBREVIATION"]])
def test_what_is_left_is_what_there_was(pages, finished, chain, tmp_path, off):
    run(pages, tmp_path / "out", pipeline=chain(f"off = {off}".replace("'", '"')))
    whole, left = load(finished), load(tmp_path / "out")
    wanted = {r for r in rows(whole, "mentions") if not set(r) & set(off)}
    assert rows(left, "mentions") == wanted
    assert len(wanted) < len(whole.mentions)
    for name in ("times", "quantities", "legal_references", "phrases", *FACTS):
        before, after = rows(whole, name), rows(left, name)
        assert after <= before, name
    if "TITLE" in off:
        assert rows(left, "posts") == set()
        assert rows(left, "statements") == rows(whole, "statements") != set()
    if "QUANTITY" in off:
        assert rows(left, "quantities") == set() != rows(whole, "quantities")
        assert rows(left, "posts") == rows(whole, "posts") != set()
    if "PERSON" in off:
        assert len(left.identities) == 0 < len(whole.identities)
    assert set(off).isdisjoint(left.entities.label)
    for _, m in left.mentions.iterrows():
        assert m.mention_id >= 0


def test_mentions_are_numbered_anew(pages, chain, tmp_path):
    run(pages, tmp_path / "out", pipeline=chain('off = ["PERSON"]'))
    mentions = load(tmp_path / "out").mentions
    for _, page in mentions.groupby("doc_id", observed=True):
        assert page.mention_id.tolist() == list(range(len(page)))


TEXT = (
    "Sáng 8/7/2024, Ban Dân vận Tỉnh ủy phối hợp với Hội Nông dân tỉnh tổ chức Hội nghị sơ kết công tác dân vận. Đồng "
    "chí Lường Văn Pảnh, Trưởng Ban Dân vận Tỉnh ủy chủ trì Hội nghị."
)


def test_on_is_the_other_way_round(chain):
    assert {m.label for m in extract(TEXT, chain('on = ["PERSON", "TIME"]')).mentions} == {"PERSON", "TIME"}
    assert extract(TEXT, chain("off = []")).mentions == extract(TEXT).mentions
    assert extract(TEXT, chain("on = []")).mentions == ()


def test_facts_point_at_their_mentions(chain):
    doc = extract(TEXT, chain('off = ["TIME"]'))
    (post,) = doc.posts
    assert (doc.span(doc.mentions[post.person]), doc.span(doc.mentions[post.title])) == (
        "Lường Văn Pảnh",
        "Trưởng Ban Dân vận Tỉnh ủy",
    )
    whole = extract(TEXT)
    assert [p.role for p in doc.participations] == [p.role for p in whole.participations] != []
    assert {p.when for p in doc.participations} == {-1}
    assert {whole.span(whole.mentions[p.when]) for p in whole.participations if p.when >= 0} == {"Sáng 8/7/2024"}


def test_every_index_of_a_mention_is_renumbered():
    """A new field that holds a mention's index must be told to the stage."""
    offsets = {"content_start", "content_end"}
    for layer, (needed, optional) in FACTS.items():
        cls = getattr(document, {"cooperations": "Cooperation"}.get(layer, layer.removesuffix("s").title()))
        whole = {f.name for f in fields(cls) if f.type in ("int", int)}
        assert whole - offsets == {*needed, *optional}, layer


def test_all_labels_are_known_to_both_switches():
    assert len(LABELS) == 10
