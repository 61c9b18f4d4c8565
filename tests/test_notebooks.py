"""The notebooks: their answers are those of the pages they read, and their outputs are what a run gives.

The answers are computed in this process, without Jupyter, the outputs by a kernel (extra ``notebook``). Every expected
value stands in a page of notebooks/pages and was read there, not taken from a run.
"""

import importlib.util
import json
from pathlib import Path

import pandas as pd
import pytest

from dvextract import load

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
DISPLAY = [x for name in ("width", "max_columns", "max_colwidth") for x in (f"display.{name}", 80)]
"""Options that the notebooks set, to be put back afterwards."""
NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
DRAWN = {"careers.ipynb": ("matplotlib",), "cooperation.ipynb": ("matplotlib", "networkx")}
"""What notebooks with plots need (extra report)."""


def need(name):
    for library in DRAWN.get(name, ()):
        pytest.importorskip(library, reason=f"{name} needs the extra 'report'")


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """The variables of a notebook after all its cells have run."""
    known = {}

    def of(name):
        need(name)
        if name not in known:
            cells = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
            code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
            variables = {}
            with pytest.MonkeyPatch.context() as patch, pd.option_context(*DISPLAY):
                patch.chdir(NOTEBOOKS)
                patch.setenv("MPLBACKEND", "agg")
                patch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("notebook")))
                exec(compile(code, name, "exec"), variables)
            known[name] = variables
        return known[name]

    return of


@pytest.fixture
def ask(answers):
    return answers("ten-questions.ipynb")


def rows(frame, *columns):
    """Rows of these columns, days as ISO dates and missing cells as None."""
    cells = frame[list(columns)].astype(object).itertuples(index=False, name=None)
    return [
        tuple(None if pd.isna(c) else str(c)[:10] if isinstance(c, pd.Timestamp) else c for c in row) for row in cells
    ]


def test_pages_have_their_day_and_province(ask):
    pages = ask["pages"]
    assert len(pages) == 18
    assert rows(pages.loc[["son-la/2021-11-so-ket-3-nam", "nghe-an/ban-in-tin-dung"]], "day", "province") == [
        ("2021-11-12", "Sơn La"),
        (None, "Nghệ An"),  # a print view, headed by a date that the text contradicts
    ]
    assert pages["province"].value_counts().to_dict() == {
        "Sơn La": 5,
        "Nghệ An": 4,
        "Điện Biên": 3,
        "Đắk Lắk": 2,
        "Sóc Trăng": 2,
        "Quảng Ninh": 1,
    }


def test_bodies_that_worked_together(ask):
    together = ask["together"].reset_index()
    assert rows(together.head(1), "a", "b", "pages", "begins", "ends") == [
        ("Ban Dân vận Tỉnh ủy Sơn La", "Bộ Chỉ huy Quân sự tỉnh Sơn La", 2, "2022-01-01", "2027-12-31")
    ]
    bank = ("Hội Nông dân tỉnh Nghệ An", "Ngân hàng Chính sách xã hội chi nhánh tỉnh Nghệ An", 1)
    assert {bank} <= set(rows(together, "a", "b", "pages"))  # of the two pages about it one has no trusted date
    border_guard = "Bộ Chỉ huy Bộ đội Biên phòng tỉnh Sơn La"
    assert rows(together[together["b"] == border_guard], "begins", "ends") == [("2018-01-01", "2023-12-31")]


def test_who_held_a_post_when_and_where(ask):
    heads = ask["heads"]
    assert rows(heads[heads["province"] == "Sơn La"], "person", "status", "day", "start") == [
        ("Lò Thị Mai Sương", "current", "2021-11-12", None),
        ("Lò Thị Mai Sương", "current", "2022-03-18", None),
        ("Quàng Văn Hặc", "new", "2024-07-04", "2024-07-01"),
        ("Lò Thị Mai Sương", "former", "2024-07-04", None),
        ("Quàng Văn Hặc", "current", "2024-10-15", None),
    ]
    others = set(rows(heads[heads["province"] != "Sơn La"], "province", "person"))
    assert others == {
        ("Đắk Lắk", "Y Thuyên Mlô"),
        ("Nghệ An", "Nguyễn Hoài Thương"),
        ("Quảng Ninh", "Đặng Thùy Linh"),
    }


