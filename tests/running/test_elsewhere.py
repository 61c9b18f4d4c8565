"""Runs on other places than this machine's files, and on a cluster: the same tables, nothing lost, nothing doubled."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pandas as pd
import pytest

from dvextract import load, run, storage
from dvextract.errors import UsageError
from dvextract.running import join, lease, shards
from dvextract.running import run as running
from dvextract.tables.schema import BY_NAME
from dvextract.tables.write import FORMATS

TEXT = """Tỉnh {place}: Họp về công tác dân vận

Sáng {day}/7/2024, UBND tỉnh {place} tổ chức Hội nghị. Đồng chí Nguyễn Văn Hùng, Chủ tịch UBND tỉnh {place}, chủ trì.
"""
PAGES = {f"{i:02d}.txt": TEXT.format(place=("Sơn La", "Nghệ An")[i % 2], day=i + 1) for i in range(24)}
PAGES["07.txt"] = ""


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(shards, "PAGES", 2)
    monkeypatch.setattr(join, "GROUP", 4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("elsewhere")
    for name, text in PAGES.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def here(folder, tmp_path_factory):
    """The tables of a plain run."""
    out = tmp_path_factory.mktemp("here") / "out"
    run(folder, out, formats=FORMATS)
    return contents(out)


def contents(out):
    """The bytes of every table."""
    names = [n for n in storage.names(str(out)) if n not in (running.WORK, "run.json")]
    return {name: storage.read_bytes(storage.join(out, name)) for name in names}


def without_source(tables):
    """The tables but for what names the input."""
    return {n: data for n, data in tables.items() if not n.startswith(("documents", "rejects"))}


def test_the_sharded_layout_holds_the_same_rows(folder, here, tmp_path):
    summary = run(folder, tmp_path / "out", formats=FORMATS, layout="sharded", workers=2)
    assert (summary.pages, summary.rejects) == (23, 1)
    files = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["files"]
    parts = (p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").glob("*/part-*"))
    assert files == sorted([*parts, "datapackage.json"])
    assert len([f for f in files if f.startswith("mentions/")]) > 3
    for name in BY_NAME:
        for suffix in FORMATS:
            parts = sorted((tmp_path / "out" / name).glob(f"part-*.{suffix}"))
            whole = here[f"{name}.{suffix}"]
            if suffix == "jsonl":
                assert b"".join(p.read_bytes() for p in parts) == whole
            elif suffix == "csv":
                header = whole[: whole.index(b"\r\n") + 2]
                assert header + b"".join(p.read_bytes().removeprefix(header) for p in parts) == whole
    loaded = load(tmp_path / "out")
    assert set(loaded.names) == set(BY_NAME)
    assert len(loaded.mentions) == here["mentions.csv"].count(b"\r\n") - 1
    single = tmp_path / "single"
    single.mkdir()
    for name in ("mentions.parquet", "times.parquet"):
        (single / name).write_bytes(here[name])
        pd.testing.assert_frame_equal(
            pd.read_parquet(single / name),
            pd.concat(
                [pd.read_parquet(p) for p in sorted((tmp_path / "out" / name[:-8]).glob("*.parquet"))]
            ).reset_index(drop=True),
            check_dtype=False,
        )


def test_a_change_of_layout_reuses_the_parts_and_leaves_nothing_of_the_other(folder, here, tmp_path):
    run(folder, tmp_path / "out", formats=FORMATS, layout="sharded")
    (tmp_path / "out" / "times" / "mine.txt").write_text("x")
    summary = run(folder, tmp_path / "out", formats=FORMATS)
    assert summary.resumed == summary.shards
    (tmp_path / "out" / "times" / "mine.txt").unlink()
    (tmp_path / "out" / "times").rmdir()  # kept for what was not ours
    assert contents(tmp_path / "out") == here
    summary = run(folder, tmp_path / "out", formats=FORMATS, layout="sharded")
    assert summary.resumed == summary.shards
    assert not [*(tmp_path / "out").glob("*.csv")]
    assert run(folder, tmp_path / "out", formats=FORMATS, layout="sharded").up_to_date


def test_tables_of_the_run_are_cut_by_rows(folder, here, tmp_path, monkeypatch):
    monkeypatch.setattr(join, "SHARD_ROWS", 3)
    run(folder, tmp_path / "out", formats=("jsonl",), layout="sharded")
    parts = sorted((tmp_path / "out" / "entities").iterdir())
    assert {p.read_bytes().count(b"\n") for p in parts[:-1]} == {3}
    assert b"".join(p.read_bytes() for p in parts) == here["entities.jsonl"]


@contextmanager
def s3_server():
    """An object store on this machine; the URL of an empty bucket in it."""
    pytest.importorskip("s3fs", reason="needs the extra s3")
    server = pytest.importorskip("moto.server", reason="needs moto").ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    try:
        import fsspec
        from fsspec.config import conf

        host, port = server.get_host_and_port()
        conf["s3"] = {"key": "a", "secret": "b", "endpoint_url": f"http://{host}:{port}"}
        fsspec.filesystem("s3").mkdir("archive")
        yield "s3://archive"
    finally:
        conf.pop("s3", None)
        server.stop()


@pytest.fixture(scope="module")
def store():
    with s3_server() as url:
        yield url


@pytest.fixture(params=["file", "s3"])
def place(request, tmp_path):
    """A URL of an empty place."""
    pytest.importorskip("fsspec", reason="needs the extra cluster")
    if request.param == "file":
        return f"file://{tmp_path}/there"
    return storage.join(request.getfixturevalue("store"), tmp_path.name)


def lay_there(place, files):
    for name, text in files.items():
        with storage.writing(storage.join(place, "in", name)) as file:
            file.write(text.encode())
    return storage.join(place, "in")


def test_input_and_output_by_url(folder, here, place, tmp_path, monkeypatch):
    given, out = lay_there(place, PAGES), storage.join(place, "out")
    summary = run(given, out, formats=FORMATS)
    assert (summary.pages, summary.rejects, summary.out) == (23, 1, out)
    assert without_source(contents(out)) == without_source(here)
    assert load(out).documents.source[0] == storage.join(given, "00.txt")
    assert run(given, out, formats=FORMATS).up_to_date
    with storage.writing(storage.join(given, "07.txt")) as file:
        file.write("Họp bản.".encode())
    again = run(given, out, formats=("csv",), layout="sharded")
    assert again.resumed > again.shards / 2
    assert again.reasons == ("1 changed input",)
    assert len(load(out).documents) == 24
    assert not storage.exists(storage.join(out, "mentions.csv"))
    with pytest.raises(UsageError, match="would be inside the input"):
        run(given, storage.join(given, "out"))
    running.clean(out)
    assert storage.names(storage.join(out, running.WORK)) == []


def test_records_by_url(place, tmp_path):
    lines = "".join(json.dumps({"text": f"Ngày {i}/3/2021, bản họp."}) + "\n" for i in range(1, 10))
    given = lay_there(place, {"a.jsonl": lines, "b.csv": "text\nBản họp.\n", "c.tif": "x", ".hidden.txt": "x"})
    run(given, tmp_path / "out")
    tables = load(tmp_path / "out")
    assert tables.documents.doc_id.tolist() == [*(f"a/{i}" for i in range(1, 10)), "b/1"]
    assert tables.rejects.error.tolist() == ["unknown-type"]
    with pytest.raises(UsageError, match="no such file or folder"):
        run(storage.join(place, "nowhere"), tmp_path / "out")


def test_two_runs_do_not_write_to_one_url(folder, place, tmp_path, monkeypatch):
    out = storage.join(place, "out")
    with lease.leased(storage.join(out, running.WORK, running.LOCK), out):
        with pytest.raises(UsageError, match=r"another run .* is writing to"):
            run(folder, out)
        monkeypatch.setattr(lease, "EXPIRES", 0)  # its owner was killed
        assert run(folder, out, tables=("blocks",)).pages == 23


@contextmanager
def cluster(folder, environment):
    """A scheduler and two workers, each a process: the scheduler's address and the workers."""
    pytest.importorskip("distributed", reason="needs the extra cluster")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    address = folder / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    scheduler = subprocess.Popen([*command, "--scheduler-file", address, "--no-dashboard"], **quiet)
    processes = [scheduler]
    try:
        until(address.exists)
        url = json.loads(address.read_text())["address"]
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", folder]
        command = [sys.executable, "-m", "distributed.cli.dask_worker", url, *options]
        workers = [subprocess.Popen(command, **quiet, env={**os.environ, **environment}) for _ in range(2)]
        processes += workers
        yield url, workers
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def until(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def test_a_cluster_that_loses_a_worker_writes_the_same_bytes(folder, here, tmp_path):
    with cluster(tmp_path, {}) as (url, workers):
        from distributed import Client

        with Client(url, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        killed = []

        def progress(done, total):
            if done and not killed:  # in the middle: both have work
                killed.append(workers[0].pid)
                os.kill(workers[0].pid, signal.SIGKILL)

        summary = run(folder, tmp_path / "out", formats=FORMATS, engine="dask", scheduler=url, progress=progress)
        assert killed
        assert workers[0].wait() == -signal.SIGKILL
        assert workers[1].poll() is None
    assert (summary.pages, summary.rejects) == (23, 1)
    assert contents(tmp_path / "out") == here
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["engine"] == "dask"


def test_a_cluster_and_an_object_store(folder, here, store, tmp_path, monkeypatch):
    from fsspec.config import conf

    given, out = lay_there(storage.join(store, "c"), PAGES), storage.join(store, "c", "out")
    environment = {f"FSSPEC_S3_{k.upper()}": v for k, v in conf["s3"].items()}
    with cluster(tmp_path, environment) as (url, _):
        run(given, out, formats=("csv",), engine="dask", scheduler=url)
        written = contents(out)
    assert without_source(written) == {n: d for n, d in without_source(here).items() if n in written}
    assert len(written) == len(BY_NAME) + 1


def test_no_scheduler_answers(folder, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="needs the extra cluster")

    def refuses(*_, **__):
        raise OSError("Timed out trying to connect")

    monkeypatch.setattr(distributed, "Client", refuses)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        run(folder, tmp_path / "out", engine="dask", scheduler="tcp://127.0.0.1:9")
    assert not (tmp_path / "out").exists()


def test_dask_that_is_not_installed(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"needs the extra 'cluster'"):
        run(folder, tmp_path / "out", engine="dask", scheduler="tcp://127.0.0.1:9")
