"""A user's own lexicon: a file of wordings to findings, wherever one of them stands in a page.

The file is tab-separated UTF-8 with a line of column names: ``wording`` and ``label``, and if wanted ``kind`` and
``case``. Wordings are compared on the folded shadow of the text and found as whole words; each becomes a finding with
the rule ``lexicon.<file stem>``. Whether it wins over the tagger is the finding's ``sure``; the resolver decides.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import regex

from dvextract.document import LABELS, OWN, Finding
from dvextract.errors import UsageError
from dvextract.grammar.fold import shadow

COLUMNS = ("wording", "label", "kind", "case")
NEEDED = COLUMNS[:2]
CASES = ("any", "exact")

_WORD = regex.compile(r"[\p{L}\p{M}\d]+")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row as it is looked for: ``form`` is folded, unless ``exact`` in lower case; its first word is at ``lead``."""

    form: str
    label: str
    kind: str
    exact: bool
    lead: int

    def meets(self, other: _Entry) -> bool:
        """Whether both would be found in the same place."""
        return self.form == other.form or (self.exact != other.exact and self.form.lower() == other.form.lower())


class OwnLexicon:
    """The wordings of one file. ``fingerprint`` is the SHA-256 of its bytes and name."""

    def __init__(self, path: Path, sure: bool = True) -> None:
        """Read and check ``path``; raises UsageError with line and column of what is wrong, and what to do."""
        try:
            data = path.read_bytes()
        except OSError as e:
            raise UsageError(
                f"cannot read the lexicon {path}: {e.strerror}; give its path relative to the pipeline file"
            ) from e
        self.name = path.stem
        self.fingerprint = sha256(f"{self.name}\n".encode() + data).hexdigest()
        self._rule = OWN + self.name
        self._sure = sure
        self._entries = _by_first_word(path, _text(path, data))

    def find(self, text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Finding]:
        """Every occurrence inside the given stretches of ``text`` (code points); findings may overlap.

        A line break between two words counts as a blank.
        """
        folded = shadow(text).replace("\n", " ")
        low = folded.lower()
        for start, end in spans:
            for word in _WORD.finditer(low, start, end):
                for e in self._entries.get(word[0], ()):
                    begin = word.start() - e.lead
                    stop = begin + len(e.form)
                    there = start <= begin and (folded if e.exact else low).startswith(e.form, begin, end)
                    if there and not _WORD.match(low, stop):
                        yield Finding(begin, stop, e.label, self._rule, e.kind, self._sure)


def read_all(paths: Sequence[Path], sure: bool = True) -> tuple[OwnLexicon, ...]:
    """The lexicons of several files; raises UsageError for one that cannot be used and for two of one name."""
    found = tuple(OwnLexicon(path, sure) for path in paths)
    for i, path in enumerate(paths):
        if path.stem in (p.stem for p in paths[:i]):
            raise UsageError(f"two lexicons are called '{path.stem}', and so would be their rules; rename {path}")
    return found


def _text(path: Path, data: bytes) -> str:
    try:
        return unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError as e:
        line = data.count(b"\n", 0, e.start) + 1
        raise UsageError(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from e


def _by_first_word(path: Path, text: str) -> Mapping[str, Sequence[_Entry]]:
    """The entries by the first word of each, in lower case."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    header = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), None)
    if header is None:
        raise UsageError(f"{path}: nothing in it; it needs a line of columns: {', '.join(COLUMNS)}")
    columns = _columns(f"{path}, line {header + 1}", lines[header])
    found: dict[str, list[_Entry]] = defaultdict(list)
    numbers: dict[_Entry, int] = {}
    for number, line in enumerate(lines[header + 1 :], header + 2):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise UsageError(
                f"{where}: {len(cells)} cells, but {len(columns)} columns ({', '.join(columns)}); "
                "put one tab between two cells, also around an empty one"
            )
        entry, word = _entry(where, dict(zip(columns, (" ".join(c.split()) for c in cells), strict=True)))
        if (earlier := next((e for e in found[word] if e.meets(entry)), None)) is not None:
            raise UsageError(
                f"{where}, column wording: '{entry.form}' is in line {numbers[earlier]} already "
                "(spelling variants count as one); leave one of the two out"
            )
        found[word].append(entry)
        numbers[entry] = number
    if not found:
        raise UsageError(f"{path}: no rows below the columns; write one wording a line, or leave the lexicon out")
    return dict(found)


def _columns(where: str, line: str) -> list[str]:
    columns = [name.strip() for name in line.split("\t")]
    for i, name in enumerate(columns):
        if name not in COLUMNS:
            raise UsageError(
                f"{where}, column {i + 1}: no column '{name}'; there are: {', '.join(COLUMNS)}, tabs between"
            )
        if name in columns[:i]:
            raise UsageError(f"{where}, column {i + 1}: '{name}' is there twice; leave one out")
    for name in NEEDED:
        if name not in columns:
            raise UsageError(f"{where}: no column '{name}'; add it to the line of columns")
    return columns


def _entry(where: str, row: Mapping[str, str]) -> tuple[_Entry, str]:
    """The entry of one row, and its first word in lower case."""
    exact = row.get("case") == "exact"
    form = shadow(row["wording"])
    form = form if exact else form.lower()
    first = _WORD.search(form.lower())
    if first is None:
        raise UsageError(f"{where}, column wording: no letter or digit in it; write what is to be found")
    if row["label"] not in LABELS:
        raise UsageError(f"{where}, column label: no label '{row['label']}'; there are: {', '.join(LABELS)}")
    if row.get("case", "") not in ("", *CASES):
        raise UsageError(f"{where}, column case: '{row['case']}' is neither {' nor '.join(CASES)}; empty means any")
    kind = row.get("kind", "")
    if kind and row["label"] != "PHRASE":
        raise UsageError(f"{where}, column kind: only a PHRASE takes a kind from here; leave the cell empty")
    return _Entry(form, row["label"], kind, exact, first.start()), first[0]