def test_models_by_province_and_year(ask):
    skilful = ask["skilful"]
    assert {
        (province, year): n for province, years in skilful.iterrows() for year, n in years.dropna().items() if n
    } == {
        ("Sơn La", 2022): 1,
        ("Sơn La", 2023): 1,
        ("Sơn La", 2024): 1,
        ("Nghệ An", 2024): 1,
        ("Điện Biên", 2025): 1,
        ("Sóc Trăng", pd.NA): 1,
    }
    assert {("Đường bản sáng", "Sơn La", 2023), ("Tổ tự quản đường biên", "Nghệ An", 2024)} <= set(
        rows(ask["models"], "phrase", "province", "year")
    )


def test_documents_cited(ask):
    cited = ask["cited"]
    assert cited.loc["Chỉ thị 18-CT/TW", ["mentions", "pages", "issuer", "provinces"]].tolist() == [
        *(2, 2, "Bộ Chính trị", "Nghệ An, Quảng Ninh")
    ]
    assert cited.loc["Chỉ thị 19-CT/TU", ["mentions", "pages"]].tolist() == [2, 2]
    assert cited.loc["Nghị định 59/2023/NĐ-CP", ["mentions", "pages"]].tolist() == [2, 1]
    assert cited.index[0] == "Chỉ thị 18-CT/TW"
    assert set(rows(ask["spoken"], "document", "speaker")) == {
        ("Chỉ thị 18-CT/TW", "Phan Bá Lộc"),
        ("Nghị quyết 19-NQ/TW", "Lê Hữu Tuyên"),
    }


def test_whose_statements_hold_a_phrase(ask):
    assert set(rows(ask["said"], "speaker", "title", "mode")) == {
        ("Phêrô Trần Đình Lãng", "Quản xứ Giáo xứ Đồng Khe", "indirect"),
        ("Nguyễn Hoài Thương", "Ủy viên Ban Thường vụ Tỉnh ủy; Trưởng Ban Dân vận Tỉnh ủy", "direct"),
        ("Vi Thị Hằng Nga", "Trưởng Ban Kinh tế Hội Nông dân tỉnh", "indirect"),
        ("Trầm Hoàng Anh", "Phó Trưởng Ban Thường trực Ban Dân vận Tỉnh ủy", "indirect"),
        ("Lò Thị Mai Sương", "Trưởng Ban Dân vận Tỉnh ủy", "indirect"),
        ("Hoàng Đức Khởi", "Phó Bí thư Thường trực Tỉnh ủy", "indirect"),
        ("Quàng Văn Hặc", "Trưởng Ban Dân vận Tỉnh ủy", "direct"),
    }


def test_events_and_who_chaired_them(ask):
    events = ask["events"]
    assert len(events) == 6
    chaired = rows(events.dropna(subset="chair"), "day", "name", "chair")
    assert chaired == [
        ("2021-11-12", "Ban Dân vận Tỉnh ủy Sơn La", "Lò Thị Mai Sương"),
        ("2023-06-21", "Ban Dân vận Tỉnh ủy Sơn La", "Quàng Văn Hặc; Cà Văn Thướng"),
        ("2024-07-08", "Ban Dân vận Tỉnh ủy Nghệ An", "Nguyễn Hoài Thương"),
    ]


def test_figures_of_a_topic(ask):
    figures = ask["figures"]
    assert {
        ("128 căn nhà", "=", 128, None, "căn nhà"),
        ("3,6 tỷ đồng", "=", 3_600_000_000, None, "VND"),
        ("gần 1,9 tỷ đồng", "~", 1_900_000_000, None, "VND"),
        ("412/450 hộ", "=", 412, 450, "hộ"),
        ("hơn 24,7 tỷ đồng", ">", 24_700_000_000, None, "VND"),
        ("19 căn nhà", "=", 19, None, "căn nhà"),
    } <= set(rows(figures, "text", "comparator", "number", "number_max", "unit"))
    assert figures.loc[figures["unit"] == "căn nhà", "number"].sum() == 128 + 19 + 36


