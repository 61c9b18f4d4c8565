"""The page that shows a run, in a real browser: what it shows, how it is used, and that no page's text runs as code."""

import base64
import json
import os
import re
import subprocess
import sys
import zlib

import pytest

from dvextract import load
from dvextract.document import LABELS
from dvextract.errors import UsageError
from dvextract.tables.stream import RunReader
from dvextract.viewing import view as viewing
from dvextract.viewing.view import TAGS, asset, facts_of, view

SON_LA = "son-la/2022-03-ky-ket-llvt"


def data_of(html):
    """What the page carries, by identifier."""
    found = re.findall(r'<script type="application/octet-stream" id="([^"]+)">([A-Za-z0-9+/=]*)</script>', html)
    return {i: json.loads(zlib.decompress(base64.b64decode(packed))) for i, packed in found}


@pytest.fixture(scope="module")
def file(notebook_run, tmp_path_factory):
    return view(notebook_run, tmp_path_factory.mktemp("view") / "view.html")


@pytest.fixture
def page(opened, file):
    return opened(file)


# ---- the file --------------------------------------------------------------------------------------------------------


def test_the_file_carries_every_page_and_entity(file, notebook_run):
    data = data_of(file.read_text(encoding="utf-8"))
    tables = load(notebook_run)
    pages = [p for k, chunk in data.items() if k.removeprefix("data-").isdigit() for p in chunk]
    assert [p[0] for p in data["data-index"]["pages"]] == tables.documents["doc_id"].tolist()
    assert [p["text"] for p in pages] == [p.text for p in RunReader(notebook_run).pages(())]
    assert sum(len(p["mentions"]) for p in pages) == len(tables.mentions)
    facts = sum(len(getattr(tables, t)) for t in viewing.FACTS)
    assert sum(len(p["facts"]) for p in pages) == facts
    known = {e[0]: e[3] for e in data["data-entities"]}
    assert known == tables.mentions["entity_id"].value_counts().to_dict()
    assert sum(map(sum, (p[3] for p in data["data-index"]["pages"]))) == len(tables.mentions)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_page_is_the_same_bytes_in_another_process(file, notebook_run, tmp_path, seed):
    code = f"import dvextract; dvextract.view({str(notebook_run)!r}, {str(tmp_path / 'again.html')!r})"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": seed})
    assert (tmp_path / "again.html").read_bytes() == file.read_bytes()


def test_nothing_of_a_page_is_markup_or_script_in_the_file(hostile, tmp_path):
    html = view(hostile, tmp_path / "v.html").read_text(encoding="utf-8")
    assert "harm" not in html
    assert "\u2028" not in html
    assert re.findall(r"<script(?: [^>]*)?>", html).count("<script>") == 1


def test_the_policy_allows_the_pages_own_script_and_style_only(file):
    html = file.read_text(encoding="utf-8")
    content = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in content.split(";"))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules["script-src"])
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules["style-src"])
    assert "unsafe" not in content
    assert rules["require-trusted-types-for"] == "'script'"


