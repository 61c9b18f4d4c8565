"""Other recognisers of Vietnamese names that install from a package index and bring their models with them.

    underthesea   a dependency of dvextract
    ViNLP         pip install ViNLP                       (CRF, trained on VLSP 2016)
    vntk          npm install --prefix FOLDER vntk        (CRF; builds two native addons)
                  NODE_PATH=FOLDER/node_modules python benchmarks/quality.py ...
                  about 1,000 characters a second, where the others read several thousand

A peer that is not there is skipped, and its name says why. All three know persons, places and bodies; each gets one
sentence at a time, at most `LONGEST` characters of it, because the cost of the first grows faster than the string.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence

LABELS = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANISATION"}
LONGEST = 1000

Tagged = Sequence[tuple[str, str]]
"""A sentence's words and their tags (O, B-PER, I-PER ...)."""
Span = tuple[int, int, str]


class NotThere(Exception):
    """A peer that is not installed; the message says what is missing."""


def spans(sentence: str, tagged: Tagged) -> list[Span]:
    """Tagged words as (start, end, label) in code points of the sentence.

    Words are laid along the sentence letter by letter; blanks and the underscores that join a word's syllables do not
    count. A word the recogniser rewrote is looked for further on, and passed over if it is not there.
    """
    found: list[Span] = []
    at = 0
    open_label = ""
    for form, tag in tagged:
        place = _place(sentence, form, at)
        label = LABELS.get(tag[2:], "")
        if place is None:
            open_label = ""
            continue
        start, at = place
        if label and tag[0] == "I" and label == open_label:
            found[-1] = (found[-1][0], at, label)
        elif label:
            found.append((start, at, label))
        open_label = label
    return found


def _place(sentence: str, form: str, at: int) -> tuple[int, int] | None:
    letters = [c for c in form if not c.isspace() and c != "_"]
    if not letters:
        return None
    start = sentence.find(letters[0], at)
    while start >= 0:
        end = start
        for letter in letters:
            while end < len(sentence) and (sentence[end].isspace() or sentence[end] == "_"):
                end += 1
            if not sentence.startswith(letter, end):
                break
            end += 1
        else:
            return start, end
        start = sentence.find(letters[0], start + 1)
    return None


def _underthesea(sentences: Sequence[str]) -> list[Tagged]:
    ner = _module("underthesea").ner
    return [[(word[0], word[-1]) for word in ner(s)] for s in sentences]


def _vinlp(sentences: Sequence[str]) -> list[Tagged]:
    ner = _module("ViNLP").ner
    return [[(word[0], word[-1]) for word in ner(s)] for s in sentences]


def _module(name: str) -> object:
    try:
        return importlib.import_module(name)
    except ImportError as e:
        raise NotThere(f"pip install {name}") from e


_SCRIPT = """
const recogniser = require('vntk').ner();
const lines = require('readline').createInterface({input: process.stdin});
lines.on('line', s => console.log(JSON.stringify(recogniser.tag(JSON.parse(s)).map(w => [w[0], w[w.length - 1]]))));
"""


def _vntk(sentences: Sequence[str]) -> list[Tagged]:
    node = shutil.which("node")
    if node is None:
        raise NotThere("no node")
    there = subprocess.run([node, "-e", "require.resolve('vntk')"], capture_output=True, env=os.environ, check=False)
    if there.returncode:
        raise NotThere("npm install --prefix FOLDER vntk, then NODE_PATH=FOLDER/node_modules")
    lines = "".join(json.dumps(s) + "\n" for s in sentences)
    done = subprocess.run([node, "-e", _SCRIPT], input=lines, capture_output=True, encoding="utf-8", check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[[") or line == "[]"]
    if len(answers) != len(sentences):
        raise RuntimeError(f"vntk gave {len(answers)} answers to {len(sentences)} sentences: {done.stderr[-500:]}")
    return [[(form, tag) for form, tag in answer] for answer in answers]


PEERS: Mapping[str, Callable[[Sequence[str]], list[Tagged]]] = {
    "underthesea": _underthesea,
    "ViNLP": _vinlp,
    "vntk": _vntk,
}


def recognise(peer: str, pages: Sequence[tuple[str, Sequence[tuple[int, int]]]]) -> list[list[Span]]:
    """What a peer finds in every page, given as its text and its sentences' bounds; raises NotThere."""
    cut = [[(begin, text[begin : min(end, begin + LONGEST)]) for begin, end in bounds] for text, bounds in pages]
    flat = [sentence for page in cut for _, sentence in page]
    answers = iter(PEERS[peer](flat))
    return [
        [(begin + a, begin + b, label) for begin, sentence in page for a, b, label in spans(sentence, next(answers))]
        for page in cut
    ]
