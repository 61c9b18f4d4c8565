"""Pages for spaCy: a DocBin where spaCy is installed, else its JSON training format, which `spacy convert` reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from dvextract.errors import UsageError
from dvextract.exporting.annotations import Piece, sentences_of
from dvextract.exporting.files import whole_file
from dvextract.tables.stream import PageRows, RunReader


def spacy(reader: RunReader, path: Path) -> int:
    """Write ``.spacy`` (a DocBin, whole in memory) or ``.json``, by the name of ``path``. Returns the pages' number.

    Raises UsageError for another suffix, and for ``.spacy`` where spaCy is not installed.
    """
    reader.require(("mentions", "tokens"), "spaCy")
    if path.suffix == ".spacy":
        return _doc_bin(reader, path)
    if path.suffix == ".json":
        return _json(reader, path)
    raise UsageError(f"{path}: for spaCy name a file .json, or .spacy (a DocBin; needs spaCy)")


def _json(reader: RunReader, path: Path) -> int:
    pages = 0
    with whole_file(path) as temporary, temporary.open("wb") as file:
        file.write(b"[")
        for page in reader.pages(("mentions", "tokens")):
            file.write((b",\n" if pages else b"\n") + orjson.dumps(_training(page)))
            pages += 1
        file.write(b"\n]\n")
    return pages


def _training(page: PageRows) -> dict[str, Any]:
    sentences, number = [], 0
    for sentence in sentences_of(page):
        tokens = []
        for p, tag in zip(sentence, _biluo(sentence), strict=True):
            tokens.append({"id": number, "orth": page.text[p.start : p.end], "tag": p.pos, "ner": tag})
            number += 1
        sentences.append({"tokens": tokens, "brackets": []})
    return {"id": page.doc_id, "paragraphs": [{"raw": page.text, "sentences": sentences, "cats": []}]}


def _biluo(sentence: list[Piece]) -> list[str]:
    """IOB2 tags as BILUO: L ends a mention of several words, U is one of a single word."""
    found = []
    for i, p in enumerate(sentence):
        last = i + 1 == len(sentence) or not sentence[i + 1].tag.startswith("I-")
        mark, label = p.tag[:1], p.tag[1:]
        found.append({"B": "U", "I": "L"}[mark] + label if last and mark != "O" else p.tag)
    return found


def _doc_bin(reader: RunReader, path: Path) -> int:
    try:
        from spacy.tokens import Doc, DocBin
        from spacy.vocab import Vocab
    except ImportError as e:
        raise UsageError("a DocBin needs spaCy: pip install spacy; or name a .json file instead") from e

    vocabulary = Vocab()
    found = DocBin(attrs=["ENT_IOB", "ENT_TYPE", "TAG", "SENT_START", "SPACY"], store_user_data=True)
    pages = 0
    for page in reader.pages(("mentions", "tokens")):
        words: list[str] = []
        spaces: list[bool] = []
        tags: list[str] = []
        entities: list[str] = []
        starts: list[bool | int | None] = []
        for text, space, piece, first in _words(page):
            words.append(text)
            spaces.append(space)
            tags.append(piece.pos if piece else "_SP")
            entities.append(piece.tag if piece else "O")
            starts.append(first)
        doc = Doc(vocabulary, words=words, spaces=spaces, tags=tags, ents=entities, sent_starts=starts)
        doc.user_data["doc_id"] = page.doc_id
        found.add(doc)
        pages += 1
    with whole_file(path) as temporary:
        temporary.write_bytes(found.to_bytes())
    return pages


def _words(page: PageRows) -> Iterator[tuple[str, bool, Piece | None, bool]]:
    """Words, whether a space follows, and whether a sentence begins; what lies between words is a word of its own."""
    pieces = [(p, i == 0) for sentence in sentences_of(page) for i, p in enumerate(sentence)]
    text, at = page.text, 0
    for place, (p, first) in enumerate(pieces):
        if p.start > at:
            yield text[at : p.start], False, None, at == 0
        after = pieces[place + 1][0].start if place + 1 < len(pieces) else len(text)
        space = after > p.end and text[p.end] == " "
        yield text[p.start : p.end], space, p, first
        at = p.end + space
    if at < len(text):
        yield text[at:], False, None, at == 0
