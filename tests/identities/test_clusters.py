"""Which pages of one name are one person, by which rule, and how sure that is."""

import random

import pytest

from dvextract.identities.clusters import Pages, decide
from dvextract.identities.offices import office
from dvextract.identities.profile import Profile
from dvextract.identities.rules import RULES
from dvextract.interpretation.abbreviations import ShortForms

COMMON, RARE = "nguyễn văn hùng", "lường văn pảnh"


def page(doc_id, *posts, count=1, former=(), **known):
    """A page; posts are titles with their places in them, ``former`` those of the past."""
    offices = tuple(office(words, "", 0, None, ShortForms()) for words in (*posts, *former))
    past = (False,) * len(posts) + (True,) * len(former)
    return Pages(Profile(offices, past, **known), [doc_id, *(f"{doc_id}-{i}" for i in range(1, count))])


def decisions_of(name, pages):
    """The decision about the first of each of the pages."""
    decided = decide(name, pages)
    return [decided[p.doc_ids[0]] for p in pages]


def groups(name, *pages):
    return [d.group for d in decisions_of(name, pages)]


def rules(name, *pages):
    return [d.rule for d in decisions_of(name, pages)]


CHAIR = "Chủ tịch UBND tỉnh {}"


def test_the_only_page_of_a_name():
    (decision,) = decisions_of(COMMON, [page("a")])
    assert (decision.group, decision.rule, decision.score) == (0, "single", 1.0)


@pytest.mark.parametrize("name", [COMMON, RARE])
def test_the_same_post_is_the_same_person(name):
    decisions = decisions_of(name, [page("a", CHAIR.format("Sơn La")), page("b", CHAIR.format("Sơn La"))])
    assert [(d.group, d.rule) for d in decisions] == [(0, "post")] * 2
    assert all(d.score > 0.99 for d in decisions)
    assert decisions[0].evidence == "Chủ tịch UBND tỉnh Sơn La"


@pytest.mark.parametrize("name", [COMMON, RARE])
def test_posts_in_two_provinces_at_one_time_are_two_persons(name):
    pages = page("a", CHAIR.format("Sơn La"), year=2024), page("b", CHAIR.format("Nghệ An"), year=2024)
    assert groups(name, *pages) == [0, 1]
    assert decisions_of(name, pages)[1].rule == "apart.posts"
    assert decisions_of(name, pages)[1].evidence == "nghệ an against sơn la"


def test_posts_in_two_provinces_are_two_persons_whenever_the_name_is_frequent():
    pages = page("a", CHAIR.format("Sơn La")), page("b", CHAIR.format("Nghệ An"))
    assert groups(COMMON, *pages) == [0, 1]
    assert decisions_of(COMMON, pages)[1].rule == "apart.unproved"


def test_promoted_in_one_body():
    pages = page("a", "Phó Chủ tịch UBND tỉnh Sơn La", year=2019), page("b", CHAIR.format("Sơn La"), year=2024)
    assert groups(COMMON, *pages) == [0, 0]
    assert rules(COMMON, *pages) == ["leaders", "leaders"]


def test_moved_by_a_page_that_names_both_posts():
    """Posts of two provinces at one time, but one page says that the first was given up for the second."""
    apart = page("a", CHAIR.format("Sơn La"), year=2024), page("b", CHAIR.format("Nghệ An"), year=2024)
    between = page("c", CHAIR.format("Nghệ An"), former=(CHAIR.format("Sơn La"),), year=2024)
    assert groups(COMMON, *apart) == [0, 1]
    assert groups(COMMON, *apart, between) == [0, 0, 0]


def test_two_members_of_the_central_committee_who_lead_two_provinces():
    member = "Ủy viên Trung ương Đảng"
    pages = page("a", member, CHAIR.format("Sơn La")), page("b", member, CHAIR.format("Nghệ An"))
    assert groups(COMMON, *pages) == [0, 1]


def test_ministers_of_one_name_need_not_be_one_but_mostly_are():
    pages = page("a", "Bộ trưởng"), page("b", "Bộ trưởng")
    assert [d.rule for d in decisions_of("trần quang đởm", pages)] == ["leaders", "leaders"]
    assert groups("hùng", *pages) == [0, 1]


def test_provinces_that_merged_are_no_contradiction():
    pages = page("a", CHAIR.format("Hà Giang"), year=2025), page("b", CHAIR.format("Tuyên Quang"), year=2025)
    assert groups(RARE, *pages) == [0, 0]


@pytest.mark.parametrize(
    ("known", "other", "rule"),
    [
        ({"sex": "male"}, {"sex": "female"}, "apart.sex"),
        ({"birth": 1960}, {"birth": 1985}, "apart.birth"),
        ({"people": "mông"}, {"people": "tày"}, "apart.people"),
    ],
)
def test_what_cannot_be_one_person(known, other, rule):
    pages = [page("a", CHAIR.format("Sơn La"), **known), page("b", CHAIR.format("Sơn La"), **other)]
    assert [d.rule for d in decisions_of(RARE, pages)] == ["apart.first", rule]


