"""What stands around the pages: names, links, pipes and rights in folders; the network; pickles; a spreadsheet of runs.

Seen from the command line, as a user has it: an exit status that is documented, no traceback, a row for every input,
and nothing written outside the output folder.
"""

import contextlib
import json
import os
import pickle
import socket
import subprocess
import sys
from pathlib import Path

import cases
import made
import numpy as np
import portals
import pytest

from dvextract import load, run

GOOD = portals.LEAD
NAMES = [
    "dòng\nmới.txt", 'ngoặc "kép".txt', "nháy 'đơn'.txt", "-rf.txt", "--out=x.txt", "$(touch x).txt", "`touch x`.txt",
    "; touch x.txt", "dấu, phẩy.txt", "a\tb.txt", "=1+1.txt", "%s%n.txt", "*.txt", "?.txt", "[a].txt", "~.txt", " .txt",
    "x..txt", "\\..\\a.txt", "nul.txt", "a:b.txt", "\u202etxt.exe.txt", "\u200b.txt", "e\u0301.txt", "é.txt",
    "x" * 200 + ".txt", "😀.txt", "\x1b[31m.txt", "\x7f.txt",
]  # fmt: skip


def command(*arguments, cwd, **options):
    """Run `dvextract` as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "dvextract.cli", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, timeout=100, stdin=subprocess.DEVNULL, check=False, **options,
    )  # fmt: skip


def files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()}


@pytest.fixture
def hostile(tmp_path):
    """A folder of all that a folder may hold, and what must become of each file: ``page`` or the reject's code."""
    folder = tmp_path / "in"
    folder.mkdir()
    expected = {}

    def lay(name, content, becomes):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        expected[name] = becomes

    for name in NAMES:
        lay(name, GOOD, "page")
    bad = os.fsdecode(b"kh\xf4ng.txt")
    lay(bad, GOOD, "bad-name")
    lay("deep/" * 40 + "a.txt", GOOD, "page")
    lay("empty.txt", "", "empty")
    lay("blank.txt", "\u2003\n\t", "empty")
    lay("null.txt", "Họp\x00bản", "binary")
    lay("half.txt", b"H\xed\xa0\x80p b\xe1\xba\xa3n m\xc6\xb0\xe1\xbb\x9di.", "not-utf-8")
    lay("program.exe", b"MZ\x90", "unknown-type")
    lay("none", GOOD, "unknown-type")
    lay("cut.txt.gz", b"\x1f\x8b\x08\x00\x00", "cut")
    lay("wrong.csv", "a,b\n1,2\n", "no-id")
    lay("pass.zip", made.zipped({"../../out.txt": GOOD, "/tmp/out.txt": GOOD, "a.txt": GOOD}), "page bad-name")
    lay(
        "rows.jsonl",
        '{"text": "Họp bản."}\n{"text": \n{"text": 5}\n[]\n{"id": "../x", "text": "Họp."}\n',
        "page not-json",
    )
    os.mkfifo(folder / "pipe.txt")
    expected["pipe.txt"] = "not-a-file"
    (folder / "loop.txt").symlink_to("loop.txt")
    expected["loop.txt"] = "unreadable"
    (folder / "gone.txt").symlink_to("nowhere")
    expected["gone.txt"] = "unreadable"
    (folder / "up").symlink_to(tmp_path)
    expected["up"] = "linked-folder"
    (folder / "empty-folder").mkdir()
    with socket.socket(socket.AF_UNIX) as s, contextlib.chdir(folder):  # a socket's path may not be long
        s.bind("socket.txt")
    expected["socket.txt"] = "not-a-file"
    return folder, expected


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse such names")
def test_a_folder_of_everything(hostile, tmp_path, monkeypatch):
    folder, expected = hostile
    monkeypatch.chdir(tmp_path)
    before = files(tmp_path)
    done = command("run", folder, "--out", "out", "--workers", 1, "--id-column", "id", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b[31m" not in done.stdout + done.stderr
    new = files(tmp_path) - before
    assert {name.split("/")[0] for name in new} == {"out"}
    tables = load(tmp_path / "out")
    became = {}
    for name in expected:
        source = str(folder / name).encode("utf-8", "backslashreplace").decode()
        codes = {"page" for s in tables.documents.source if s == source or s.startswith(f"{source}, ")}
        rejects = tables.rejects[[s == source or s.startswith(f"{source}, ") for s in tables.rejects.source]]
        assert rejects.message.str.len().gt(0).all()
        became[name] = codes | set(rejects.error)
    wrong = {
        name: (became[name], wanted)
        for name, wanted in expected.items()
        if not became[name] or not set(wanted.split()) <= became[name]
    }
    assert wrong == {}
    assert (tables.rejects.error != "stage-failed").all()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_the_right_to_read_it(lay, tmp_path):
    folder = lay({"a.txt": GOOD, "b.txt": GOOD})
    (folder / "a.txt").chmod(0)
    run(folder, tmp_path / "out")
    assert load(tmp_path / "out").rejects.error.tolist() == ["unreadable"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("run", "nowhere"), "no such file or folder"),
        (("run", "empty"), "no file to read in the folder"),
        (("run", "pipe"), "neither a file nor a folder"),
        (("run", "a.txt", "--out", "bad.toml"), "is a file"),
        (("run", "a.txt", "--out", "full"), "not empty and not a dvextract output"),
        (("run", "a.txt", "--encoding", "rot13"), "no encoding"),
        (("run", "a.txt", "--encoding", "undefined"), "no encoding"),
        (("run", "a.txt", "--encoding", "idna"), "no encoding"),
        (("run", "a.txt", "--pipeline", "bad.toml"), "not valid TOML"),
        (("run", "a.txt", "--pipeline", "/dev/null/x.toml"), "cannot read the pipeline file"),
        (("run", "a.txt", "--model", "a.txt"), "not a dvextract model"),
        (("show", "pipe"), "is not a file"),
        (("show", "nowhere.txt"), "cannot read nowhere.txt"),
        (("view", "nowhere"), "no folder nowhere"),
        (("compare", "full", "nowhere"), "not the output of a finished run"),
        (("evaluate", "a.txt"), "a.txt"),
        (("train", "a.txt", "--out", "m.npz"), "a.txt"),
        (("import-corrections", "a.txt", "--from", "doccano", "--out", "g.jsonl"), "a.txt"),
    ],
)
def test_wrong_usage_is_one_line_and_writes_nothing(tmp_path, given, says):
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    (tmp_path / "a.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.toml").write_text("[" * 5000)
    os.mkfifo(tmp_path / "pipe")
    before = files(tmp_path)
    done = command(*given, cwd=tmp_path)
    assert done.returncode in (1, 2, 3)
    assert "Traceback" not in done.stderr
    assert "fault of dvextract" not in done.stderr
    assert says in done.stderr
    assert files(tmp_path) == before


