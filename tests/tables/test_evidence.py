"""The rules of evidence are declared, and what is declared is used."""

from pathlib import Path

import pytest

import dvextract
from dvextract import load
from dvextract.document import Block, Document, Evidence, Mention, Post, Reading, Sentence
from dvextract.errors import UsageError
from dvextract.tables.build import rows
from dvextract.tables.evidence import FACTS, RULES, UNSAID, rules_page
from dvextract.tables.schema import BY_NAME

SOURCES = Path(dvextract.__file__).parent


@pytest.fixture(scope="module")
def code():
    return "\n".join(p.read_text(encoding="utf-8") for p in SOURCES.rglob("*.py") if p.name != "evidence.py")


@pytest.mark.parametrize("rule", [r for r in RULES if r != UNSAID])
def test_a_declared_rule_is_named_where_it_is_decided(code, rule):
    assert f'"{rule}"' in code


def test_the_page_lists_every_rule_with_its_meaning():
    page = rules_page()
    for rule, meaning in RULES.items():
        assert f"| `{rule}` | {meaning} |" in page


def test_facts_are_tables():
    assert set(FACTS) <= set(BY_NAME)
    assert BY_NAME["evidence"].columns[1].values == FACTS


TEXT = "Trưởng ban Lò Mai."


def page(*posts):
    doc = Document("p", TEXT)
    doc.add("blocks", (Block(0, len(TEXT), "body"),))
    doc.add("sentences", (Sentence(0, len(TEXT), 0),))
    doc.add("mentions", (Mention(0, 10, "TITLE", "m", 1.0), Mention(11, 17, "PERSON", "m", 1.0)))
    doc.add("readings", (Reading(), Reading("", "Lò Mai")))
    doc.add("posts", posts)
    return doc


def test_rows_of_evidence():
    evidence = (Evidence("post.title-then-name", 0, 17), Evidence("post.status.nothing-said", column="status"))
    found = rows(page(Post(1, 0, "Lò Mai"), Post(1, 0, "Lò Mai", evidence=evidence)))["evidence"]
    assert found == [
        ("p", "posts", 0, "", UNSAID, None, None, None),  # of a stage that says nothing
        ("p", "posts", 1, "", "post.title-then-name", 0, 17, "Trưởng ban Lò Mai"),
        ("p", "posts", 1, "status", "post.status.nothing-said", None, None, None),
    ]


def test_posts_with_other_evidence_are_the_same_fact():
    assert Post(1, 0, "Lò Mai", evidence=(Evidence("post.taken"),)) == Post(1, 0, "Lò Mai")


def test_facts_beside_their_evidence(finished):
    posts = load(finished).evidence_of("posts")
    assert list(posts.columns) == [
        *BY_NAME["posts"].names,
        *("cell", "rule", "evidence_start", "evidence_end", "evidence"),
    ]
    former = posts[(posts.person == "Quàng Thị Xuyên") & (posts.cell == "status")]
    assert former[["status", "rule", "evidence"]].to_numpy().tolist() == [
        ["former", "post.status.word-before", "nguyên"]
    ]


def test_a_time_rests_on_the_date_that_the_page_shows(finished):
    times = load(finished).evidence_of("times")
    (row,) = times[(times.edtf == "2024-07-08") & (times.cell == "edtf")].itertuples()
    assert (row.rule, row.evidence) == ("time.reference-date", "8/7/2024")


def test_tables_without_evidence(finished):
    with pytest.raises(UsageError, match="table 'mentions' has no evidence; these have: times"):
        load(finished).evidence_of("mentions")
