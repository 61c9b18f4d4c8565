"""Bodies with their validity: dates are dates, successors are listed bodies that stood when they took over."""

import re
from datetime import date, timedelta

import pytest

from dvextract.lexicon.tsv import rows, stood
from dvextract.lexicon.units import admin_units, split_type

CENTRAL = {row[0]: row for row in rows("central_bodies.tsv")}
FORCES = rows("armed_forces.tsv")
DEPARTMENTS = rows("departments.tsv")
DATE = re.compile(r"|\d{4}(-\d{2}(-\d{2})?)?")
DATED = [
    *((words, first, last) for words, _, first, last, *_ in CENTRAL.values()),
    *((words, first, last) for words, _, _, first, last, _ in FORCES),
    *((words, first, last) for words, _, _, first, last, *_ in DEPARTMENTS),
]


def test_dates_are_dates_in_order():
    assert [row for row in DATED if not (DATE.fullmatch(row[1]) and DATE.fullmatch(row[2]))] == []
    assert [row for row in DATED if row[1] and row[2] and row[1] > row[2]] == []


def test_a_dated_body_has_a_basis():
    assert [row for row in CENTRAL.values() if (row[2] or row[3]) and not row[5]] == []
    assert [row for row in DEPARTMENTS if not row[6]] == []


def test_parents_and_successors_are_listed_bodies():
    for words, parent, _, _, successor, _ in CENTRAL.values():
        assert not parent or parent in CENTRAL, words
        assert not successor or successor in CENTRAL, words
    forces = {words for words, *_ in FORCES}
    for words, _, parent, _, _, successor in FORCES:
        for named in (parent, successor):
            bare = named.removesuffix(" {above}").removesuffix(" Hà Nội")
            assert not named or named in ("{region}", "{command}") or bare in forces | set(CENTRAL), words
    departments = {words for words, *_ in DEPARTMENTS}
    for words, _, follows, _, _, successor, _ in DEPARTMENTS:
        assert not follows or follows in departments | set(CENTRAL), words
        assert not successor or successor in departments, words


def test_a_successor_stood_when_the_body_ended():
    for words, _, _, last, successor, _ in CENTRAL.values():
        if successor:
            after = (date.fromisoformat(last) + timedelta(days=1)).isoformat() if "-" in last else f"{last}-12-31"
            assert stood(after, *CENTRAL[successor][2:4]), words


@pytest.mark.parametrize(
    ("day", "standing", "ended"),
    [
        ("2007-07-30", "Bộ Thương mại", "Bộ Công Thương"),
        ("2007-07-31", "Bộ Công Thương", "Bộ Thương mại"),
        ("2025-02-28", "Bộ Kế hoạch và Đầu tư", "Bộ Dân tộc và Tôn giáo"),
        ("2025-03-01", "Bộ Nông nghiệp và Môi trường", "Bộ Tài nguyên và Môi trường"),
        ("2025-02-02", "Ban Dân vận Trung ương", "Ban Tuyên giáo và Dân vận Trung ương"),
        ("2025-02-03", "Ban Tuyên giáo và Dân vận Trung ương", "Ban Tuyên giáo Trung ương"),
    ],
)
def test_what_stood_on_a_day(day, standing, ended):
    assert stood(day, *CENTRAL[standing][2:4])
    assert not stood(day, *CENTRAL[ended][2:4])


@pytest.mark.parametrize(
    ("day", "first", "last", "expected"),
    [
        ("2025-03-01", "", "2025-02-28", False),
        ("2025-02-28", "", "2025-02-28", True),
        ("2025-03-01", "2025", "", True),  # a year counts whole at both ends
        ("2025-03-01", "", "2025", True),
        ("2024-12-31", "2025", "", False),
        ("2026-01-01", "", "2025", False),
        ("", "2025-03-01", "2025-03-01", True),
    ],
)
def test_stood(day, first, last, expected):
    assert stood(day, first, last) is expected


def test_every_province_has_a_military_region():
    listed = {province for province, *_ in rows("military_regions.tsv")}
    named = {split_type(u.name)[1] for u in admin_units().provinces} - {"Hà Tây"}
    assert listed == named


def test_every_completed_department_is_listed():
    listed = {words.lower().replace("lao động -", "lao động") for words, *_ in DEPARTMENTS}
    completed = {words for words, owner in rows("completed_bodies.tsv") if owner in ("province", "district")}
    assert {words.replace("lao động,", "lao động").replace("lao động -", "lao động") for words in completed} <= listed