# ---------------------------------------------------------------------------------------------- network and code


FETCHING = f"""<!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd"><html><head><base href="http://127.0.0.1:9/">
<link rel=stylesheet href="http://127.0.0.1:9/x.css"><script src="http://127.0.0.1:9/x.js"></script></head><body>
<img src="http://127.0.0.1:9/x.png"><iframe src="http://127.0.0.1:9/"></iframe><h1>{portals.TITLE}</h1>
{"".join(f"<p>{line}</p>" for line in portals.BODY)}</body></html>""".encode()
OFFLINE = """
import socket, sys

def refused(*_, **__):
    raise SystemExit("the network was asked for")

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refused
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refused
from dvextract.cli import app
sys.exit(app())
"""


def test_no_format_and_no_command_asks_for_the_network(tmp_path):
    """In a process of its own, whose sockets end it."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number, kind in enumerate(cases.KINDS):
        (folder / f"{number}{kind}").write_bytes(cases.seeds(kind)[0])
    (folder / "fetching.html").write_bytes(FETCHING)
    (folder / "fetching-too.docx").write_bytes(
        made.docx([GOOD], **{"word/_rels/document.xml.rels": '<Relationship TargetMode="External" Target="http://x"/>'})
    )

    def offline(*arguments, status=0):
        done = subprocess.run(
            [sys.executable, "-c", OFFLINE, *map(str, arguments)],
            cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode in (0, status), done.stderr
        return done.stdout

    offline("run", folder, "--out", "out", "--workers", 1, "--id-column", "id", status=3)
    tables = load(tmp_path / "out")
    assert len(tables.documents)
    assert set(tables.rejects.error) <= {"missing-extra"}, tables.rejects
    for to in ("conll", "brat", "doccano", "label-studio", "sqlite", "spreadsheet"):
        offline("export", "out", "--to", to, "--out", f"x-{to}")
    offline("view", "out")
    offline("stages")
    offline("doctor", status=1)


class Evil:
    """Something that writes a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


