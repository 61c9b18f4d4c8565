"""Rarity: frequent names are frequent, rare ones rare, and nothing is impossible."""

import pytest

from dvextract.identities.rarity import share


@pytest.mark.parametrize(
    ("commoner", "rarer"),
    [
        ("nguyễn văn hùng", "nguyễn sĩ hùng"),
        ("nguyễn văn hùng", "tòng văn hùng"),
        ("nguyễn văn hùng", "chá a dếnh"),
        ("hùng", "văn hùng"),
        ("văn hùng", "nguyễn văn hùng"),
        ("nguyễn văn t", "nguyễn văn tú"),  # an initial stands for many names
        ("t", "n.v.t"),
        ("minh tú", "barack obama"),
    ],
)
def test_order(commoner, rarer):
    assert share(commoner) > share(rarer)


@pytest.mark.parametrize("key", ["", "x", "khăm xay vông sỉ", "y thông", "hmênh", "a " * 30, "-", "..."])
def test_always_a_share(key):
    assert 0 < share(key) <= 1


def test_names_of_small_peoples_are_not_taken_for_unique():
    # half of the men of a people may have one middle name
    assert share("giàng a sình") > 5 * share("vương khả sình")
