"""A pipeline file as it is written: its values, the line on which each key stands, and all that is wrong with it.

`tomllib` says what a file means but not where; `line_index` finds the lines again. Faults are gathered, not raised one
by one, so that a file can be put right in one go.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import PurePath
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from unicodedata import normalize

from dvextract.document import LABELS
from dvextract.errors import PipelineError
from dvextract.lexicon.follow import QUOTES, Phrase, key

KEYS = ("name", "description", "stages", "follow", "labels")
FOLLOW_KEYS = ("phrase", "variants", "kind", "quotes", "unaccented")
LABELS_KEYS = ("on", "off")

KeyPath = tuple[str | int, ...]
"""Where a value stands: ``("stages", 2, "lexicons")`` is key lexicons of the third table of the array stages."""

LONGEST = 300
"""Code points of the longest wording to follow."""
_NO_TOML = "no value of a TOML file"
_SIMPLE: Mapping[type, tuple[tuple[type, ...], str]] = {
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    str: ((str,), "a string"),
}
_AT_LINE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_QUOTED = re.compile(r"\"\"\"|'''|\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*|[\[\]{}]")


class Sheet:
    """A pipeline file's values and faults. ``where`` is how messages name it."""

    def __init__(self, where: str, text: str) -> None:
        """Parse ``text``; raises PipelineError when it is no TOML."""
        self.where = where
        try:
            self.values: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as e:
            found = _AT_LINE.search(str(e))
            line = int(found[1]) if found and found[1] else text.count("\n") + 1
            column = f"column {found[2]}: " if found and found[2] else ""
            what = _AT_LINE.sub("", str(e))
            raise PipelineError(f"{where}:{line}: {column}not valid TOML: {what}") from e
        except ValueError as e:  # a number of thousands of digits, which is TOML and no value
            raise PipelineError(f"{where}: not valid TOML: {str(e).split(';')[0]}") from e
        except RecursionError as e:
            raise PipelineError(f"{where}: nested too deep; no pipeline file is, look at its brackets") from e
        self._lines = line_index(text)
        self._faults: list[tuple[int, str, str]] = []

    def fault(self, path: KeyPath, name: str, message: str) -> None:
        """Note what is wrong with the value at ``path``, which the user knows as ``name``."""
        while path and path not in self._lines:
            path = path[:-1]
        self._faults.append((self._lines.get(path, 1), name, message))

    @property
    def faults(self) -> int:
        """How many faults have been noted."""
        return len(self._faults)

    def noted(self) -> list[tuple[str, str]]:
        """Name and message of every fault, in order of lines."""
        return [(name, message) for _, name, message in sorted(self._faults)]

    def stop_if_faulty(self) -> None:
        """Raise PipelineError with all faults in order of lines, if there are any."""
        if self._faults:
            raise PipelineError("\n".join(f"{self.where}:{n}: {k}: {m}" for n, k, m in sorted(self._faults)))

    def check_keys(self, path: KeyPath, name: str, given: Iterable[str], known: Sequence[str]) -> None:
        """Note every key that is not known."""
        for k in given:
            if k not in known:
                there = f"there are: {', '.join(known)}" if known else "it takes none"
                self.fault((*path, k), name + k, f"no such key; {there}{near(k, known)}")

    def check_top(self) -> None:
        """Note what is wrong with the keys of the file itself."""
        self.check_keys((), "", self.values, KEYS)
        for k in ("name", "description"):
            if not isinstance(self.values.get(k, ""), str):
                self.fault((k,), k, "must be a string")
        for k in ("stages", "follow"):
            if not is_tables(self.values.get(k, [])):
                self.fault((k,), k, f"must be tables, each headed [[{k}]]")

    def stages(self) -> list[dict[str, Any]]:
        """The tables of stages, as written."""
        listed = self.values.get("stages", [])
        return listed if is_tables(listed) else []

    def follow(self) -> tuple[Phrase, ...]:
        """The phrases to follow that are right; notes what is wrong with others."""
        listed = self.values.get("follow", [])
        phrases: list[Phrase] = []
        owner: dict[str, str] = {}
        for i, entry in enumerate(listed if is_tables(listed) else ()):
            if (phrase := self._phrase(i, entry)) is None:
                continue
            for k, wording in {key(w): w for w in reversed(phrase.wordings)}.items():
                if k in owner:
                    self.fault(
                        ("follow", i, "variants" if wording != phrase.phrase else "phrase"),
                        f"follow[{i + 1}]",
                        f"'{wording}' is a wording of '{owner[k]}' already (spelling variants count as one); leave "
                        "one of the two out",
                    )
                owner[k] = phrase.phrase
            phrases.append(phrase)
        return tuple(phrases)

    def _phrase(self, i: int, entry: Mapping[str, Any]) -> Phrase | None:
        path, name = ("follow", i), f"follow[{i + 1}]."
        before = len(self._faults)
        self.check_keys(path, name, entry, FOLLOW_KEYS)
        if "phrase" not in entry:
            self.fault(path, name + "phrase", 'missing; write the wording to follow: phrase = "Dân vận khéo"')
        for k, hint in (("phrase", str), ("variants", list[str]), ("kind", str), ("quotes", str), ("unaccented", bool)):
            if k in entry and (wanted := unfit(entry[k], hint)):
                self.fault((*path, k), name + k, f"must be {wanted}")
        if len(self._faults) > before:
            return None
        if entry.get("quotes", QUOTES[0]) not in QUOTES:
            message = f"'{entry['quotes']}' is none of: {', '.join(QUOTES)}{near(entry['quotes'], QUOTES)}"
            self.fault((*path, "quotes"), name + "quotes", message)
        for k in ("phrase", "variants"):
            for wording in [entry[k]] if k == "phrase" else entry.get(k, []):
                if len(wording) > LONGEST:
                    self.fault((*path, k), name + k, f"longer than {LONGEST} characters; follow its first words")
                elif not key(wording):
                    self.fault((*path, k), name + k, f"no letter or digit in '{wording}'; write what is to be found")
        if len(self._faults) > before:
            return None
        return Phrase(
            normalize("NFC", entry["phrase"]),
            tuple(normalize("NFC", wording) for wording in entry.get("variants", ())),
            entry.get("kind", ""),
            entry.get("quotes", QUOTES[0]),
            entry.get("unaccented", False),
        )

    def labels_off(self) -> frozenset[str]:
        """The labels that are off; notes what is wrong with the table of labels."""
        given = self.values.get("labels", {})
        if not isinstance(given, dict):
            self.fault(("labels",), "labels", 'must be a table: [labels] and below it off = ["QUANTITY"]')
            return frozenset()
        self.check_keys(("labels",), "labels.", given, LABELS_KEYS)
        if len(given.keys() & set(LABELS_KEYS)) == len(LABELS_KEYS):
            self.fault(("labels", "off"), "labels.off", "there is an 'on' too; give one of the two")
        named: dict[str, frozenset[str]] = {}
        for k in LABELS_KEYS:
            if wanted := unfit(given.get(k, []), list[str]):
                self.fault(("labels", k), f"labels.{k}", f"must be {wanted}")
                continue
            for label in given.get(k, []):
                if label not in LABELS:
                    there = ", ".join(LABELS)
                    hint = near(label.upper(), LABELS)
                    self.fault(("labels", k), f"labels.{k}", f"no label '{label}'; there are: {there}{hint}")
            named[k] = frozenset(given.get(k, []))
        return frozenset(LABELS) - named["on"] if "on" in given and "on" in named else named.get("off", frozenset())

    def check_options(self, path: KeyPath, name: str, made: Callable[..., Any], given: Mapping[str, Any]) -> None:
        """Note options that ``made`` does not take, that lack, and values that are not of the type it says."""
        hidden = getattr(made, "internal", ())
        parameters = {k: p for k, p in inspect.signature(made).parameters.items() if k not in hidden}
        if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
            self.check_keys(path, name, given, list(parameters))
        hints = type_hints(made)
        for k, value in given.items():
            if k in hints and k in parameters and (wanted := unfit(value, hints[k])):
                self.fault((*path, k), name + k, f"must be {wanted}")
        for k, p in parameters.items():
            if p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and k not in given:
                self.fault(path, name + k, "missing; it has no default")


