"""What the compiled loops cannot work on, they refuse: nothing is read or written beyond its end."""

import numpy as np
import pytest

from dvextract import compiled

pytestmark = pytest.mark.skipif(compiled.part("dvextract.tables._lines") is None, reason="nothing is compiled")


def loops(name):
    return compiled.part(f"dvextract.{name}")


class Graph:
    """One set that leads from a node to the next, and on from there to itself."""

    begin = 0

    def __init__(self):
        self.pattern, self.final = [-1, 0], set()

    def steps(self, node):
        return [(0, 1)]


@pytest.mark.parametrize(("most", "inside"), [(1, [True, False]), (100, [True, True])])
def test_walks_that_have_no_state_or_go_on_outside_of_the_text_are_refused(most, inside):
    classes = np.zeros(0x2202, np.uint16)
    classes[-1] = 1
    with pytest.raises(ValueError, match=r"first state|outside of the text"):
        loops("grammar._loops").Walks(Graph(), classes, np.array([inside]), 1, 12, most).places("a", 0, 1)


def test_a_column_of_another_length_is_refused_though_no_span_is_read_so():
    chain = loops("segmentation._loops").Chain(np.zeros((3, 3)), np.zeros((3, 3)), 0.0, [])
    keys, titles = np.zeros(5000, np.uint64), np.zeros(5000, np.uint8)
    types, first, classes = np.array([4999]), np.array([0, 1]), np.zeros(5000, np.int64)
    for lower in (keys[:0], keys):
        chain.tag(types, first, classes, np.zeros((1, 15)), keys, lower, keys, titles)
    with pytest.raises(ValueError, match="different length"):
        chain.tag(types, first, classes, np.zeros((1, 15)), keys, keys[:1], keys, titles)


def test_a_template_on_a_type_has_a_part():
    arguments = [[()], [-1], [True], [], [0]]
    with pytest.raises(ValueError, match="one to five parts"):
        loops("model._loops").Sums(np.ones(1, np.uint64), np.ones((1, 2), np.int8), *arguments)


def test_only_bytes_become_cells():
    lines = loops("tables._lines")
    assert lines.renamed_rows(b"", 2, 0, 1, {}) == b""
    with pytest.raises(TypeError):
        lines.renamed_rows(b'[["p","e"]]', 2, 0, 1, {b'"p"': {b'"e"': object()}})


def test_a_maker_is_made_of_a_class():
    maker = loops("_instances").Maker
    with pytest.raises(TypeError):
        maker.__new__(maker)
