"""Pipeline files: what is wrong is said before any page is read."""

import pytest

from dvextract.errors import UsageError
from dvextract.pipeline import STAGES, load_pipeline, stage_class


def test_the_shipped_pipeline_fits():
    assert [s.name for s in load_pipeline("default").stages] == list(STAGES)


@pytest.mark.parametrize("name", STAGES)
def test_stages_declare_themselves(name):
    cls = stage_class(name)
    assert cls.name == name
    assert cls.adds


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("name = ", "not valid TOML"),
        ('name = "x"', r"\[\[stages\]\]"),
        ("[[stages]]", "stage 1 has no name"),
        ('[[stages]]\nname = "layuot"', "no stage is called 'layuot'; there are: layout"),
        ('[[stages]]\nname = "segment"', "reads 'blocks', which no earlier stage adds"),
        ('[[stages]]\nname = "layout"\n[[stages]]\nname = "layout"', "adds 'blocks', which 'layout' added already"),
        ('[[stages]]\nname = "tagger"\nmodle = "default"', "no option 'modle'; its options: model"),
        ('colour = "red"\n[[stages]]\nname = "layout"', "unknown key 'colour'"),
    ],
)
def test_errors_name_the_place(tmp_path, toml, message):
    path = tmp_path / "p.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(UsageError, match=message) as caught:
        load_pipeline(str(path))
    assert "p.toml" in str(caught.value) or "layuot" in str(caught.value)


def test_unknown_name_lists_the_shipped_ones():
    with pytest.raises(UsageError, match="default"):
        load_pipeline("defualt")