def is_tables(value: Any) -> bool:
    """Whether a value is an array of tables."""
    return isinstance(value, list) and all(isinstance(v, dict) for v in value)


def near(word: str, known: Iterable[str]) -> str:
    """What was perhaps meant, as the end of a message; empty when nothing known is like it."""
    found = get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean '{found[0]}'?" if found else ""


def type_hints(made: Callable[..., Any]) -> dict[str, Any]:
    """The types of what ``made`` (a class or function) takes; empty where they cannot be told."""
    try:
        return get_type_hints(made.__init__ if inspect.isclass(made) else made)
    except (NameError, TypeError, AttributeError):
        return {}


def unfit(value: Any, hint: Any) -> str:
    """What a value must be instead when a TOML file cannot mean ``hint`` by it; empty when it may.

    >>> unfit("yes", bool), unfit(True, bool), unfit([1], list[str])
    ('true or false', '', 'a list of strings')
    """
    if get_origin(hint) in (Union, UnionType):
        each = [unfit(value, h) for h in get_args(hint) if h is not type(None)]
        return "" if "" in each else " or ".join(dict.fromkeys(w for w in each if w != _NO_TOML))
    origin = get_origin(hint) or hint
    if not inspect.isclass(origin) or origin is object:
        return ""
    if origin in _SIMPLE:
        types, wanted_here = _SIMPLE[origin]
        fits = isinstance(value, types) and (origin is bool or not isinstance(value, bool))
        return "" if fits else wanted_here
    if issubclass(list, origin) or issubclass(tuple, origin):
        inside = get_args(hint)[0] if get_args(hint) else object
        wanted = "a list of strings" if unfit("", inside) == "" != unfit(0, inside) else "a list"
        return "" if isinstance(value, list) and not any(unfit(v, inside) for v in value) else wanted
    if issubclass(dict, origin):
        return "" if isinstance(value, dict) else "a table"
    if issubclass(origin, PurePath):
        return "" if isinstance(value, str) else "a string"
    return _NO_TOML


