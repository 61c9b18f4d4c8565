"""A run: the same bytes however it was done, never twice, never over anything else's files."""

import fcntl
import json
import shutil
import subprocess
import sys

import pytest

from dvextract import load, run
from dvextract.errors import UsageError
from dvextract.running import run as running
from dvextract.running import shards, work
from dvextract.tables import write

PAGES = {f"{i:02d}.txt": f"Ngày {i}/3/2021, bản Pá Ngần họp. Đồng chí Lường Văn Pảnh dự." for i in range(1, 8)}
PAGES["04.txt"] = ""


@pytest.fixture
def two_a_shard(monkeypatch):
    monkeypatch.setattr(shards, "PAGES", 2)
    monkeypatch.setattr(shards, "LIGHTEST", 1)
    monkeypatch.setattr(shards, "HEAVIEST", 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("numbered")
    for name, text in PAGES.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def at_once(folder, tmp_path_factory):
    """What an undisturbed run in one shard and one process writes."""
    out = tmp_path_factory.mktemp("at-once") / "out"
    run(folder, out, formats=write.FORMATS)
    return tables(out)


def tables(out):
    return {p.name: p.read_bytes() for p in out.iterdir() if p.is_file() and p.name != "run.json"}


class Interrupted:
    """`work` that is stopped after some shards, as by Ctrl-C."""

    def __init__(self, after):
        self.left = after

    def __call__(self, *shard):
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return work.work(*shard)


def test_shards_do_not_show(folder, at_once, tmp_path, two_a_shard):
    run(folder, tmp_path / "out", formats=write.FORMATS)
    assert tables(tmp_path / "out") == at_once


def test_two_workers_write_the_same_bytes(folder, at_once, tmp_path, two_a_shard):
    summary = run(folder, tmp_path / "out", formats=write.FORMATS, workers=2)
    assert tables(tmp_path / "out") == at_once
    assert (summary.pages, summary.rejects) == (6, 1)


def test_workers_that_load_the_pipeline_say_what_it_is(folder, at_once, tmp_path, two_a_shard, monkeypatch):
    def loads(job):
        raise AssertionError("the parent loads it too")

    monkeypatch.setattr(running, "BYTES", 100)  # as if there were work enough to begin before it is planned
    monkeypatch.setattr(running, "stages_of", loads)
    run(folder, tmp_path / "out", formats=write.FORMATS, workers=2)
    assert tables(tmp_path / "out") == at_once


def test_what_is_wrong_with_a_pipeline_is_said_though_workers_load_it(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "BYTES", 100)
    with pytest.raises(UsageError, match="no pipeline 'defualt'"):
        run(folder, tmp_path / "out", pipeline="defualt", workers=2)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("after", [0, 1, 3])
def test_an_interrupted_run_goes_on_where_it_stopped(folder, at_once, tmp_path, two_a_shard, monkeypatch, after):
    with monkeypatch.context() as patched:
        patched.setattr(running, "work", Interrupted(after))
        with pytest.raises(KeyboardInterrupt):
            run(folder, tmp_path / "out", formats=write.FORMATS)
    assert tables(tmp_path / "out") == {}
    summary = run(folder, tmp_path / "out", formats=write.FORMATS)
    assert summary.resumed == after
    assert (summary.pages, summary.rejects) == (6, 1)
    assert sum(summary.mentions.values()) == len(load(tmp_path / "out").mentions)
    assert tables(tmp_path / "out") == at_once


def test_a_run_interrupted_while_joining_goes_on(folder, at_once, tmp_path, monkeypatch):
    def fall(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(write._Parquet, "add", fall)
        with pytest.raises(KeyboardInterrupt):
            run(folder, tmp_path / "out", formats=write.FORMATS)
    assert run(folder, tmp_path / "out", formats=write.FORMATS).resumed == 1
    assert tables(tmp_path / "out") == at_once


def test_half_a_shard_is_done_again(folder, at_once, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(work, "contents", Interrupted(0))
        with pytest.raises(KeyboardInterrupt):
            run(folder, tmp_path / "out", formats=write.FORMATS)
    assert run(folder, tmp_path / "out", formats=write.FORMATS).resumed == 0
    assert tables(tmp_path / "out") == at_once


def test_a_shard_whose_input_changed_meanwhile_is_done_again(folder, tmp_path, two_a_shard, monkeypatch):
    mine = tmp_path / "in"
    shutil.copytree(folder, mine)
    with monkeypatch.context() as patched:
        patched.setattr(running, "work", Interrupted(2))
        with pytest.raises(KeyboardInterrupt):
            run(mine, tmp_path / "out")
    (mine / "01.txt").write_text("Bản Huổi Lưa họp dân.", encoding="utf-8")
    assert run(mine, tmp_path / "out").resumed == 1
    assert load(tmp_path / "out").sentences.text[0] == "Bản Huổi Lưa họp dân."


def test_a_finished_run_is_left_alone(folder, tmp_path):
    first = run(folder, tmp_path / "out")
    written = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "out").iterdir()}
    second = run(folder, tmp_path / "out")
    assert second.up_to_date
    assert (second.pages, second.rejects, second.mentions) == (first.pages, first.rejects, first.mentions)
    assert {p.name: p.stat().st_mtime_ns for p in (tmp_path / "out").iterdir()} == written


@pytest.mark.parametrize("gone", ["posts.csv", "datapackage.json", "records.jsonl"])
def test_a_file_that_was_deleted_is_made_again(folder, tmp_path, gone):
    run(folder, tmp_path / "out", limit=1)
    (tmp_path / "out" / gone).unlink()
    assert not run(folder, tmp_path / "out", limit=1).up_to_date
    assert (tmp_path / "out" / gone).exists()


def test_force_starts_anew(folder, tmp_path, two_a_shard, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(running, "work", Interrupted(2))
        with pytest.raises(KeyboardInterrupt):
            run(folder, tmp_path / "out")
    assert run(folder, tmp_path / "out", force=True).resumed == 0
    assert not run(folder, tmp_path / "out", force=True).up_to_date


@pytest.mark.parametrize(
    "changed",
    [{"limit": 2}, {"formats": ("csv",)}, {"tables": ("posts",)}, {"pipeline": "OTHER"}, {"inputs": "01.txt"}],
)
def test_another_run_replaces_the_tables(folder, tmp_path, changed):
    other = tmp_path / "other.toml"
    other.write_text('[[stages]]\nname = "layout"\n[[stages]]\nname = "segment"\n', encoding="utf-8")
    run(folder, tmp_path / "out", formats=write.FORMATS)
    changed = {k: str(other) if v == "OTHER" else v for k, v in changed.items()}
    summary = run(folder / changed.pop("inputs", ""), tmp_path / "out", **{"formats": write.FORMATS, **changed})
    assert not summary.up_to_date
    report = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert sorted(tables(tmp_path / "out")) == report["files"]


def test_a_pipeline_of_some_stages_leaves_the_other_tables_empty(folder, tmp_path):
    short = tmp_path / "short.toml"
    short.write_text('[[stages]]\nname = "layout"\n[[stages]]\nname = "segment"\npos = false\n', encoding="utf-8")
    summary = run(folder, tmp_path / "out", pipeline=str(short))
    assert (summary.pages, summary.mentions) == (6, {})
    assert len(load(tmp_path / "out").sentences) == 12
    assert len(load(tmp_path / "out").mentions) == 0


def test_changed_input_is_done_again(lay, tmp_path):
    folder = lay({"a.txt": "Bản Huổi Lưa họp."})
    run(folder, tmp_path / "out")
    (folder / "a.txt").write_text("Bản Huổi Lừa họp.", encoding="utf-8")
    assert not run(folder, tmp_path / "out").up_to_date
    assert load(tmp_path / "out").blocks.text[0] == "Bản Huổi Lừa họp."


def test_another_run_in_the_folder_is_refused(folder, tmp_path):
    lock = tmp_path / "out" / ".dvextract" / "lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match=r"another run is writing to .*out; wait for it"):
            run(folder, tmp_path / "out")


def test_the_lock_outlives_force(folder, tmp_path, monkeypatch):
    """While a forced run works, a second one is refused."""
    met = []

    def second(job, shard, key):
        with pytest.raises(UsageError, match="another run is writing"):
            run(folder, tmp_path / "out")
        met.append(shard.number)
        return work.work(job, shard, key)

    monkeypatch.setattr(running, "work", second)
    run(folder, tmp_path / "out", force=True)
    assert met == [0]


@pytest.mark.parametrize("there", [{"thesis.docx": ""}, {"run.json": "{}", "x.csv": ""}, {"run.json": "[]"}])
def test_a_folder_of_somebody_else_is_refused(folder, lay, there):
    out = lay(there, "out")
    with pytest.raises(UsageError, match="not empty and not a dvextract output"):
        run(folder, out)
    assert sorted(p.name for p in out.iterdir()) == sorted(there)


def test_files_beside_the_tables_are_left_alone(folder, tmp_path):
    run(folder, tmp_path / "out", limit=1)
    (tmp_path / "out" / "my-notes.csv").write_text("x")
    run(folder, tmp_path / "out", limit=2)
    assert (tmp_path / "out" / "my-notes.csv").read_text() == "x"


def test_an_empty_folder_kept_by_git_is_ours(folder, lay):
    out = lay({".gitkeep": ""}, "out")
    assert run(folder, out, limit=1).pages == 1
    assert (out / ".gitkeep").exists()


def test_out_that_is_a_file(folder, lay):
    with pytest.raises(UsageError, match="is a file; give a folder with --out"):
        run(folder, lay({"out": "x"}) / "out")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 0}, "--workers"),
        ({"limit": -1}, "--limit"),
        ({"formats": ("xlsx",)}, "no format 'xlsx'"),
        ({"tables": ("post",)}, "no table 'post'"),
        ({"pipeline": "nowhere.toml"}, "no pipeline file nowhere.toml"),
    ],
)
def test_wrong_arguments_leave_no_folder(folder, tmp_path, options, message):
    with pytest.raises(UsageError, match=message):
        run(folder, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_the_report_says_what_ran(folder, tmp_path):
    summary = run(folder, tmp_path / "out", limit=5)
    report = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (report["pages"], report["rejects"]) == (summary.pages, summary.rejects) == (4, 1)
    assert report["inputs"] == [str(folder)]
    assert len(report["stages"]["tagger"]) == len(report["lexicons"]) == len(report["pipeline"]) == 64
    assert report["seconds"] > 0


@pytest.mark.parametrize("keep", [True, False])
def test_nothing_but_the_run_and_its_parts_is_left(folder, tmp_path, two_a_shard, keep):
    run(folder, tmp_path / "out", keep=keep)
    assert [p.name for p in (tmp_path / "out").iterdir() if p.name.startswith(".")] == [running.WORK] * keep
    left = {p.relative_to(tmp_path / "out" / running.WORK).parts[0] for p in (tmp_path / "out").glob(".dvextract/*")}
    assert left == ({"lock", "parts", "refused.pack", "settings.json"} if keep else set())
    assert len([*(tmp_path / "out").glob(".dvextract/parts/*")]) == (4 if keep else 0)


class Counted:
    """`work` that remembers the pages it was asked for."""

    def __init__(self):
        self.pages = []

    def __call__(self, job, shard, key):
        self.pages += [p.source.doc_id for p in shard.pieces]
        return work.work(job, shard, key)


@pytest.fixture
def worked(monkeypatch):
    counted = Counted()
    monkeypatch.setattr(running, "work", counted)
    return counted.pages


LONG = {f"{i:03d}.txt": f"Ngày {i}/3/2021, bản Pá Ngần họp lần {i}." for i in range(1, 120)}


@pytest.fixture
def archive(lay, tmp_path, monkeypatch):
    """A folder of many pages in shards of five on average, run once, in a pipeline that costs little."""
    monkeypatch.setattr(shards, "PAGES", 5)
    quick = tmp_path / "quick.toml"
    quick.write_text('[[stages]]\nname = "layout"\n[[stages]]\nname = "segment"\n', encoding="utf-8")
    options = {"pipeline": str(quick)}
    run(lay(LONG), tmp_path / "out", **options)
    return lay({}), options


def as_if_new(folder, options, out):
    run(folder, out / "fresh", **options)
    return tables(out / "fresh")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("060b.txt", "Bản Huổi Lưa họp.", "1 new input"),
        ("060.txt", "Bản Huổi Lưa họp.", "1 changed input"),
        ("060.txt", None, "1 removed input"),
        ("zzz.txt", "Bản Huổi Lưa họp.", "1 new input"),
    ],
)
def test_a_page_more_or_less_costs_its_own_shard(archive, tmp_path, worked, name, text, said):
    folder, options = archive
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text, encoding="utf-8")
    summary = run(folder, tmp_path / "out", **options)
    assert len(worked) < 35
    assert summary.resumed > summary.shards / 2
    assert summary.reasons == (said,)
    parts = [*(tmp_path / "out" / running.WORK / "parts").iterdir()]
    assert len(parts) == summary.shards  # those of before are gone
    assert tables(tmp_path / "out") == as_if_new(folder, options, tmp_path)


