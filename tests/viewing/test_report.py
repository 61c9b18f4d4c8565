"""The report: its figures are those of the tables, provinces follow the reform, and nothing of a page is markup."""

import json
import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from dvextract import load, run
from dvextract.document import LABELS
from dvextract.lexicon import tsv
from dvextract.lexicon.units import admin_units
from dvextract.tables.stream import RunReader
from dvextract.viewing.overview import overview, province_today


@pytest.fixture(scope="module")
def found(notebook_run):
    return overview(RunReader(notebook_run))


def test_the_figures_are_those_of_the_tables(found, notebook_run):
    tables = load(notebook_run)
    assert found.pages == len(tables.documents)
    assert found.characters == tables.documents["n_chars"].sum()
    assert found.labels == Counter(tables.mentions["label"].astype(str))
    assert found.entities == Counter(tables.entities["label"].astype(str))
    dated = tables.documents["published_date"].fillna(tables.documents["reference_date"])
    assert found.undated == dated.isna().sum() == 3
    assert (found.first_day, found.last_day) == (dated.str[:10].min(), dated.str[:10].max())
    months = tables.mentions.merge(dated.str[:7].rename("month").to_frame().assign(doc_id=tables.documents["doc_id"]))
    assert {m: dict(c) for m, c in found.months.items()} == {
        m: dict(Counter(g["label"].astype(str))) for m, g in months.groupby("month")
    }
    times = tables.times[tables.times["kind"].isin(["interval", "term"])].dropna(subset=["start_date", "end_date"])
    assert sum(found.periods.values()) == len(times)


def test_officials_are_persons_with_a_post(found, notebook_run):
    tables = load(notebook_run)
    held = tables.posts.merge(
        tables.mentions, left_on=["doc_id", "person_mention_id"], right_on=["doc_id", "mention_id"]
    )["entity_id"]
    names = set(tables.entities[tables.entities["entity_id"].isin(held)]["name"])
    assert {n.name for n in found.top["PERSON"]} <= names
    (head,) = (n for n in found.top["PERSON"] if n.name == "Quàng Văn Hặc")
    assert "Trưởng Ban Dân vận Tỉnh ủy" in head.note  # of two posts the one of the later page
    for label, named in found.top.items():
        assert [n.mentions for n in named] == sorted((n.mentions for n in named), reverse=True), label


def test_pairs_are_counted_by_page(found, notebook_run):
    pair = ("Ban Dân vận Tỉnh ủy Sơn La", "Bộ Chỉ huy Quân sự tỉnh Sơn La")
    assert found.pairs[pair] == 2
    assert all(a < b for a, b in found.pairs)


def test_a_pages_day_decides_which_provinces_are_meant(tmp_path, lay):
    page = "{day}\n\n{place} sơ kết công tác dân vận\n\nNgày {day}, {place} tổng kết phong trào; {place} đã ký kết."
    folder = lay(
        {
            "truoc.txt": page.format(day="08/7/2024", place="tỉnh Bình Phước"),
            "sau.txt": page.format(day="08/7/2025", place="tỉnh Đồng Nai"),
            "truoc-2.txt": page.format(day="08/7/2024", place="tỉnh Đồng Nai"),
        }
    )
    run(folder, tmp_path / "out", workers=1)
    found = overview(RunReader(tmp_path / "out"))
    per_page = dict(found.before)
    assert set(per_page) == {"70", "75"}  # Bình Phước and the old Đồng Nai, of the pages of 2024
    assert set(found.today) == {"75"}
    assert found.today["75"] == sum(per_page.values()) + per_page["75"]


def test_every_old_province_has_a_shape_and_one_of_34_successors():
    units = admin_units()
    shapes = {code: (name, rings) for code, name, rings in tsv.rows("province_shapes.tsv")}
    old = {u.code: u for u in units.provinces if not u.valid_from and (not u.valid_to or u.valid_to > "2008-12-31")}
    assert set(shapes) == set(old)
    assert len(shapes) == 63
    for code, (name, _) in shapes.items():
        assert old[code].name.endswith(name)
    now = {province_today(old[c]) for c in shapes}
    assert len(now) == 34
    assert all(not u.valid_to for u in now)


def test_neighbours_share_their_borders():
    from dvextract.viewing.plots import _outline, _shapes

    rings = [r for many in _shapes().values() for r in many]
    edges = sum(map(len, rings))
    assert len(_outline(rings)) < 0.5 * edges  # the coast and the border of the country are less than half
    for ring in rings:
        assert len(ring) >= 4
        assert all(102 < x < 110 and 8 < y < 24 for x, y in ring)


