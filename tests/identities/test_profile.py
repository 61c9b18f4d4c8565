"""What a page knows of its persons."""

import pytest

from dvextract.document import Block, Document, EntityLink, Mention, PageInfo, Post, Reading
from dvextract.identities.profile import Profile, persons
from dvextract.interpretation.abbreviations import ShortForms
from dvextract.interpretation.geography import Geography
from dvextract.interpretation.wording import fold_name
from dvextract.stages.link import entity_id
from growth import seconds
from markup import unmark


def read(marked, year="", posts=(), names=None):
    """The persons of a page with marked mentions; ``posts`` are (person, title, organisation, status)."""
    text, marks = unmark(marked)
    doc = Document("p", text)
    doc.add("page", PageInfo(published_date=year, reference_date=year))
    doc.add("blocks", (Block(0, len(text), "body"),))
    doc.add("mentions", tuple(Mention(m.start, m.end, m.label, "test", 1.0) for m in marks))
    values = [(names or {}).get(text[m.start : m.end], text[m.start : m.end]) for m in marks]
    doc.add("readings", tuple(Reading(m.kind, v) for m, v in zip(marks, values, strict=True)))
    doc.add("geography", Geography(text, [(0, len(text))]))
    doc.add("short_forms", ShortForms())
    doc.add("links", tuple(EntityLink(entity_id(m.label, v), v) for m, v in zip(marks, values, strict=True)))
    doc.add("posts", tuple(Post(p, t, values[p], o, s) for p, t, o, s in posts))
    return persons(doc)


def test_mentions_of_one_name_are_one_person():
    (first, second) = read(
        "Ông [PERSON Hà Anh Tú] và bà [PERSON Lò Mai]; ông [PERSON Tú] nói.", names={"Tú": "Hà Anh Tú"}
    )
    assert (first.name, second.name) == ("Hà Anh Tú", "Lò Mai")
    assert first.names == {"Hà Anh Tú": 2}
    assert first.forms == {"Hà Anh Tú": 1, "Tú": 1}
    assert (first.profile.sex, second.profile.sex) == ("male", "female")
    assert first.profile.company == ("lò mai",)


@pytest.mark.parametrize(
    ("marked", "field", "expected"),
    [
        ("Bà [PERSON Lò Mai] đến.", "sex", "female"),
        ("Bà [PERSON Lò Mai] đến; anh [PERSON Lò Mai] đi.", "sex", ""),  # two of one name in a page: nothing sure
        ("Đồng chí [PERSON Lò Thị Mai] đến.", "sex", "female"),
        ("[PERSON Lò Mai] (SN 1985, trú bản Pá).", "birth", 1985),
        ("[PERSON Lò Mai] (sinh năm 1985).", "birth", 1985),
        ("[PERSON Lò Mai], 39 tuổi, nói.", "birth", 1985),
        ("[PERSON Lò Mai] có 39 con bò.", "birth", 0),
        ("Anh [PERSON Vừ A Dếnh], dân tộc Mông, nói.", "people", "mông"),
        ("ca sĩ [PERSON Lò Mai] hát.", "callings", ("ca sĩ",)),
        ("tiền đạo [PERSON Lò Mai] ghi bàn.", "callings", ("cầu thủ",)),
        ("[PERSON Lò Mai] trú tại [LOCATION huyện Mường Pảo], [LOCATION tỉnh Sơn La]", "home", ("mường pảo", "sơn la")),
        ("[PERSON Lò Mai] thăm [LOCATION huyện Mường Pảo].", "home", ("", "")),
        ("Tỉnh Sơn La họp. [PERSON Lò Mai] dự.", "page", ("", "sơn la")),
    ],
)  # fmt: skip
def test_what_is_known(marked, field, expected):
    person = read(marked, year="2024-07-08")[0]
    assert getattr(person.profile, field) == expected


def test_an_age_is_no_year_without_a_date():
    assert read("[PERSON Lò Mai], 39 tuổi, nói.")[0].profile.birth == 0


def test_posts():
    marked = (
        "Tỉnh Sơn La: [PERSON Lò Mai], [TITLE Phó Chủ tịch UBND tỉnh], nguyên [TITLE Giám đốc] [ORGANISATION Sở Y tế]"
    )
    posts = [(0, 1, "", "current"), (0, 2, "Sở Y tế", "former")]
    profile = read(marked, posts=posts)[0].profile
    assert [(o.head, o.body, o.place) for o in profile.offices] == [
        ("phó chủ tịch", "ủy ban nhân dân tỉnh", "sơn la"),
        ("giám đốc", "sở y tế", "sơn la"),
    ]
    assert profile.former == (False, True)


def test_ranks_are_callings_and_leaders_of_the_country_are_no_company():
    marked = (
        "[TITLE:rank Đại tá] [PERSON Lò Mai] đón [TITLE Bộ trưởng Bộ Y tế] [PERSON Hà Anh Tú]; có [PERSON Vừ A Dếnh]"
    )
    first, _, _ = read(marked, posts=[(1, 0, "", "current"), (3, 2, "", "current")])
    assert first.profile.callings == ("sĩ quan",)
    assert first.profile.company == ("vừ a dếnh",)


def test_company_is_who_is_named_nearest():
    given = ("An", "Biên", "Chung", "Dếnh", "Giang", "Hà", "Khánh", "Lâm", "Mai", "Nam", "Páo", "Quý", "Sáng", "Tú")
    names = [f"Lò {middle} {name}" for middle in ("Văn", "Thị", "Anh") for name in given]
    found = read("; ".join(f"[PERSON {name}]" for name in names))
    starts = [sum(len(n) + 2 for n in names[:i]) for i in range(len(names))]
    for i, person in enumerate(found):
        nearest = sorted((abs(starts[j] - starts[i]), fold_name(n)) for j, n in enumerate(names) if j != i)
        assert person.profile.company == tuple(sorted(name for _, name in nearest[:12]))


def test_a_page_of_many_names_costs_no_more_than_it_is_long():
    def page(times):
        names = [f"Lò {chr(65 + i % 26)}{chr(97 + i // 26 % 26)} {chr(65 + i // 676)}a" for i in range(times)]
        return "; ".join(f"[PERSON {name}]" for name in names)

    short, long = page(800), page(3200)
    once, four_times = (min(seconds(read, text) for _ in range(3)) for text in (short, long))
    assert four_times < 10 * once  # 4 where it grows with the length, 16 with its square


def test_a_page_of_nobody():
    assert read("Bản có điện.") == ()


def test_profiles_are_read_back():
    marked = "Tỉnh Sơn La: bà [PERSON Lò Mai] (SN 1985), [TITLE Phó Chủ tịch UBND tỉnh], gặp [PERSON Vừ A Dếnh]"
    profile = read(marked, posts=[(0, 1, "", "former")])[0].profile
    assert Profile.load(profile.dump()) == profile
    assert Profile.load(profile.dump()).dump() == profile.dump()