def line_index(text: str) -> dict[KeyPath, int]:
    """The line (from 1) on which every table and key of a valid TOML text stands.

    Keys inside inline tables are not told apart from the key they are the value of.
    """
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    closing, depth = "", 0  # of the string and the brackets that are open at the beginning of a line
    for number, line in enumerate(text.split("\n"), 1):
        rest = line
        if not closing and not depth:
            stripped = line.strip()
            if stripped.startswith("["):
                double = stripped.startswith("[[")
                inside = stripped[2 if double else 1 :]
                table = _placed(_dotted(inside, "]"), counts, double)
                for i in range(1, len(table) + 1):
                    found.setdefault(table[:i], number)
                continue
            if not stripped or stripped.startswith("#"):
                continue
            path = (*table, *_dotted(line, "="))
            for i in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:i], number)
            rest = line[_end_of_key(line) + 1 :]
        closing, depth = _after(rest, closing, depth)
    return found


def _end_of_key(line: str, end: str = "=") -> int:
    """Where the first ``end`` outside of quotation marks stands."""
    quote = ""
    for i, c in enumerate(line):
        if quote:
            quote = "" if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c == end:
            return i
    return len(line)


def _dotted(line: str, end: str) -> tuple[str, ...]:
    """The parts of the dotted key before ``end``."""
    nested: Any = tomllib.loads(f"{line[: _end_of_key(line, end)]} = 0")
    parts: list[str] = []
    while isinstance(nested, dict):
        part, nested = next(iter(nested.items()))
        parts.append(part)
    return tuple(parts)


def _placed(parts: Sequence[str], counts: dict[KeyPath, int], double: bool) -> KeyPath:
    """The path of a table's heading, with the numbers of the arrays' elements it is in; a double one begins another."""
    path: KeyPath = ()
    for i, part in enumerate(parts):
        path = (*path, part)
        if double and i == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _after(line: str, closing: str, depth: int) -> tuple[str, int]:
    """The open string and brackets at the end of a line that began with ``closing`` and ``depth`` open."""
    at = 0
    while at < len(line):
        if closing:
            end = line.find(closing, at)
            if end < 0:
                return closing, depth
            at, closing = end + 3, ""
            continue
        m = _QUOTED.search(line, at)
        if m is None:
            break
        if m[0] in ('"""', "'''"):
            closing = m[0]
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(m[0], 0)
        at = m.end()
    return closing, depth