def test_new_posts_by_month(ask):
    by_month = ask["by_month"]
    found = {(str(month), status): n for month, row in by_month.iterrows() for status, n in row.items() if n}
    assert found == {
        ("2023-12", "elected"): 2,
        ("2024-03", "new"): 1,
        ("2024-03", "acting"): 1,
        ("2024-07", "new"): 3,
        ("2025-08", "elected"): 2,
    }


def test_officials_of_a_period_with_all_their_posts(ask):
    officials = ask["officials"]
    by_person = officials.groupby("entity")["title"].agg(lambda titles: sorted(set(titles)))
    assert set(by_person.index) == {
        *("Hoàng Đức Khởi", "Quàng Văn Hặc", "Lò Thị Mai Sương", "Đèo Minh Tấn", "Nguyễn Hoài Thương"),
        *("Sùng A Dế", "Lò Thị Phương Nhã", "Giàng A Vư"),
    }
    assert by_person["Sùng A Dế"] == ["Bí thư Đảng ủy xã", "Chính trị viên Ban CHQS huyện Nà Khoa"]
    assert by_person["Giàng A Vư"] == ["Chủ tịch Ủy ban MTTQ Việt Nam xã", "Trưởng bản Huổi Só"]
    assert rows(officials[officials["entity"] == "Đèo Minh Tấn"], "title", "status") == [
        ("Trưởng phòng Dân tộc huyện Nậm Sài", "old"),
        ("Phó Trưởng Ban Dân tộc tỉnh", "new"),
    ]


def test_abbreviations_and_their_readings(ask):
    short_forms = ask["short_forms"]
    assert {
        ("MTTQ", "Mặt trận Tổ quốc", 3, 1),
        ("DTTS", "dân tộc thiểu số", 2, 1),
        ("NHCSXH", "Ngân hàng Chính sách xã hội", 1, 1),
        ("ĐKSSYN", "Đoàn kết sư sãi yêu nước", 1, 1),
        ("UBND", "Ủy ban nhân dân", 3, 0),
    } <= set(rows(short_forms, "short", "long", "pages", "defined"))


def test_share_of_dates_that_are_trusted(answers):
    look = answers("first-look.ipynb")
    assert look["trust"]["crawl"] == 1
    assert look["trust"]["suspect"] == 1
    assert look["trust"]["pub"] >= 13
    assert 0.75 < look["dated"]["pages with a reference date"] < 1
    assert "hai ngày 19 và 20-9" in set(look["unknown"]["text"])


def test_evidence_is_the_sentence_of_the_fact(answers):
    evidence = answers("first-look.ipynb")["evidence"]
    assert len(evidence) == 4
    for row in evidence.itertuples():
        assert row.person in row.text_sentence
        assert row.title in row.text_sentence


def holds(table, doc_id, **cells):
    """A row that the run has."""
    return pytest.param(table, doc_id, cells)