@pytest.mark.parametrize("name", ["card", "keys", "more"])
def test_nothing_is_unpickled_from_a_model(tmp_path, name):
    mark = tmp_path / "ran"
    objects = np.empty(1, dtype=object)
    objects[0] = Evil(str(mark))
    arrays = {"card": np.zeros(3, dtype=np.uint8), "keys": np.zeros(0, dtype=np.uint64), name: objects}
    np.savez(tmp_path / "m.npz", **arrays)
    (tmp_path / "p.npz").write_bytes(pickle.dumps(Evil(str(mark))))
    (tmp_path / "a.txt").write_text(GOOD, encoding="utf-8")
    for model in ("m.npz", "p.npz"):
        done = command("run", "a.txt", "--model", model, "--out", "out", cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert "is not a dvextract model" in done.stderr
    assert not mark.exists()
    pickle.loads((tmp_path / "p.npz").read_bytes())
    assert mark.exists()  # it would have been seen


def test_a_model_that_unfolds_to_more_than_memory_is_refused(tmp_path):
    with open(tmp_path / "m.npz", "wb") as file:
        np.savez_compressed(file, card=np.zeros(1 << 30, dtype=np.uint8), keys=np.zeros(9))
    assert (tmp_path / "m.npz").stat().st_size < 1 << 21
    (tmp_path / "a.txt").write_text(GOOD, encoding="utf-8")
    done = command("run", "a.txt", "--model", "m.npz", "--out", "out", cwd=tmp_path)
    assert (done.returncode, "unfolds to more than" in done.stderr) == (2, True), done.stderr


PICKLERS = {"segmentation/fast.py", "running/engines.py"}
"""The one reads two files that underthesea installs, lists and strings only: its unpickler finds no class at all. The
other tries whether an error of its own can be sent between its own processes."""


def test_no_module_unpickles_evaluates_or_starts_a_program():
    import re

    root = Path(__file__).parents[2] / "src" / "dvextract"
    risky = re.compile(
        r"^\s*import pickle|\bpickle\.load|allow_pickle=True|\beval\(|\bexec\(|os\.system|subprocess|yaml\.load"
        r"|torch\.load|joblib\.load|\bmarshal\b|\bshelve\b|__import__",
        re.M,
    )
    found = {p.relative_to(root).as_posix() for p in root.rglob("*.py") if risky.search(p.read_text(encoding="utf-8"))}
    assert found - {"recognisers/transformers.py"} == PICKLERS  # there ``.eval()`` is a method of PyTorch's models


@pytest.mark.parametrize("use", ["os:system", "os", "builtins:eval", "../evil", "dvextract.cli:app", "pathlib:Path"])
def test_a_pipeline_names_registered_recognisers_only(tmp_path, use):
    (tmp_path / "p.toml").write_text(
        '[[stages]]\nname = "layout"\n[[stages]]\nname = "segment"\n[[stages]]\nname = "grammar"\n'
        f'[[stages]]\nname = "recogniser"\nuse = {json.dumps(use)}\n'
    )
    (tmp_path / "a.txt").write_text(GOOD, encoding="utf-8")
    done = command("run", "a.txt", "--pipeline", "p.toml", "--out", "out", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