def test_nothing_known_of_a_rare_name_is_the_same_person_and_of_a_frequent_one_is_not():
    assert rules(RARE, page("a"), page("b")) == ["name", "name"]
    assert groups(COMMON, page("a"), page("b")) == [0, 1]
    sure = decisions_of(RARE, [page("a", CHAIR.format("Sơn La")), page("b", CHAIR.format("Sơn La"))])[0].score
    assert decisions_of(RARE, [page("a"), page("b")])[0].score < sure


def test_a_page_without_a_post_is_the_person_of_most_pages_if_those_outweigh_the_others():
    """Initials and given names are anybody's, a leader's name without his post is still the leader's."""
    leader = page("a", "Bộ trưởng Bộ Y tế", count=200)
    assert groups("trần quang đởm", leader, page("b")) == [0, 0]
    assert groups("hùng", leader, page("b")) == [0, 1]


def test_a_province_joins_names_that_are_not_too_frequent():
    here, there = {"page": ("", "sơn la")}, {"page": ("", "nghệ an")}
    name = "trần quang đởm"
    assert groups(name, page("a", **here), page("b", **here)) == [0, 0]
    assert groups(COMMON, page("a", **here), page("b", **here)) == [0, 1]
    weak = decisions_of(name, [page("a", **here), page("b", **here)])[0]
    strong = decisions_of(name, [page("a", "Bí thư Tỉnh ủy Sơn La"), page("b", "Bí thư Tỉnh ủy Sơn La")])[0]
    assert weak.rule == "place"
    assert weak.score < strong.score
    assert groups(name, page("a", **here), page("b", **there)) == [0, 1]


def test_the_same_people_beside_the_name():
    beside = ("lò thị mai", "quàng văn sượi")
    pages = page("a", company=beside), page("b", company=beside)
    assert rules(COMMON, *pages) == ["company", "company"]
    assert groups(COMMON, page("a", company=beside[:1]), page("b", company=beside[1:])) == [0, 1]


def test_firms_of_one_name_join_and_titles_of_none_do_not():
    firm = "Giám đốc Công ty Hà Thành Xanh"
    assert groups(COMMON, page("a", firm), page("b", firm)) == [0, 0]
    assert groups(COMMON, page("a", "Trưởng phòng"), page("b", "Trưởng phòng")) == [0, 1]


def test_the_person_of_most_pages_comes_first_and_the_others_are_told_apart_by_what_they_are():
    pages = [page("a", CHAIR.format("Sơn La")), page("b", CHAIR.format("Nghệ An"), count=3), page("c"), page("d")]
    decisions = decisions_of(COMMON, pages)
    assert [d.group for d in decisions] == [1, 0, 2, 3]
    assert decisions[1].apart == ""
    assert "sơn la" in decisions[0].apart  # the same in a run with other pages
    assert [d.apart for d in decisions[2:]] == ["c", "d"]


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_pages_does_not_matter(seed):
    rnd = random.Random(seed)
    places = ["Sơn La", "Nghệ An", "Hà Giang"]
    pages = [
        page(
            f"d{i}",
            *rnd.choices([CHAIR.format(p) for p in places] + ["Bộ trưởng Bộ Y tế", "Trưởng phòng"], k=rnd.randrange(3)),
            year=rnd.choice([0, 2019, 2024]),
            sex=rnd.choice(["", "male", "female"]),
            birth=rnd.choice([0, 0, 1960, 1975]),
            page=("", rnd.choice(["", "sơn la", "nghệ an"])),
            company=tuple(rnd.sample(["lò thị mai", "hà anh tú", "vừ a dếnh"], rnd.randrange(3))),
            count=rnd.choice([1, 1, 5]),
        )
        for i in range(25)
    ]
    name = rnd.choice([COMMON, RARE, "trần quang đởm"])
    expected = decide(name, pages)
    assert sorted(expected) == sorted(doc_id for p in pages for doc_id in p.doc_ids)
    rnd.shuffle(pages)
    assert decide(name, pages) == expected
    assert all(d.rule in RULES and 0 <= d.score <= 1 for d in expected.values())
    of_group = {}
    for d in expected.values():
        assert of_group.setdefault(d.group, d.apart) == d.apart
    assert len(set(of_group.values())) == len(of_group)


def test_pages_that_know_equally_little_are_not_one_person_for_that():
    alike = Pages(Profile(), ["a", "b", "c"])
    assert sorted(d.group for d in decide(COMMON, [alike]).values()) == [0, 1, 2]
    assert [d.group for d in decide(RARE, [alike]).values()] == [0, 0, 0]
    post = Pages(page("a", CHAIR.format("Sơn La")).profile, ["a", "b", "c"])
    assert [(d.group, d.rule) for d in decide(COMMON, [post]).values()] == [(0, "post")] * 3