def test_a_changed_pipeline_does_all_anew_and_says_so(archive, tmp_path):
    folder, options = archive
    with open(options["pipeline"], "a", encoding="utf-8") as file:
        file.write("pos = false\n")
    summary = run(folder, tmp_path / "out", **options)
    assert (summary.resumed, summary.reasons) == (0, ("the pipeline changed",))


def test_fewer_tables_and_other_formats_are_made_of_what_is_there_and_more_tables_are_not(archive, tmp_path, worked):
    folder, options = archive
    summary = run(folder, tmp_path / "out", **options, tables=("blocks",), formats=("csv", "parquet"))
    assert summary.resumed == summary.shards
    assert worked == []
    run(folder, tmp_path / "few", **options, tables=("blocks",))
    summary = run(folder, tmp_path / "few", **options)
    assert summary.resumed == 0
    assert summary.reasons == (f"{summary.shards} shards without the tables asked for now",)


def test_what_an_interrupted_run_did_is_not_told_as_a_change(archive, tmp_path, monkeypatch):
    folder, options = archive
    with monkeypatch.context() as patched:
        patched.setattr(running, "work", Interrupted(3))
        with pytest.raises(KeyboardInterrupt):
            run(folder, tmp_path / "new", **options)
    summary = run(folder, tmp_path / "new", **options)
    assert summary.resumed == 3
    assert summary.reasons == ("an earlier run did not end",)


