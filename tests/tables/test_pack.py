"""Packs: what goes in comes out, a half one is none, and a damaged one says so."""

import random

import pytest

from dvextract.errors import DvextractError
from dvextract.tables import pack as packs
from dvextract.tables.pack import NoPack, Pack, PackWriter


def packed(path, pieces, about=None):
    with path.open("wb") as file:
        pack = PackWriter(file)
        for name, data in pieces:
            pack.add(name, data)
        pack.close(about or {})
    return str(path)


@pytest.mark.parametrize("frame", [1, 10, 1 << 18])
@pytest.mark.parametrize("small", [0, 1 << 15])
@pytest.mark.parametrize("whole", [False, True])
def test_pieces_side_by_side(tmp_path, monkeypatch, frame, small, whole):
    monkeypatch.setattr(packs, "FRAME", frame)
    monkeypatch.setattr(packs, "_SMALL", small)
    rnd = random.Random(frame)
    pieces = [(rnd.choice("abc"), rnd.randbytes(rnd.randrange(30))) for _ in range(200)]
    path = packed(tmp_path / "x", [*pieces, ("none", b"")], {"n": 1})
    pack = Pack(path, whole)
    for name in ("a", "b", "c", "none"):
        expected = b"".join(data for piece, data in pieces if piece == name)
        assert b"".join(pack.read(name)) == expected
        assert pack.size(name) == len(expected)
        assert name in pack
    assert "d" not in pack
    assert b"".join(pack.read("d")) == b""
    assert pack.about == {"n": 1}


@pytest.mark.parametrize("frame", [1, 7, 1 << 18])
def test_lines(tmp_path, monkeypatch, frame):
    monkeypatch.setattr(packs, "FRAME", frame)
    lines = [b"%d" % (7**i) for i in range(50)]
    path = tmp_path / "x"
    with path.open("wb") as file:
        pack = PackWriter(file)
        pack.lines("l", lines)
        pack.lines("none", [])
        pack.close({})
    assert list(Pack(str(path)).lines("l")) == lines
    assert list(Pack(str(path)).lines("none")) == []


def test_an_index_longer_than_the_tail(tmp_path, monkeypatch):
    monkeypatch.setattr(packs, "_TAIL", 20)
    assert Pack(packed(tmp_path / "x", [(f"{i}", b"%d" % i) for i in range(100)])).size("99") == 2


def test_half_a_pack_is_none(tmp_path):
    path = packed(tmp_path / "x", [("a", b"0123456789" * 20)])
    data = (tmp_path / "x").read_bytes()
    for length in range(len(data)):
        (tmp_path / "x").write_bytes(data[:length])
        with pytest.raises(NoPack):
            Pack(path)


def test_damage_is_told(tmp_path):
    path = packed(tmp_path / "x", [("a", bytes(range(256)))])
    data = bytearray((tmp_path / "x").read_bytes())
    data[20] ^= 1
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(DvextractError, match="x is damaged; remove it and run again"):
        list(Pack(path).read("a"))
