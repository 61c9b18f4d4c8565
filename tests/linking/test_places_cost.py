"""Deciding the units of a page takes time in proportion to its length, whatever it enumerates."""

import pytest

from dvextract.linking.places import Places
from growth import seconds

PIECES = {
    "districts and communes": "[LOCATION huyện Mai Sơn] họp. Dân [LOCATION xã Tân Lập] vui. ",
    "one enumeration": "[LOCATION xã Tân Lập], [LOCATION xã Tân Hội], ",
    "districts in one enumeration": "[LOCATION huyện Mai Sơn], [LOCATION xã Tân Lập], ",
    "a city and a province of one name": "[LOCATION thành phố Huế] vui. Dân [LOCATION tỉnh Nghệ An] họp. ",
}


@pytest.mark.parametrize("piece", PIECES.values(), ids=list(PIECES))
def test_units_cost_no_more_than_the_page_is_long(document, piece):
    short, long = (document(piece * times, reference_date="2024-07-08") for times in (400, 1600))
    once, four_times = (min(seconds(Places, doc) for _ in range(3)) for doc in (short, long))
    assert four_times < 10 * once  # 4 where it grows with the length, 16 with its square