def test_without_parts_all_is_done_anew_but_a_finished_run_stands(archive, tmp_path):
    folder, options = archive
    assert running.clean(tmp_path / "out") > 0
    assert running.clean(tmp_path / "out") == 0
    assert run(folder, tmp_path / "out", **options).up_to_date
    (folder / "zzz.txt").write_text("Họp.", encoding="utf-8")
    assert run(folder, tmp_path / "out", **options).resumed == 0


def test_only_our_folders_are_cleaned(lay):
    with pytest.raises(UsageError, match="is not a dvextract output"):
        running.clean(lay({"a.txt": "x"}))


def test_half_written_files_of_a_killed_run_are_removed(archive, tmp_path):
    folder, options = archive
    left = [tmp_path / "out" / ".tokens.csv.77.tmp", tmp_path / "out" / ".dvextract" / "parts" / ".ab.pack.77.tmp"]
    for path in left:
        path.write_bytes(b"half")
    (tmp_path / "out" / ".mine.csv.77.tmp").write_bytes(b"not ours")
    (folder / "zzz.txt").write_text("Họp.", encoding="utf-8")
    run(folder, tmp_path / "out", **options)
    assert [path.exists() for path in left] == [False, False]
    assert (tmp_path / "out" / ".mine.csv.77.tmp").exists()


