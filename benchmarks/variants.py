"""Articles to many more pages: the same words in other encodings, spellings, line breaks and formats.

    python benchmarks/variants.py PAGES.jsonl[.gz] FOLDER [--variants N] [--limit N] [--seed N]

Writes ``pages.jsonl`` with the articles as they are and, of articles drawn by the seed, N variants: rows of
``variants.jsonl`` where the variant is text, files of ``bytes/`` where it is bytes. The same arguments give the same
bytes. `invariants.py` checks a run over the folder.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import random
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from dvextract.reading import legacy

_MARKS = re.compile(r"[\u0300-\u036f]")


def _bare(text: str, _: random.Random) -> str:
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return plain.replace("đ", "d").replace("Đ", "D")


def _wrapped(text: str, rng: random.Random) -> str:
    width = rng.choice((40, 72, 100))
    return "\n".join(textwrap.fill(line, width) for line in text.split("\n"))


def _dotted(text: str, rng: random.Random) -> str:
    """Invisible characters inside words, as portals leave them."""
    return "".join(c + ("\u200b" if rng.random() < 0.02 else "") for c in text)


def _alike(text: str, rng: random.Random) -> str:
    table = str.maketrans("aoecTHBMK", "аоесТНВМК")
    return "".join(c.translate(table) if rng.random() < 0.05 else c for c in text)


def _gaps(text: str, rng: random.Random) -> str:
    return "".join(c * rng.choice((1, 1, 2, 3)) if c == " " else c for c in text)


def _typos(text: str, rng: random.Random) -> str:
    return "".join("" if (p := rng.random()) < 0.01 else c + c if p < 0.02 else c for c in text)


def _shuffled(text: str, rng: random.Random) -> str:
    sentences = re.split(r"(?<=[.!?…])\s+", text)
    rng.shuffle(sentences)
    return " ".join(sentences)


def _words(text: str, rng: random.Random) -> str:
    """The words in another order: nothing means anything, everything may stand beside everything."""
    words = text.split(" ")
    rng.shuffle(words)
    return " ".join(words)


def _cut(text: str, rng: random.Random) -> str:
    begin = rng.randrange(max(1, len(text) // 2))
    return text[begin : begin + rng.randrange(1, max(2, len(text) - begin))]


def _repeated(text: str, rng: random.Random) -> str:
    return (text + "\n") * rng.choice((2, 5))


TEXT: dict[str, Callable[[str, random.Random], str]] = {
    "decomposed": lambda text, _: unicodedata.normalize("NFD", text),
    "compatible": lambda text, _: unicodedata.normalize("NFKC", text),
    "upper": lambda text, _: text.upper(),
    "lower": lambda text, _: text.lower(),
    "titled": lambda text, _: text.title(),
    "bare": _bare,
    "wrapped": _wrapped,
    "one-line": lambda text, _: " ".join(text.split()),
    "no-break": lambda text, _: text.replace(" ", "\u00a0"),
    "gaps": _gaps,
    "no-blanks": lambda text, _: text.replace(" ", ""),
    "tabs": lambda text, _: text.replace(", ", ",\t"),
    "crlf": lambda text, _: "\r\n".join(re.split(r"(?<=[.!?])\s+", text)),
    "separators": lambda text, _: re.sub(r"(?<=[.!?])\s+", "\u2028", text),
    "invisible": _dotted,
    "look-alikes": _alike,
    "typos": _typos,
    "shuffled": _shuffled,
    "words": _words,
    "cut": _cut,
    "repeated": _repeated,
    "backwards": lambda text, _: text[::-1],
    "no-stops": lambda text, _: re.sub(r"[.,;:!?…]", "", text),
    "only-digits": lambda text, _: re.sub(r"[^\W\d_]+", "năm", text),
    "quoted": lambda text, _: "“" + text + "”",
    "mojibake": lambda text, _: "".join(
        bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode("utf-8", "replace")
    ),
}


def _by_table(decode: Callable[[str], str]) -> dict[int, bytes]:
    """The bytes of every Vietnamese letter in an 8-bit font, by trying all bytes."""
    found: dict[int, bytes] = {}
    for b in range(0x80, 0x100):
        letter = decode(chr(b))
        if len(letter) == 1 and letter != chr(b):
            found.setdefault(ord(letter), bytes([b]))
    return found


def _encoded(text: str, table: dict[int, bytes]) -> bytes:
    composed = unicodedata.normalize("NFC", text)
    return b"".join(table.get(ord(c)) or c.encode("latin-1", "replace") for c in composed)


def _windows_1258(text: str, _: random.Random) -> bytes:
    out = []
    for c in unicodedata.normalize("NFC", text):
        pieces = unicodedata.normalize("NFD", c)
        tone = "".join(p for p in pieces if p in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(p for p in pieces if p not in tone))
        out.append(base.encode("cp1258", "replace") + tone.encode("cp1258"))
    return b"".join(out)


def _torn(text: str, rng: random.Random) -> bytes:
    """UTF-8 with a few broken places."""
    data = bytearray(text.encode("utf-8", "replace"))
    for _ in range(rng.randrange(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def _page(text: str, rng: random.Random) -> bytes:
    """An HTML page as a portal sends it."""
    lines = [html.escape(s) for s in re.split(r"(?<=[.!?])\s+", text)]
    body = "".join(f"<p>{line}</p>" for line in lines)
    menu = "".join(f"<li><a href='#'>{html.escape(w)}</a></li>" for w in text.split()[:20])
    title = html.escape(text[:90])
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body><ul>{menu}</ul><h1>{title}"
        f"</h1><div class='{rng.choice(('content', 'noidung', 'x'))}'>{body}</div><footer>{title}</footer></body>"
    ).encode("utf-8", "replace")


BYTES: dict[str, tuple[str, Callable[[str, random.Random], bytes]]] = {
    "tcvn3": (".txt", lambda text, _: _encoded(text, _by_table(legacy.from_tcvn3))),
    "viscii": (".txt", lambda text, _: _encoded(text, _by_table(legacy.from_viscii))),
    "windows-1258": (".txt", _windows_1258),
    "utf-16": (".txt", lambda text, _: text.encode("utf-16", "replace")),
    "torn": (".txt", _torn),
    "html": (".html", _page),
    "rtf": (
        ".rtf",
        lambda text, _: (
            b"{\\rtf1\\ansi\\uc1 "
            + "".join(
                c if " " <= c < "\x7f" and c not in "\\{}" else "\\par\n" if c == "\n" else f"\\u{_signed(c)}?"
                for c in text
                if ord(c) < 0x10000
            ).encode("ascii")
            + b"}"
        ),
    ),
}


def _signed(c: str) -> int:
    return ord(c) - (0x10000 if ord(c) > 0x7FFF else 0)


def articles(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a JSONL file; they need ``id`` and ``text``."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def make(sources: list[Path], folder: Path, variants: int, limit: int, seed: int) -> tuple[int, int]:
    """Write articles and variants into a new folder; returns how many of each."""
    rng = random.Random(seed)
    rows = [row for path in sources for row in articles(path)][: limit or None]
    (folder / "bytes").mkdir(parents=True)
    with (folder / "pages.jsonl").open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps({"id": row["id"], "text": row["text"]}, ensure_ascii=False) + "\n")
    kinds = [*TEXT, *BYTES]
    with (folder / "variants.jsonl").open("w", encoding="utf-8") as out:
        for number in range(variants):
            kind, row = kinds[number % len(kinds)], rng.choice(rows)
            name = f"{number:05d}-{kind}"
            if kind in TEXT:
                text = TEXT[kind](row["text"], rng)
                out.write(json.dumps({"id": name, "text": text}, ensure_ascii=True) + "\n")
            else:
                suffix, encode = BYTES[kind]
                (folder / "bytes" / f"{name}{suffix}").write_bytes(encode(row["text"], rng))
    return len(rows), variants


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--variants", type=int, default=1000)
    parser.add_argument("--limit", type=int, default=0, help="only the first N articles; 0 means all")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    pages, made = make(given.pages, given.folder, given.variants, given.limit, given.seed)
    print(f"{given.folder}: {pages:,} articles, {made:,} variants")


if __name__ == "__main__":
    main()
