"""What a maker makes is what a class makes."""

import dataclasses
import gc
import pickle
import sys

import pytest

from dvextract.compiled import part
from dvextract.document import Mention, Prediction

instances = part("dvextract._instances")
pytestmark = pytest.mark.skipif(instances is None, reason="nothing is compiled here")


def test_what_a_maker_makes_is_the_same():
    prediction, mention = instances.Maker(Prediction), instances.Maker(Mention)
    label, method = "".join(["TI", "ME"]), "".join(["time", ".year"])
    held = sys.getrefcount(label)
    made = [mention(i, i + 1, label, method, 0.5) for i in range(1000)]
    assert made == [Mention(i, i + 1, label, method, 0.5) for i in range(1000)]
    assert [pickle.loads(pickle.dumps(one)) for one in made] == made
    assert gc.is_tracked(made[0])
    del made
    assert sys.getrefcount(label) == held
    assert prediction(1, 3, "TIME", 0.5, "a") == Prediction(1, 3, "TIME", 0.5, "a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        prediction(1, 3, "TIME", 0.5).start = 2
    for values in ((1, 3, "TIME"), (1, 3, "TIME", 0.5, "a", "b")):
        with pytest.raises(TypeError, match="4 to 5 fields"):
            prediction(*values)


@dataclasses.dataclass(frozen=True)
class NoSlots:
    one: int


@dataclasses.dataclass(frozen=True, slots=True)
class Inherited(Prediction):
    more: int = 0


@dataclasses.dataclass(slots=True)
class Checked:
    one: int

    def __post_init__(self):
        self.one += 1


@dataclasses.dataclass(slots=True)
class WithList:
    one: list = dataclasses.field(default_factory=list)


@pytest.mark.parametrize("cls", [NoSlots, Inherited, Checked, WithList])
def test_what_no_maker_can_make_is_refused(cls):
    with pytest.raises(ValueError, match=cls.__name__):
        instances.Maker(cls)
    with pytest.raises(TypeError):
        instances.Maker(int)