def test_progress_counts_bytes_up_to_all(folder, tmp_path, two_a_shard):
    seen = []
    run(folder, tmp_path / "out", progress=lambda done, total: seen.append((done, total)))
    size = sum(len(text.encode()) for text in PAGES.values())
    assert seen[0] == (0, size)
    assert seen[-1] == (size, size)
    assert seen == sorted(seen)


PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs the tests in the background ignores it
from dvextract import run
from dvextract.errors import DvextractError
from dvextract.running import run as running, shards
import falling
if __name__ == "__main__":
    shards.PAGES = 2
    running.work = falling.work
    try:
        run(sys.argv[1], sys.argv[2], workers=2)
    except DvextractError as e:
        print(e)
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (
            "os._exit(9)",
            "worker processes ended again and again (exit status 9; out of memory?); "
            "run again to go on where it stopped",
        ),
        # as the terminal does: parent and workers at once
        ("os.killpg(0, signal.SIGINT); signal.pause()", "interrupted"),
    ],
)
def test_the_end_of_a_worker_leaves_no_traceback(folder, tmp_path, work, said):
    (tmp_path / "falling.py").write_text(f"import os, signal\ndef work(*_):\n    {work}\n")
    (tmp_path / "main.py").write_text(PROGRAM)
    command = [sys.executable, tmp_path / "main.py", folder, tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, start_new_session=True)
    assert done.stdout.strip() == said
    assert done.stderr == ""


def test_workers_of_a_larger_run_load_while_the_parent_plans(folder, at_once, tmp_path, two_a_shard, monkeypatch):
    monkeypatch.setattr(running, "BYTES", 10)
    run(folder, tmp_path / "out", formats=write.FORMATS, workers=2)
    assert tables(tmp_path / "out") == at_once
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[[stages]]\nname = "nothing"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="no stage is called 'nothing'"):
        run(folder, tmp_path / "new", pipeline=str(wrong), workers=2)
    assert not (tmp_path / "new").exists()


def test_records_are_written_with_jsonl_only(folder, tmp_path):
    run(folder, tmp_path / "out", formats=("csv",), limit=1)
    assert not (tmp_path / "out" / "records.jsonl").exists()
    run(folder, tmp_path / "out", formats=("jsonl",), limit=1)
    assert (tmp_path / "out" / "records.jsonl").read_bytes().count(b"\n") == 1
