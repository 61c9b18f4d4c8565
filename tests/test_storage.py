"""Files here and elsewhere: there whole or not at all, the same by path and by URL."""

import os

import pytest

from dvextract import storage
from dvextract.errors import UsageError


@pytest.fixture(params=["path", "file", "memory"])
def folder(request, tmp_path):
    if request.param == "path":
        return str(tmp_path / "a")
    pytest.importorskip("fsspec", reason="needs the extra cluster")
    return f"file://{tmp_path}/a" if request.param == "file" else f"memory://{tmp_path.name}/a"


def put(name, data):
    with storage.writing(name) as file:
        file.write(data)


def test_written_and_read(folder):
    name = storage.join(folder, "b", "c.bin")
    put(name, b"0123456789")
    assert storage.read_bytes(name) == b"0123456789"
    assert storage.read_bytes(name, 2, 4) == b"23"
    assert storage.read_bytes(name, -3) == b"789"
    assert storage.read_bytes(name, -30) == b"0123456789"
    with storage.opened(name) as file:
        assert file.peek(1)[:1] == b"0"
        file.seek(4)
        assert file.read() == b"456789"
    assert storage.names(storage.join(folder, "b")) == ["c.bin"]
    assert storage.exists(name)
    storage.remove(folder)
    storage.remove(folder)
    assert not storage.exists(name)
    assert storage.names(folder) == []


def test_a_failure_leaves_the_old_file(folder):
    if folder.startswith("memory"):
        pytest.skip("what is written into memory is there at once")
    name = storage.join(folder, "table.csv")
    put(name, b"old")

    def fall():
        with storage.writing(name) as file:
            file.write(b"half of the new")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fall()
    assert storage.read_bytes(name) == b"old"
    assert storage.names(folder) == ["table.csv"]


def test_what_is_settled_is_not_brought_to_the_disk_again(tmp_path, monkeypatch):
    pytest.importorskip("fsspec", reason="needs the extra cluster")
    brought = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (brought.append(os.fstat(number).st_size), sync(number)))
    with (
        storage.writing(tmp_path / "a", durable=True) as a,
        storage.writing(tmp_path / "b", durable=True) as b,
        storage.writing("memory://side/c", durable=True) as c,
    ):
        for file in (a, b, c):
            file.write(b"lines")
        storage.settle((a, b, c))
        assert brought == [5, 5]
        b.write(b" and a footer")
    assert brought == [5, 5, 18]
    assert storage.read_bytes(str(tmp_path / "b")) == b"lines and a footer"


@pytest.mark.parametrize("name", ["nowhere", "memory://nowhere/at/all"])
def test_what_is_not_there_is_no_file(name):
    if "://" in name:
        pytest.importorskip("fsspec", reason="needs the extra cluster")
    with pytest.raises(FileNotFoundError):
        storage.read_bytes(name)


@pytest.mark.parametrize(("url", "extra"), [("s3://b/x", "s3"), ("gs://b/x", "gcs"), ("abfs://b/x", "cluster")])
def test_a_package_that_is_missing_is_named(url, extra, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(storage, "import_module", missing)
    with pytest.raises(UsageError, match=r"needs the extra 'cluster'"):
        storage.read_bytes(url)

    class Core:
        @staticmethod
        def url_to_fs(_):
            raise ImportError("no such package")

    monkeypatch.setattr(storage, "import_module", lambda _: Core)
    with pytest.raises(UsageError, match=extra if extra != "cluster" else "no such package"):
        storage.read_bytes(url)


def test_an_unknown_kind_of_place():
    pytest.importorskip("fsspec", reason="needs the extra cluster")
    with pytest.raises(UsageError, match="nosuch://a cannot be used"):
        storage.read_bytes("nosuch://a")
