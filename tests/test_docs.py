"""The generated pages of the documentation are what the code says; the examples of the others print what they show."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from dvextract import cli
from dvextract.document import LABELS

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_page_is_stale(generate):
    assert generate.main(["--check"]) == 0


def test_a_stale_page_is_named(generate, tmp_path):
    for name, page in generate.PAGES.items():
        (tmp_path / name).write_text(page(), encoding="utf-8")
    (tmp_path / "tutorial.md").write_text("```python\n>>> 1 + 1\n2\n```\n", encoding="utf-8")
    assert generate.stale(tmp_path) == []
    with (tmp_path / "cli.md").open("a") as file:
        file.write("\n")
    (tmp_path / "data-dictionary.md").unlink()
    (tmp_path / "tutorial.md").write_text("```python\n>>> 1 + 1\n3\n```\n", encoding="utf-8")
    assert generate.stale(tmp_path) == ["data-dictionary.md", "cli.md", "tutorial.md"]


def test_every_command_has_a_section(generate):
    page = generate.command_line()
    for command in cli.app.registered_commands:
        assert f"\n## dvextract {command.name or command.callback.__name__}\n" in page


def test_help_does_not_depend_on_the_terminal(generate, monkeypatch):
    before = generate.command_line()
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert generate.command_line() == before
    assert max(map(len, before.splitlines())) <= generate.WIDTH


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_wrong_arguments(generate, capsys):
    assert generate.main(["--chekc"]) == 2
    assert "--check" in capsys.readouterr().err
    assert "generate" not in sys.modules


@pytest.fixture
def transcripts(generate):
    return generate.transcripts


def test_examples_print_what_they_print_now(transcripts):
    page = """<!-- file: a/p.txt -->
```text
Bà Hà Thị Miền họp.
```
```console
$ cat a/p.txt
old
$ dvextract run a --out out
9 pages, 19 characters in 7.7 s (7 pages/s, 7 characters/s)
```
<!-- status: 2 -->
```console
$ dvextract run nowhere
```
```python
from pathlib import Path
x = 3
```
text
```python
>>> for i in range(x):
...     print(i)
0
…
5
```
<!-- not run: no reason -->
```python
impossible()
```
```toml
a = 1
```
"""
    new = transcripts.refreshed(page)
    assert "$ cat a/p.txt\nBà Hà Thị Miền họp.\n$ dvextract run" in new
    assert "\n1 pages, 20 characters in " in new
    assert "nowhere\ndvextract: error: no such file or folder: nowhere\n" in new
    assert "...     print(i)\n0\n…\n2\n```" in new
    assert new.endswith("impossible()\n```\n```toml\na = 1\n```\n")
    assert transcripts.refreshed(new) == new  # seconds stay what they are


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("```console\n$ dvextract run nowhere\n```\n", "exit status 2, not 0"),
        ("```console\n$ rm x\n```\n", "'rm'|cannot run rm|No such"),
        ("```console\nnothing\n```\n", "no command in"),
        ("<!-- not run: x -->\n```console\n$ dvextract run x --oat y\n```\n", "dvextract run has no option --oat"),
        ("<!-- not run: x -->\n```console\n$ dvextract runn x\n```\n", "there is no command dvextract runn"),
    ],
)
def test_examples_that_do_not_hold(transcripts, page, message):
    with pytest.raises(transcripts.ExampleError, match=message):
        transcripts.refreshed(page)


def test_a_python_example_must_run(transcripts):
    with pytest.raises(ZeroDivisionError):
        transcripts.refreshed("```python\n1 / 0\n```\n")
    with pytest.raises(SyntaxError):
        transcripts.refreshed("<!-- not run: x -->\n```python\n1 +\n```\n")


@pytest.mark.parametrize("page", [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda p: p.name)
def test_commands_that_are_only_shown_would_be_taken(transcripts, page):
    transcripts.check_commands(page.read_text(encoding="utf-8"))


def test_a_shown_command_that_would_not_be_taken(transcripts):
    with pytest.raises(transcripts.ExampleError, match="no option --workres"):
        transcripts.check_commands("```sh\ndvextract run x \\\n  --workres 3  # all\n```\n")


def test_known_faults_are_those_of_the_tests(generate):
    page = (DOCS / "limits.md").read_text(encoding="utf-8")
    failing = [p for p in generate.limits.traps() if generate.limits.reason(p)]
    assert page.count("<sub>") >= len(failing) > 0
    assert f"{len(failing)} of " in page


def test_figures_of_the_limits_are_the_cards(generate, monkeypatch):
    card = {"a": dict.fromkeys(LABELS, 0.9), "b": {**dict.fromkeys(LABELS, 0.95), "TIME": 0.99}}
    monkeypatch.setattr(generate.limits, "load", lambda: SimpleNamespace(card={"figures": card}))
    rows = generate.limits.figures().splitlines()[2:]
    assert rows[0] == "| TIME | 0.900 to 0.990 | 10 to 100 |"
    assert len(rows) == len(LABELS)


def test_the_site_is_built_without_warnings(tmp_path):
    pytest.importorskip("mkdocs", reason="needs the extra 'docs'")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=DOCS.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    pages = {p.relative_to(tmp_path / "site").as_posix() for p in (tmp_path / "site").rglob("*.html")}
    ours = {p.relative_to(DOCS).with_suffix(".html").as_posix() for p in DOCS.rglob("*.md")}
    assert ours | {"changelog.html"} <= pages
    loaded = re.compile(r"<(?:script|link|img)[^>]*(?:src|href)=[\"']https?:")
    for page in pages:
        assert not loaded.search((tmp_path / "site" / page).read_text(encoding="utf-8")), page


def test_both_tutorials_use_the_same_commands(transcripts):
    used = [
        re.findall(r"^\$? ?dvextract (\w+)", (DOCS / name).read_text(encoding="utf-8"), re.MULTILINE)
        for name in ("tutorial.md", "huong-dan.md")
    ]
    assert used[0] == used[1]