@pytest.mark.parametrize(
    ("table", "doc_id", "cells"),
    [
        holds(
            "documents",
            "quang-ninh/2023-10-quy-che",
            author="Ngọc Lan",
            published_date="2023-10-11",
        ),
        holds(
            "posts",
            "quang-ninh/2023-10-quy-che",
            person="Đặng Thùy Linh",
            title="Trưởng Ban Chỉ đạo",
        ),
        holds(
            "statements",
            "quang-ninh/2023-10-quy-che",
            speaker="Đặng Thùy Linh",
            verb="đánh giá",
        ),
        holds(
            "posts",
            "dak-lak/2022-11-ket-nghia",
            person="H'Lan Niê Kđăm",
            start=pd.NaT,
        ),
        holds(
            "posts",
            "nghe-an/2024-07-so-ket-dan-van",
            title="Trưởng Ban Dân vận Tỉnh ủy",
            status="new",
        ),
        holds(
            "mentions",
            "nghe-an/2023-02-gap-mat-ton-giao",
            label="EVENT",
            text="buổi gặp mặt chức sắc",  # the core of a descriptive name ends at a comma
        ),
        holds(
            "participations",
            "nghe-an/2023-02-gap-mat-ton-giao",
            participant="Nguyễn Hoài Thương",
            role="chair",
        ),
        holds(
            "participations",
            "quang-ninh/2022-06-doi-thoai",
            participant="Đoàn Nhật Quân",
            role="cochair",
        ),
        holds(
            "mentions",
            "nghe-an/2023-12-dai-hoi-hoi-nong-dan",
            text="Ban Chấp hành",
            value="Ban Chấp hành Hội Nông dân tỉnh Nghệ An",
        ),
        holds(
            "mentions",
            "dien-bien/2022-09-mttq-giam-sat",
            text="Ủy ban MTTQ tỉnh",
            value="Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Điện Biên",
        ),
        holds(
            "legal_references",
            "nghe-an/2024-07-so-ket-dan-van",
            number="05-CT/TU",
            issuer="Ban Thường vụ Tỉnh ủy",
        ),
        holds(
            "cooperations",
            "dak-lak/2022-11-ket-nghia",
            organisation_a="Ban Dân vận Tỉnh ủy",
            organisation_b="Công an tỉnh",
        ),
        holds(
            "times",
            "son-la/2022-03-ky-ket-llvt",
            kind="recurring",
        ),
    ],
)
def test_what_a_page_says_is_in_a_table(notebook_run, table, doc_id, cells):
    frame = getattr(load(notebook_run), table)
    found = frame[frame["doc_id"] == doc_id]
    assert len(found)
    for name, cell in cells.items():
        found = found[found[name].isna() if pd.isna(cell) else found[name].eq(cell).fillna(False).astype(bool)]
    assert len(found)


def test_cooperation_over_time(answers):
    study = answers("cooperation.ipynb")
    assert rows(study["partners"].head(1), "body", "partners") == [("Ban Dân vận Tỉnh ủy Sơn La", 3)]
    lasting = {(a, b): (first, last) for a, b, first, last in rows(study["dated"], "a", "b", "first", "last")}
    assert lasting["Ban Dân vận Tỉnh ủy Sơn La", "Bộ Chỉ huy Quân sự tỉnh Sơn La"] == (2022, 2027)
    assert lasting["Ban Dân vận Tỉnh ủy Sơn La", "Bộ Chỉ huy Bộ đội Biên phòng tỉnh Sơn La"] == (2018, 2023)
    assert study["per_year"].to_dict()[2018] == 1
    assert study["per_year"].idxmax() == 2023


def test_careers(answers):
    study = answers("careers.ipynb")
    careers = study["careers"]
    assert rows(careers[careers["name"] == "Quàng Văn Hặc"], "day", "status", "post") == [
        ("2023-06-21", "current", "Phó Trưởng Ban Dân vận Tỉnh ủy"),
        ("2024-07-01", "new", "Trưởng Ban Dân vận Tỉnh ủy"),
        ("2024-07-04", "old", "Phó Trưởng Ban Dân vận Tỉnh ủy"),
        ("2024-10-15", "current", "Trưởng Ban Dân vận Tỉnh ủy"),
    ]
    assert rows(study["followed"].drop_duplicates("post"), "post", "name_before", "name") == [
        ("Trưởng Ban Dân vận Tỉnh ủy", "Lò Thị Mai Sương", "Quàng Văn Hặc")
    ]
    in_turn = study["held"][study["held"]["persons"].str.contains(", ")]
    assert in_turn.index.tolist() == [("Sơn La", "Trưởng Ban Dân vận Tỉnh ủy")]


@pytest.fixture(scope="module")
def execute():
    pytest.importorskip("nbclient", reason="running notebooks needs nbclient and ipykernel (extra notebook)")
    pytest.importorskip("ipykernel", reason="running notebooks needs nbclient and ipykernel (extra notebook)")
    spec = importlib.util.spec_from_file_location("execute", NOTEBOOKS / "execute.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_what_a_run_gives(execute, name, tmp_path, monkeypatch):
    import nbformat

    need(name)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    committed = nbformat.read(NOTEBOOKS / name, as_version=4)
    assert execute.outputs(execute.executed(name)) == execute.outputs(committed)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_ran_in_order(name):
    cells = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    counts = [c["execution_count"] for c in cells if c["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
