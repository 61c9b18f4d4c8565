"""The command line: what each command prints, its exit status, and errors of one line that say what to do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dvextract import cli, load
from dvextract.document import LABELS
from dvextract.pipeline import STAGES
from dvextract.running import run as running
from dvextract.tables.evidence import FACTS
from dvextract.tables.schema import TABLES

COMMANDS = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
PAGE = "Ngày 8/7/2024, bà Hà Thị Miền dự họp ở xã Pá Ngần."


def invoke(*arguments, **options):
    return CliRunner().invoke(cli.app, [str(a) for a in arguments], **options)


def error_of(result):
    """The one line on standard error."""
    assert result.stderr.startswith("dvextract: error: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    return result.stderr


@pytest.fixture
def quick(tmp_path):
    """A pipeline that costs nothing."""
    path = tmp_path / "quick.toml"
    path.write_text('[[stages]]\nname = "layout"\n', encoding="utf-8")
    return path


def test_run_prints_a_summary_and_leaves_tables(lay, tmp_path):
    result = invoke("run", lay({"a.txt": PAGE}), "--out", tmp_path / "out", "--workers", 1)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"1 pages, {len(PAGE)} characters in ")
    assert lines[1] == "mentions: PERSON 1, LOCATION 1, TIME 1"
    assert lines[-1] == f"tables: {tmp_path / 'out'}"
    assert result.stderr == ""  # no bar where there is no terminal
    assert {f"{t.name}.{s}" for t in TABLES for s in ("csv", "jsonl")} < set(os.listdir(tmp_path / "out"))


def test_a_quiet_run_says_nothing(lay, tmp_path, quick):
    result = invoke("run", lay({"a.txt": PAGE}), "-o", tmp_path / "out", "-p", quick, "-q")
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "out" / "documents.csv").is_file()


def test_run_again_does_nothing(lay, tmp_path, quick):
    folder = lay({"a.txt": PAGE})
    invoke("run", folder, "-o", tmp_path / "out", "-p", quick)
    again = invoke("run", folder, "-o", tmp_path / "out", "-p", quick)
    assert again.stdout == f"{tmp_path / 'out'} is up to date (1 pages); --force makes it anew\n"
    forced = invoke("run", folder, "-o", tmp_path / "out", "-p", quick, "--force")
    assert "up to date" not in forced.stdout


def test_run_with_rejects_ends_with_status_3(lay, tmp_path, quick):
    folder = lay({"a.txt": PAGE, "b.txt": ""})
    result = invoke("run", folder, "-o", tmp_path / "out", "-p", quick)
    assert result.exit_code == 3
    assert f"rejects: 1, see {tmp_path / 'out'}/rejects.*" in result.stdout
    # also when there was nothing left to do
    assert invoke("run", folder, "-o", tmp_path / "out", "-p", quick).exit_code == 3


def test_run_reads_standard_input(tmp_path, quick):
    result = invoke("run", "-", "-o", tmp_path / "out", "-p", quick, input=PAGE.encode())
    assert result.exit_code == 0
    assert load(tmp_path / "out").documents[["doc_id", "source"]].to_numpy().tolist() == [["stdin", "-"]]
    assert load(tmp_path / "out").blocks.text.tolist() == [PAGE]


def test_run_options_reach_the_run(lay, tmp_path, quick):
    folder = lay({"a.csv": f'so,than\nm1,"{PAGE}"\nm2,Họp.\n', "b.txt": "Họp."})
    options = ["--text-column", "than", "--id-column", "so", "--limit", 1, "--tables", "blocks, documents"]
    result = invoke("run", folder, "-o", tmp_path / "out", "-p", quick, "--format", "parquet,csv", *options)
    assert result.exit_code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir() if p.is_file()) == [
        "blocks.csv",
        "blocks.parquet",
        "datapackage.json",
        "documents.csv",
        "documents.parquet",
        "rejects.csv",
        "rejects.parquet",
        "run.json",
    ]
    assert load(tmp_path / "out").documents.doc_id.tolist() == ["a/m1"]


def test_run_says_what_was_reused_and_clean_removes_it(lay, tmp_path, quick):
    folder = lay({"a.txt": PAGE, "b.txt": PAGE})
    arguments = ["run", folder, "-o", tmp_path / "out", "-p", quick]
    assert "shards reused" not in invoke(*arguments).stdout
    (folder / "a.txt").write_text("Họp.", encoding="utf-8")
    assert "0 of 1 shards reused; redone: 1 changed input\n" in invoke(*arguments).stdout
    cleaned = invoke("clean", tmp_path / "out")
    assert cleaned.stdout.startswith(f"{tmp_path / 'out'}: 0.0 MB removed")
    assert not (tmp_path / "out" / running.WORK).exists()
    assert "is not a dvextract output" in error_of(invoke("clean", folder))


def test_run_in_the_sharded_layout(lay, tmp_path, quick):
    options = ["--layout", "sharded", "--format", "csv,jsonl,parquet", "--no-keep"]
    result = invoke("run", lay({"a.txt": PAGE}), "-o", tmp_path / "out", "-p", quick, *options)
    assert result.exit_code == 0
    assert (tmp_path / "out" / "blocks" / "part-00000.parquet").is_file()
    assert load(tmp_path / "out").blocks.text.tolist() == [PAGE]
    assert not (tmp_path / "out" / running.WORK).exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--engine", "spark"], "no engine 'spark'; there are: local, dask"),
        (["--engine", "dask"], "--engine dask needs --scheduler, like tcp://host:8786"),
        (["--scheduler", "tcp://127.0.0.1:1"], "--scheduler is for --engine dask"),
        (["--layout", "zip"], "no layout 'zip'; there are: single, sharded"),
    ],
)
def test_engines_and_layouts_that_do_not_exist(lay, tmp_path, quick, options, message):
    result = invoke("run", lay({"a.txt": PAGE}), "-o", tmp_path / "out", "-p", quick, *options)
    assert result.exit_code == 2
    assert message in error_of(result)
    assert not (tmp_path / "out").exists()


def test_run_takes_a_glob(lay, tmp_path, quick):
    folder = lay({"a.txt": PAGE, "b.txt": PAGE, "x/a.txt": PAGE})
    invoke("run", f"{folder}/**/a.txt", "-o", tmp_path / "out", "-p", quick)
    assert load(tmp_path / "out").documents.doc_id.tolist() == ["a", "x/a"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.txt"], "no such file or folder: nowhere.txt"),
        (["PAGES", "--format", "xlsx"], "no format 'xlsx'; there are: csv, jsonl, parquet"),
        (["PAGES", "--tables", "post"], "no table 'post'; there are: documents"),
        (["PAGES", "--pipeline", "defualt"], "no pipeline 'defualt': give a .toml file or one of: default"),
        (["PAGES", "--model", "nowhere.npz"], "cannot read the model nowhere.npz"),
        (["PAGES", "--out", "PAGES/a.txt"], "is a file; give a folder with --out"),
        (["PAGES", "--out", "/proc/nowhere/out"], "cannot write to /proc/nowhere/out"),
    ],
)
def test_wrong_usage_of_run_is_one_line_and_status_2(lay, tmp_path, monkeypatch, arguments, message):
    folder = lay({"a.txt": PAGE})
    monkeypatch.chdir(tmp_path)
    result = invoke("run", *(a.replace("PAGES", str(folder)) for a in arguments))
    assert result.exit_code == 2
    assert message in error_of(result)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "x", "--workers", "-1"],
        ["run", "x", "--limit", "a"],
        ["runn"],
        ["run", "x", "--oat", "y"],
        ["train"],
    ],
)
def test_wrong_options_are_status_2_without_a_traceback(arguments):
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "Usage: " in result.stderr


def test_an_interrupt_is_one_line(lay, tmp_path, quick, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "work", interrupted)
    result = invoke("run", lay({"a.txt": PAGE}), "-o", tmp_path / "out", "-p", quick)
    assert result.exit_code == 130
    assert result.stderr == "dvextract: interrupted; run the same command again to go on where it stopped\n"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            OSError(28, "No space left on device", "out/mentions.csv"),
            "out: No space left on device (out/mentions.csv); make room",
        ),
        (RuntimeError("two\nlines"), "RuntimeError: two lines; this is a fault of dvextract: please report"),
    ],
)
def test_what_nobody_expected_is_one_line_too(lay, tmp_path, quick, monkeypatch, error, message):
    def fall(*_):
        raise error

    monkeypatch.setattr(running, "join", fall)
    arguments = ["run", lay({"a.txt": PAGE}), "-o", tmp_path / "out", "-p", quick]
    result = invoke(*arguments)
    assert result.exit_code == 1
    assert message in error_of(result)
    assert "Traceback" in invoke("--traceback", *arguments).stderr


def test_no_traceback_from_a_real_process(lay, tmp_path):
    """A terminal that cannot show Vietnamese gets escapes."""
    command = [sys.executable, "-m", "dvextract.cli", "show", lay({"a.txt": "Bản Pá Ngần họp."}) / "a.txt"]
    (tmp_path / "p.toml").write_text('[[stages]]\nname = "layout"\n')
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*command, "-p", tmp_path / "p.toml"], capture_output=True, env=environment, check=False)
    assert done.returncode == 0
    assert done.stderr == b""
    assert rb"B\u1ea3n P\xe1 Ng\u1ea7n" in done.stdout


def test_stages_prints_the_chain():
    result = invoke("stages")
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(STAGES)
    assert lines[0].split(maxsplit=1)[1].startswith("text -> blocks, page")
    assert "(model = 'default')" in result.stdout


def test_tables_prints_every_column():
    lines = invoke("tables").stdout.splitlines()
    assert len(lines) == sum(1 + len(t.columns) for t in TABLES)
    assert "mentions: a row is a span of one of the ten labels" in lines


def test_tables_as_markdown():
    assert invoke("tables", "--markdown").stdout.startswith("# Data dictionary\n")


def test_show_prints_the_page_and_its_values(lay):
    result = invoke("show", lay({"a.txt": PAGE}) / "a.txt")
    assert result.exit_code == 0
    assert PAGE in result.stdout
    assert "TIME         Ngày 8/7/2024 = 2024-07-08" in result.stdout


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [(None, 2, "cannot read "), (b"", 3, "nothing on this page"), (b"\xff", 3, "not valid UTF-8")],
)
def test_show_what_cannot_be_shown(tmp_path, content, status, message):
    if content is not None:
        (tmp_path / "a.txt").write_bytes(content)
    result = invoke("show", tmp_path / "a.txt")
    assert result.exit_code == status
    assert message in error_of(result)


@pytest.fixture
def gold(finished):
    return finished / "records.jsonl"


def test_evaluate_prints_figures(finished, gold):
    result = invoke("evaluate", gold, "--run", finished)
    assert result.exit_code == 0
    assert result.stdout.startswith("4 pages, 0 rows whose text is not text[start:end]\n")
    assert "macro F1 1.0000, overlap F1 1.0000" in result.stdout


def test_evaluate_writes_figures_as_json(finished, gold, tmp_path):
    invoke("evaluate", gold, "--run", finished, "--json", tmp_path / "figures.json")
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["strict"]["ALL"]["f"] == 1.0
    assert set(figures["strict"]) <= {*LABELS, "ALL", "MACRO_F"}


def test_evaluate_shows_errors(finished, gold, tmp_path):
    record = json.loads(gold.read_text(encoding="utf-8").splitlines()[0])
    record["mentions"][0]["end"] -= 1
    (tmp_path / "gold.jsonl").write_text(json.dumps(record), encoding="utf-8")
    result = invoke("evaluate", tmp_path / "gold.jsonl", "--run", finished, "--errors", 3)
    assert [line.split()[0] for line in result.stdout.splitlines() if "⟦" in line] == ["missed", "wrong"]


def test_evaluate_against_floors(finished, gold, tmp_path):
    floors = tmp_path / "floors.json"
    pinned = invoke("evaluate", gold, "--run", finished, "--floors", floors, "--update-floors")
    assert "strict.PERSON: 0.0000 -> 1.0000" in pinned.stdout
    assert invoke("evaluate", gold, "--run", finished, "--floors", floors).exit_code == 0
    content = json.loads(floors.read_text())
    content[gold.name]["figures"]["strict.EVENT"] = 1.1
    floors.write_text(json.dumps(content))
    below = invoke("evaluate", gold, "--run", finished, "--floors", floors)
    assert below.exit_code == 1
    assert "below its floor: strict.EVENT 1.0000 < 1.1000" in below.stdout
    lowered = invoke("evaluate", gold, "--run", finished, "--floors", floors, "--update-floors")
    assert lowered.exit_code == 2
    assert "floors are not lowered silently" in error_of(lowered)


def test_evaluate_cross_validates(gold):
    result = invoke("evaluate", gold, "--cross-validate", 2)
    assert result.exit_code == 0
    # models of two pages know little: what is judged is not what was learnt
    assert result.stdout.startswith("4 pages, 0 rows")
    assert "macro F1 1.0000" not in result.stdout


@pytest.mark.parametrize("arguments", [["nowhere.jsonl"], ["GOLD", "--run", "nowhere"], ["GOLD", "--label", "X"]])
def test_wrong_usage_of_evaluate(gold, arguments):
    result = invoke("evaluate", *(str(gold) if a == "GOLD" else a for a in arguments))
    assert result.exit_code == 2
    assert error_of(result)


def test_compare_prints_counts_and_samples(finished, lay, tmp_path, pages):
    rows = "wording\tlabel\nbà con\tPERSON\n"
    chain = "".join(f'[[stages]]\nname = "{s}"\n' + 'lexicons = ["own.tsv"]\n' * (s == "grammar") for s in STAGES)
    own = lay({"own.tsv": rows, "own.toml": chain}, "own")
    assert invoke("run", pages, "--out", tmp_path / "out", "--pipeline", own / "own.toml").exit_code == 3
    result = invoke("compare", finished, tmp_path / "out", "--show", 1, "--json", tmp_path / "d.json")
    assert result.exit_code == 0
    assert result.stdout.startswith("4 pages compared\n")
    assert "⟦Bà con⟧ họp bản" in invoke("compare", finished, tmp_path / "out", "--label", "PERSON").stdout
    assert json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))["counts"]["PERSON"]["only_b"] > 0


def test_compare_of_what_is_no_run(finished, tmp_path):
    result = invoke("compare", finished, tmp_path)
    assert result.exit_code == 2
    assert "is not the output of a finished run" in error_of(result)


def test_sample_prints_rows_and_writes_a_sheet(finished, tmp_path):
    sheet = tmp_path / "sheet.csv"
    result = invoke("sample", finished, "--table", "posts", "--n", 2, "--sheet", sheet)
    assert result.exit_code == 0
    assert result.stdout.count("posts 2024/") + result.stdout.count("posts mot-dong") == 2
    assert sheet.is_file()
    everything = invoke("sample", finished, "--n", 1).stdout
    assert all(f"{table} " in everything for table in FACTS)
    wrong = invoke("sample", finished, "--table", "tokens")
    assert wrong.exit_code == 2
    assert "table 'tokens' cannot be sampled" in error_of(wrong)


def test_lexicons_are_listed():
    lines = invoke("lexicons").stdout.splitlines()
    assert lines[0].split() == ["file", "rows", "as", "of", "what", "it", "is", "source"]
    assert any(line.startswith("places.tsv ") and "2025-07-01" in line for line in lines)
    listed = json.loads(invoke("lexicons", "--json").stdout)
    assert len(listed) == len(lines) - 1
    assert {"file", "rows", "columns", "description", "source", "as_of"} == set(listed[0])


def test_train_writes_a_model_that_run_takes(gold, lay, tmp_path):
    trained = invoke("train", gold, "--out", tmp_path / "small.npz", "--note", "four pages")
    assert trained.stdout == f"{tmp_path / 'small.npz'}: trained on 4 pages\n"
    result = invoke("run", lay({"a.txt": PAGE}), "-o", tmp_path / "out", "--model", tmp_path / "small.npz")
    assert result.exit_code == 0


def test_train_on_what_is_no_gold(lay, tmp_path):
    result = invoke("train", lay({"gold.jsonl": "{"}) / "gold.jsonl", "--out", tmp_path / "m.npz")
    assert result.exit_code == 2
    assert "gold.jsonl, line 1: not JSON" in error_of(result)


def test_the_card_of_the_shipped_model():
    lines = invoke("model").stdout.splitlines()
    assert [line.split()[0] for line in lines][:2] == ["weights", "network"]
    assert any(line.startswith("strict F1") for line in lines)


def test_view_writes_a_page_and_names_it(finished, tmp_path):
    result = invoke("view", finished, "--out", tmp_path / "v.html")
    assert result.exit_code == 0
    assert result.stdout == f"{tmp_path / 'v.html'}\n"
    assert (tmp_path / "v.html").read_bytes().startswith(b"<!doctype html>")
    assert "not the output of a finished run" in error_of(invoke("view", tmp_path))


def test_view_serves_on_this_machine(finished, monkeypatch):
    from dvextract.viewing import serve

    def at_once(run, port, started):
        started(f"http://127.0.0.1:{port}/", lambda: None)
        raise KeyboardInterrupt

    monkeypatch.setattr(serve, "serve", at_once)
    result = invoke("view", finished, "--serve", "--port", 8123)
    assert result.stdout == "http://127.0.0.1:8123/  (stop with Ctrl+C)\n"
    assert result.exit_code == 130


def test_report_writes_a_page_or_names_the_extra(finished, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = invoke("report", finished, "--out", tmp_path / "r.html")
    assert result.exit_code == 2
    assert "pip install 'dvextract[report]'" in error_of(result)
    monkeypatch.undo()
    for library in ("jinja2", "matplotlib", "networkx"):
        pytest.importorskip(library, reason="the extra 'report' is not installed")
    assert invoke("report", finished, "--out", tmp_path / "r.html").stdout == f"{tmp_path / 'r.html'}\n"


def test_export_says_what_it_wrote(finished, tmp_path):
    result = invoke("export", finished, "--to", "conll", "--out", tmp_path / "x.conll")
    assert result.stdout == f"{tmp_path / 'x.conll'}: 4 pages\n"
    rows = len(load(finished).posts)
    result = invoke("export", finished, "--to", "sqlite", "--out", tmp_path / "x.db", "--tables", "posts")
    assert result.stdout == f"{tmp_path / 'x.db'}: {rows} rows\n"
    assert "no format 'odt'" in error_of(invoke("export", finished, "--to", "odt", "--out", tmp_path / "x"))


@pytest.mark.parametrize(("to", "library"), [("xlsx", "xlsxwriter"), ("duckdb", "duckdb")])
def test_export_names_the_extra_it_needs(finished, tmp_path, monkeypatch, to, library):
    monkeypatch.setitem(sys.modules, library, None)
    result = invoke("export", finished, "--to", to, "--out", tmp_path / "x")
    assert result.exit_code == 2
    assert "pip install 'dvextract[export]'" in error_of(result)


def test_import_corrections_gives_gold(finished, tmp_path):
    invoke("export", finished, "--to", "doccano", "--out", tmp_path / "x.jsonl")
    result = invoke("import-corrections", tmp_path / "x.jsonl", "--from", "doccano", "--out", tmp_path / "gold.jsonl")
    assert result.stdout == f"{tmp_path / 'gold.jsonl'}: 4 pages, {len(load(finished).mentions)} mentions\n"
    assert "1.000" in invoke("evaluate", tmp_path / "gold.jsonl", "--run", finished).stdout


def test_version():
    assert invoke("--version").stdout.startswith("dvextract ")


def test_init_writes_a_pipeline_that_check_takes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written = invoke("init")
    assert written.exit_code == 0
    assert written.stdout.splitlines() == [
        "wrote pipeline.toml; edit it, then",
        "  dvextract check pipeline.toml",
        "  dvextract run PAGES --pipeline pipeline.toml",
    ]
    assert invoke("check", "pipeline.toml").stdout.startswith("pipeline.toml: in order\nstages    layout segment")
    again = invoke("init")
    assert again.exit_code == 2
    assert "there already; give another name, or --force" in error_of(again)
    assert invoke("init", "--force").exit_code == 0


def test_all_faults_of_a_pipeline_are_shown_a_line_each(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('nmae = "x"\n[[stages]]\nname = "layuot"\n', encoding="utf-8")
    result = invoke("check", path)
    assert result.exit_code == 2
    assert [line.removeprefix("dvextract: error: ").split(": ")[:2] for line in result.stderr.splitlines()] == [
        [f"{path}:1", "nmae"],
        [f"{path}:3", "stages[1].name"],
    ]


def test_doctor_ends_with_status_1_when_something_is_broken(monkeypatch):
    from dvextract import doctor

    result = invoke("doctor")
    assert result.exit_code == 0
    assert result.stdout.startswith("dvextract    ")
    assert json.loads(invoke("doctor", "--json").stdout)["broken"] == []
    monkeypatch.setattr(doctor, "LOW_SPACE", 1 << 62)
    assert invoke("doctor").exit_code == 1


def test_every_command_is_tested():
    source = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in COMMANDS if f'invoke("{name}"' not in source} == set()


LAST = """
import atexit, sys, threading, time, types
from dvextract.__main__ import main
def app():
    print("said")
    {more}
    raise SystemExit({status!r})
atexit.register(print, "at exit")
sys.modules["dvextract.cli"] = types.SimpleNamespace(app=app)
main()
"""


@pytest.mark.parametrize(
    ("status", "code", "message"), [(None, 0, ""), (0, 0, ""), (3, 3, ""), ("no way", 1, "no way\n")], ids=repr
)
@pytest.mark.parametrize("more", ["", "threading.Timer(0.1, print, ['late']).start()"], ids=["alone", "with-a-thread"])
def test_whatever_is_left_to_say_is_said_before_the_end(status, code, message, more):
    script = LAST.format(more=more, status=status)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    said = ["said", *(["late"] if more else []), "at exit"]
    assert (done.returncode, done.stdout.split("\n")[:-1], done.stderr) == (code, said, message)