def test_several_chunks_and_none(finished, notebook_run, tmp_path, monkeypatch):
    monkeypatch.setattr(viewing, "PER_CHUNK", 5)
    data = data_of(view(notebook_run, tmp_path / "v.html").read_text(encoding="utf-8"))
    assert [len(data[f"data-{k}"]) for k in range(4)] == [5, 5, 5, 3]


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(UsageError, match="not the output of a finished run"):
        view(tmp_path)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a, b):
    """Contrast ratio of two colours (WCAG 2.2)."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_have_contrast(theme):
    part = asset("labels.css").split(':root[data-theme="dark"]')[theme].split("}")[0]
    colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part))
    assert contrast(colour["ink"], colour["paper"]) >= 7
    assert contrast(colour["soft"], colour["paper"]) >= 4.5
    assert contrast(colour["accent"], colour["paper"]) >= 4.5
    assert contrast(colour["lit-ink"], colour["lit"]) >= 4.5
    for label in LABELS:
        assert contrast(colour["ink"], colour[label.lower()]) >= 7, label
        assert contrast(colour[f"{label.lower()}-tag"], colour[label.lower()]) >= 4.5, label
    assert len(set(TAGS)) == len(LABELS)


def test_evidence_is_used_where_the_run_has_it(finished):
    (page,) = (p for p in RunReader(finished).pages(("mentions", *viewing.FACTS)) if p.doc_id == "2024/so-ket")
    plain = {(f["table"], f["row"].get("title", f["row"].get("content"))): f for f in facts_of(page)}
    first = next(f for f in plain.values() if f["table"] == "posts")
    assert all(rule == "" for *_, rule in first["spans"])
    evidence = [
        {"doc_id": page.doc_id, "table": "posts", "row": 0, "column": "title", "rule": "post.apposition", "start": 3,
         "end": 9, "text": page.text[3:9]},
    ]  # fmt: skip
    page.tables["evidence"] = evidence
    found = next(f for f in facts_of(page) if f["table"] == "posts")
    assert found["spans"] == [(3, 9, "post.apposition"), *first["spans"]]


# ---- what it shows ---------------------------------------------------------------------------------------------------


def test_every_page_is_shown_whole_with_its_mentions(page, notebook_run):
    for p in RunReader(notebook_run).pages(("mentions", "blocks")):
        page.shows(p.doc_id)
        shown = "".join(page.texts("article p:not(.furniture p), .furniture p > span"))
        assert "".join(shown.split()) == "".join(p.text.split())
        marks = page.js(
            "return [...document.querySelectorAll('mark')].map((m) => [m.textContent, m.className, m.dataset.tag])"
        )
        assert marks == [[m["text"], m["label"], TAGS[LABELS.index(m["label"])]] for m in p.rows("mentions")]
        page.keys("n")
    assert page.position == "18 / 18"
    assert page.complaints() == []


def test_text_beyond_the_basic_plane_keeps_its_spans(opened, hostile, tmp_path):
    page = opened(view(hostile, tmp_path / "v.html"), "#page=p/beyond")
    page.shows("p/beyond")
    mentions = load(hostile).mentions
    here = mentions[mentions["doc_id"] == "p/beyond"]
    assert page.texts("mark") == here["text"].tolist()
    page.js("document.querySelectorAll('mark')[1].click()")
    row = here.iloc[1]
    assert f"{row['start']}–{row['end']}" in page.one(".card").text  # code points, as in the table


def test_a_fact_lights_what_it_stands_on_and_a_mention_its_facts(page):
    page.js("location.hash = arguments[0]", f"#page={SON_LA}")
    page.shows(SON_LA)
    fact = page.one(".facts li button")
    page.hover(fact)
    lit = """return [...document.querySelectorAll('mark')].filter((m) => [...m.children].every((n) =>
               n.classList.contains('lit'))).map((m) => m.textContent)"""
    assert page.js(lit) == ["Hoàng Đức Khởi", "Phó Bí thư Thường trực Tỉnh ủy"]
    page.hover(page.one("#position"))
    assert page.texts(".lit") == []
    page.hover(next(m for m in page.all("mark.PERSON") if m.text.startswith("Lò Thị Mai Sương")))
    assert all("Lò Thị Mai Sương" in t for t in page.texts(".lit-by"))
    assert len(page.texts(".lit-by")) == 2
    page.js("arguments[0].click()", fact)  # stays lit when the pointer goes
    page.hover(page.one("#position"))
    assert page.js(lit) == ["Hoàng Đức Khởi", "Phó Bí thư Thường trực Tỉnh ủy"]
    assert fact.get_attribute("aria-pressed") == "true"


def test_what_was_said_is_underlined(page):
    page.js("location.hash = arguments[0]", f"#page={SON_LA}")
    page.shows(SON_LA)
    said = "".join(page.texts(".said"))
    assert said == "bộ đội về bản phải biết nghe dân nói, hiểu việc dân cần" + "hai cơ quan sơ kết vào quý I hằng năm"
    style = page.js("return getComputedStyle(document.querySelector('.said')).textDecorationLine")
    assert style == "underline"


# ---- how it is used --------------------------------------------------------------------------------------------------


def test_keyboard(page):
    from selenium.webdriver.common.keys import Keys

    first = page.shown
    page.keys("n")
    page.wait("document.querySelector('#position').textContent.startsWith('2 /')")
    page.keys("p")
    page.shows(first)
    page.keys("j", "j")
    page.wait("document.querySelector('mark.chosen')?.dataset.mention === '1'")
    assert page.js("return document.activeElement.dataset.mention") == "1"
    page.keys("k")
    page.wait("document.querySelector('mark.chosen')?.dataset.mention === '0'")
    page.keys("/")
    assert page.js("return document.activeElement.id") == "query"
    page.keys("n")  # a letter in a field is a letter
    assert page.shown == first
    page.keys(Keys.ESCAPE)
    page.keys("?")
    page.wait("document.querySelector('#keys').open")
    page.keys(Keys.ESCAPE)
    page.wait("!document.querySelector('#keys').open")
    assert page.js("return document.querySelector('.furniture').open") is False
    page.keys("f")
    assert page.js("return document.querySelector('.furniture').open") is True
    page.keys("t")
    assert page.js("return document.body.classList.contains('tags')") is False
    before = page.js("return getComputedStyle(document.body).backgroundColor")
    page.keys("d")
    assert page.js("return getComputedStyle(document.body).backgroundColor") != before
    page.keys("d")
    page.js("document.querySelector('#clear').click()")


def test_filter_by_label(page, notebook_run):
    mentions = load(notebook_run).mentions
    legal = mentions[mentions["label"] == "LEGALDOC"]["doc_id"].nunique()
    page.one("#labels .LEGALDOC").click()
    page.wait(f"document.querySelector('#count').textContent === '{legal} of 18 pages'")
    assert set(page.js("return [...document.querySelectorAll('mark:not(.off)')].map((m) => m.className)")) == {
        "LEGALDOC"
    }
    page.one("#all").click()
    page.wait("document.querySelector('#count').textContent === '18 pages'")
    page.keys("1")
    page.wait("document.querySelector('mark.off')")
    assert page.js("return location.hash").endswith("labels=PERSON")


def test_filter_by_entity_from_a_mention(page, notebook_run):
    mentions = load(notebook_run).mentions
    page.js("location.hash = arguments[0]", f"#page={SON_LA}")
    page.shows(SON_LA)
    mark = next(m for m in page.all("mark.PERSON") if m.text.startswith("Lò Thị Mai Sương"))
    mark.click()
    page.one("#only").click()
    entity = mentions[mentions["text"] == "Lò Thị Mai Sương"]["entity_id"].iloc[0]
    pages = mentions[mentions["entity_id"] == entity]["doc_id"].nunique()
    assert pages > 1
    page.wait(f"document.querySelector('#count').textContent === '{pages} of 18 pages'")
    assert page.one("#entity").get_property("value") == "Lò Thị Mai Sương"
    assert set(page.texts("mark.same")) == {"Lò Thị Mai Sương"}
    page.one("#clear").click()
    page.wait("document.querySelector('#count').textContent === '18 pages'")


def test_choose_an_entity_by_typing_without_accents(page):
    from selenium.webdriver.common.keys import Keys

    page.keys("e")
    page.keys("lo thi mai")
    page.wait("document.querySelectorAll('#entities li').length > 0")
    assert "Lò Thị Mai Sương" in page.texts("#entities li")[0]
    page.keys(Keys.ARROW_DOWN, Keys.ENTER)
    page.wait("document.querySelector('#count').textContent.includes(' of 18 pages')")
    assert page.one("#entity").get_property("value") == "Lò Thị Mai Sương"


def test_filter_by_date(page, notebook_run):
    days = load(notebook_run).documents["published_date"].dropna().str[:10]
    page.one("#from").send_keys("2022-09")
    page.one("#to").send_keys("2023")
    wanted = ((days >= "2022-09-01") & (days <= "2023-12-31")).sum()
    page.wait(f"document.querySelector('#count').textContent === '{wanted} of 18 pages'")
    assert all("2022-09-01" <= day <= "2023-12-31" for day in page.texts("#list time"))
    page.one("#to").send_keys("-xx")
    assert page.one("#to").get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize(("query", "accents"), [("dân vận khéo", True), ("DAN VAN KHEO", False), ("đoàn ket", True)])
def test_search(page, notebook_run, query, accents):
    def plain(text):
        import unicodedata

        low = text.lower()
        if accents:
            return low
        bare = unicodedata.normalize("NFD", low.replace("đ", "d"))
        return "".join(c for c in bare if not unicodedata.combining(c))

    sought = plain(query)
    wanted = [p.doc_id for p in RunReader(notebook_run).pages(()) if sought in plain(p.text)]
    page.keys("/")
    page.keys(query)
    page.wait("document.querySelector('#found').textContent.startsWith('in ')")
    assert page.one("#found").text == f"in {len(wanted)} " + ("page" if len(wanted) == 1 else "pages")
    if wanted:
        page.shows(wanted[0])
        page.wait("document.querySelector('.hit')")
        assert sought in plain("".join(page.texts(".hit")))
    else:
        page.wait("document.querySelector('.nothing')")


def test_the_address_leads_back(opened, file, page):
    page.js("location.hash = arguments[0]", f"#page={SON_LA}")
    page.shows(SON_LA)
    page.keys("3")
    page.keys("j", "j")
    page.wait("document.querySelector('mark.chosen')")
    fragment = page.js("return location.hash")
    chosen = page.texts("mark.chosen")
    again = opened(file, fragment)
    again.shows(SON_LA)
    assert again.texts("mark.chosen") == chosen
    assert set(again.js("return [...document.querySelectorAll('mark:not(.off)')].map((m) => m.classList[0])")) == {
        "ORGANISATION"
    }
    assert again.js("return location.hash") == fragment


@pytest.mark.parametrize(
    "fragment", ["#page=%3Cimg%20src=x%3E&mention=99&labels=X&entity=y&from=z", "#%%%", "#mention=-7"]
)
def test_a_senseless_address_shows_the_first_page(opened, file, fragment):
    page = opened(file, fragment)
    assert page.position.endswith("/ 18")
    assert page.shown == "dak-lak/2022-11-ket-nghia"


def test_the_list_holds_what_is_in_view_only(opened, notebook_run, tmp_path):
    """5,000 entries would make the page slow: 18 pages a hundred times over."""
    source = RunReader(notebook_run).folder
    copy = tmp_path / "run"
    copy.mkdir()
    (copy / "run.json").write_bytes((source / "run.json").read_bytes())
    for table in ("documents", "records", "blocks", "mentions", "entities"):
        lines = [json.loads(line) for line in (source / f"{table}.jsonl").read_bytes().splitlines()]
        copies = range(100 if table != "entities" else 1)
        rows = [
            {**r, "doc_id": f"{i:03}/{r.get('doc_id')}"} if table != "entities" else r for i in copies for r in lines
        ]
        (copy / f"{table}.jsonl").write_text("\n".join(json.dumps(r) for r in rows) + "\n", encoding="utf-8")
    page = opened(view(copy, tmp_path / "v.html"))
    assert page.position == "1 / 1,800"
    assert len(page.all("#list button")) < 60
    page.js("document.querySelector('#list').scrollTop = 1e7")
    page.wait("[...document.querySelectorAll('#list button')].some((b) => b.dataset.page === '1799')")
    page.js("document.querySelector('#list button[data-page=\"1799\"]').click()")
    page.wait("document.querySelector('#position').textContent === '1,800 / 1,800'")
    page.keys("/")
    page.keys("Ea Mhar")
    page.wait("document.querySelector('#found').textContent === 'in 100 pages'")


def test_it_prints_the_text_and_the_facts(page):
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    visible = "return getComputedStyle(document.querySelector(arguments[0])).display !== 'none'"
    try:
        assert page.js(visible, "article")
        assert page.js(visible, ".facts")
        assert not page.js(visible, ".filters")
        assert not page.js(visible, ".bar")
        assert page.js("return getComputedStyle(document.body).overflow") == "visible"
        paper = "return getComputedStyle(document.querySelector('mark')).backgroundColor"
        light = page.js(paper)
        page.js("document.querySelector('#theme').click()")
        assert page.js("return document.documentElement.dataset.theme") == "dark"
        assert page.js(paper) == light
    finally:
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        page.js("document.documentElement.dataset.theme === 'dark' && document.querySelector('#theme').click()")


def test_every_control_has_a_name_and_identifiers_are_single(page):
    unnamed = page.js(
        """return [...document.querySelectorAll('button, input, mark[role]')].filter((n) =>
             !(n.textContent.trim() || n.getAttribute('aria-label') || n.labels?.length)).map((n) => n.outerHTML)"""
    )
    assert unnamed == []
    ids = page.js("return [...document.querySelectorAll('[id]')].map((n) => n.id)")
    assert len(ids) == len(set(ids))


# ---- no text runs as code --------------------------------------------------------------------------------------------


def test_hostile_pages_are_text(opened, hostile, tmp_path):
    path = view(hostile, tmp_path / "v.html")
    page = opened(path)
    for p in RunReader(hostile).pages(()):
        page.shows(p.doc_id)
        shown = "".join(page.texts("article p:not(.furniture p), .furniture p > span"))
        assert "".join(shown.split()) == "".join(p.text.split())
        for selector in ("mark", ".panel li button"):  # the panel is made anew at every click
            page.js(
                "const n = document.querySelectorAll(arguments[0]).length;"
                "for (let i = 0; i < n; i++) document.querySelectorAll(arguments[0])[i].click()",
                selector,
            )
        page.keys("n")
    for query in ("<script", "onerror", "javascript:"):
        page.js("const q = document.querySelector('#query'); q.value = arguments[0]; q.form.requestSubmit()", query)
        page.wait("document.querySelector('.hit')")
    page.js("document.querySelector('#entity').focus()")
    assert page.js("return window.harm === undefined")
    assert (
        page.js("return document.querySelectorAll('article img, article script, article a, svg, iframe, base').length")
        == 0
    )
    assert page.js("return document.querySelectorAll('style').length") == 1
    assert page.js("return document.title") == "out"
    assert page.requests() == {path.as_uri()}
    assert page.complaints() == []


def test_the_browser_refuses_scripts_requests_and_markup(opened, hostile, tmp_path):
    page = opened(view(hostile, tmp_path / "v.html"))
    refused = page.js("try { document.body.innerHTML = '<b>x</b>'; return false } catch (e) { return e.name }")
    assert refused == "TypeError"  # Trusted Types
    page.js("const s = document.createElement('img'); s.src = 'https://a.invalid/x.png'; document.body.append(s)")
    outcome = page.browser.execute_async_script(
        "const done = arguments[0]; fetch('https://a.invalid/').then(() => done('sent'), (e) => done(e.name))"
    )
    assert outcome == "TypeError"
    assert any("Content Security Policy" in c for c in page.complaints())