def test_cautions(hostile, pages, tmp_path):
    run(pages, tmp_path / "out", workers=1)
    (tmp_path / "out" / "warnings.jsonl").write_text(
        json.dumps({"doc_id": "mot-dong", "kind": "encoding", "message": "decoded as TCVN3"}) + "\n", encoding="utf-8"
    )
    found = {c.title: c for c in overview(RunReader(tmp_path / "out")).warnings}
    assert found["Rejected inputs"].count == 1
    assert "trang-trong.txt" in found["Rejected inputs"].examples[0][0]
    assert found["Warnings: encoding"].examples == (("mot-dong", "decoded as TCVN3"),)
    undated = {i for i, _ in found["Pages without a date"].examples}
    assert undated == {"2024/nha-van-hoa", "mot-dong", "vua-du"}


def test_thin_pages_are_found(tmp_path, lay):
    usual = "Ngày 8/7/2024, bà Hà Thị Miền, Bí thư Đảng ủy xã Pá Ngần, tỉnh Sơn La dự Hội nghị sơ kết. " * 5
    folder = lay({**{f"{i}.txt": usual for i in range(5)}, "mong.txt": "bà con rủ nhau lên nương từ sáng sớm. " * 20})
    run(folder, tmp_path / "out", workers=1)
    (thin,) = (c for c in overview(RunReader(tmp_path / "out")).warnings if c.title == "Pages with few mentions")
    assert [i for i, _ in thin.examples] == ["mong"]


@pytest.fixture(scope="module")
def needs():
    for library in ("matplotlib", "networkx", "jinja2"):
        pytest.importorskip(library, reason="the extra 'report' is not installed")


@pytest.fixture(scope="module")
def written(needs, notebook_run, tmp_path_factory):
    from dvextract import report

    return report(notebook_run, tmp_path_factory.mktemp("report") / "report.html")


def test_the_page_has_every_plot(written):
    html = written.read_text(encoding="utf-8")
    assert re.findall(r'<svg [^>]*class="([a-z]+)"', html) == ["months", "ranks", "maps", "periods", "network"]
    assert "style=" not in html  # the policy forbids style attributes
    assert "<script" not in html
    assert not re.search(r"#fe[0-9a-f]{2}01", html)  # every marker colour became a variable
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", html))
    defined = set(re.findall(r"--([a-z0-9-]+):", html))
    assert used <= defined
    for label in LABELS:
        assert f"var(--{label.lower()})" in html
    assert "tỉnh Nghệ An: 5 mentions" in html
    assert set(re.findall(r'(?:src|href)="([^"]*)"', html)) <= {"data:,", *re.findall(r'href="(#[^"]*)"', html)}


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_report_is_the_same_bytes_in_another_process(written, notebook_run, tmp_path, seed):
    code = f"import dvextract; dvextract.report({str(notebook_run)!r}, {str(tmp_path / 'again.html')!r})"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": seed})
    assert (tmp_path / "again.html").read_bytes() == written.read_bytes()


def test_hostile_words_are_text_in_the_report(needs, chromium, hostile, tmp_path):
    from dvextract import report

    path = report(hostile, tmp_path / "r.html")
    chromium.get("about:blank")
    chromium.get_log("browser"), chromium.get_log("performance")
    chromium.get(path.as_uri())
    assert chromium.execute_script("return window.harm === undefined && document.scripts.length === 0")
    assert chromium.execute_script("return document.querySelectorAll('img, iframe, svg a').length") == 0
    log = [json.loads(entry["message"])["message"] for entry in chromium.get_log("performance")]
    asked = {m["params"]["request"]["url"] for m in log if m["method"] == "Network.requestWillBeSent"}
    assert asked == {path.as_uri()}
    assert chromium.get_log("browser") == []


def test_markup_and_formulas_in_names_are_drawn_as_they_are(needs):
    from dvextract.viewing import plots
    from dvextract.viewing.overview import Named, Overview

    name = '<script>$\\frac{1}{2}$ & "x" </svg>'
    found = Overview(top={"PHRASE": [Named(name, 3, 1)]}, pairs=Counter({("<b>", "$x"): 1}))
    for svg in (plots.ranks(found), plots.network(found)):
        assert "<script" not in svg
        assert svg.count("</svg>") == 1
    assert '&lt;script&gt;$\\frac{1}{2}$ &amp; "x" &lt;/svg&gt;' in plots.ranks(found)
    assert "&lt;b&gt;" in plots.network(found)


def test_a_run_without_mentions_has_a_report(needs, tmp_path, lay):
    from dvextract import report

    run(lay({"a.txt": "Bà con họp bản.\n"}), tmp_path / "out", workers=1)
    html = report(tmp_path / "out").read_text(encoding="utf-8")
    assert "No page has a day that can be trusted." in html
    assert "<svg" not in html


@pytest.mark.parametrize(("last", "steps"), [("2024-03", 3), ("2031-12", 32), ("2060-01", 37)])
def test_long_spans_have_wider_steps(last, steps):
    from dvextract.viewing.plots import _steps

    found, of = _steps(["2024-01", last])
    assert len(found) == steps
    assert of("2024-01") == found[0]
    assert of(last) == found[-1]
