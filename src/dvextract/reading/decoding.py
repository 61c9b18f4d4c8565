"""Bytes to the text of a page: which encoding, and whether the text is still the source's own characters.

The order of decision: a byte order mark, UTF-16 without one, strict UTF-8, the charset that the page declares, the
Vietnamese 8-bit encodings (`legacy`), and last a general detector. What was decided stands in `documents.encoding`. The
text is put in NFC, repaired where it was Vietnamese taken for Western European, and otherwise left alone: line ends,
blanks, invisible characters, look-alike letters and typos stay.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dvextract.document import PageWarning
from dvextract.errors import InputError, UsageError
from dvextract.reading import legacy, unusual
from dvextract.reading.extras import load
from dvextract.reading.vietnamese import Count, count, sample

LONGEST = 4_000_000
"""Code points of the longest text that is one page."""
_WORDS = 30
"""With fewer words nothing is said about a page's language."""
_TORN = 0.01
"""A UTF-8 page may have so many broken bytes for each letter beyond ASCII, and is still UTF-8."""

_CUT = 2
"""A page cut inside a letter, or joined where it was cut, has so many broken places."""

_LETTER = re.compile(rb"[\xc3-\xe1][\x80-\xbf]+")
_LOOK_ALIKE = r"[А-яЁёΑ-ω](?<=[A-Za-zÀ-ɏẠ-ỹ].)|[А-яЁёΑ-ω](?=[A-Za-zÀ-ɏẠ-ỹ])|[Ａ-Ｚａ-ｚ]"
_LATIN = r"[A-Za-zÀ-ɏ\u0300-\u036fẠ-ỹ]"
_OTHER_LETTER = r"[\u0370-\u1dff\u2c00-\uabff\uac00-\ud7ff\uf900-\ufaff]"
_WESTERN = frozenset({"iso8859-1", "cp1252", "ascii", "utf-8"})
_OF_NAMES = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape"}
)
"""Python's codecs of host names and of its own literals: no page is written in them."""
_NAMES = {"utf-8-sig": "utf-8", "cp1252": "windows-1252", "cp1258": "windows-1258", "iso8859-1": "iso-8859-1"}


class UnreadableText(InputError):
    """An input that is no readable page; ``code`` is the short reason that stands in `rejects.error`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, how its bytes were decoded, whether every character is as it was, and what was noticed."""

    text: str
    encoding: str
    text_is_source: bool
    warnings: tuple[PageWarning, ...] = ()


def check_encoding(name: str) -> str:
    """A name that `decode` takes, else UsageError."""
    if name and legacy.decode_as(b"", name) is None:
        try:
            if codecs.lookup(name).name in _OF_NAMES:
                raise LookupError
            " ".encode(name)  # of no text at all any codec makes nothing, also one that is no text encoding
        except (LookupError, TypeError, ValueError):
            raise UsageError(
                f"no encoding is called '{name}'; there are: tcvn3, vni, viscii, windows-1258, utf-8, all of Python's"
            ) from None
    return name


def decode(data: bytes, encoding: str = "", declared: str = "") -> Decoded:
    """The text of a page's bytes; raises UnreadableText.

    ``encoding`` overrides all decisions; ``declared`` is the charset that the page or its transport states.
    """
    raw, name, noticed = decoded(data, encoding, declared)
    text, same, repaired, more = mended([raw])
    found = text[0]
    kinds = check(found)
    return Decoded(
        found,
        f"{name}/{repaired}" if repaired else name,
        same and "broken-bytes" not in {w.kind for w in noticed},
        (*noticed, *more, *judged(found, kinds)),
    )


def decoded(data: bytes, encoding: str = "", declared: str = "") -> tuple[str, str, tuple[PageWarning, ...]]:
    """The characters of bytes before anything is done to them, the encoding's name, and what was noticed."""
    if encoding:
        return _forced(data, encoding)
    if marked := _marked(data):
        return _strictly(data, marked), marked.removesuffix("-sig"), ()
    try:
        return data.decode(), "utf-8", ()
    except UnicodeDecodeError as e:
        broken = e
    if b"\x00" in data[: 1 << 16]:
        raise UnreadableText("binary", "not a text page but binary data; convert it to text")
    if (stated := _declared(data, declared)) is not None:
        return stated[0], stated[1], ()
    torn = data.decode(errors="replace")
    letters = len(_LETTER.findall(data))
    if torn.count("\ufffd") <= max(_TORN * letters, _CUT if letters > 10 * _CUT else 0):
        where = f"{torn.count(chr(0xFFFD))} places are not valid UTF-8 (the first at byte {broken.start})"
        return torn, "utf-8", (PageWarning("broken-bytes", f"{where}; fetch the page again if they matter"),)
    name, text = legacy.detect(data)
    if name:
        return text, name, ()
    return _guessed(data, broken)


def _forced(data: bytes, encoding: str) -> tuple[str, str, tuple[PageWarning, ...]]:
    name = encoding.lower().replace("_", "-")
    text = legacy.decode_as(data, encoding)
    if text is None:
        codec = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
        text = _strictly(data, codec)
    return text.removeprefix("\ufeff"), name, ()


def _strictly(data: bytes, codec: str) -> str:
    name = codec.removesuffix("-sig")
    try:
        return data.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as e:
        where = f"not valid {name.upper()} at byte {e.start}"
        why = f"{where}; convert the file to UTF-8, or name its encoding with --encoding"
        raise UnreadableText(f"not-{name}", why) from e


def _marked(data: bytes) -> str:
    """The encoding that a byte order mark, or zeros in every second byte, show; empty for neither."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and len(data) % 4 == 0:
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    # Without a mark only text whose every second byte is mostly zero can be told; spaces and digits make it so.
    if half >= 8 and odd > half * 0.3 and even == 0:
        return "utf-16-le"
    if half >= 8 and even > half * 0.3 and odd == 0:
        return "utf-16-be"
    return ""


def _declared(data: bytes, declared: str) -> tuple[str, str] | None:
    """Text and name by the charset that the page states, where it is a known one and its bytes give Vietnamese.

    Western European names are not believed: programs write them for whatever they do not know.
    """
    if not declared:
        return None
    text = legacy.decode_as(data, declared)
    name = declared.lower()
    if text is None:
        try:
            codec = codecs.lookup(declared).name
            if codec in _WESTERN:
                return None
            text = data.decode(codec)
        except (LookupError, UnicodeError, TypeError, ValueError):
            return None
        name = _NAMES.get(codec, codec)
    c = count(sample(text))
    return (text, name) if c.syllables >= 0.5 * c.words else None


def _guessed(data: bytes, broken: UnicodeDecodeError) -> tuple[str, str, tuple[PageWarning, ...]]:
    """What a general detector makes of it. Raises UnreadableText when it is not installed or does not know."""
    why = f"not valid UTF-8 at byte {broken.start}; convert the file to UTF-8, or name its encoding with --encoding"
    try:
        detector = load("charset_normalizer", "encodings", "an unknown encoding")
    except UnreadableText:
        raise UnreadableText("not-utf-8", f"{why}; pip install 'dvextract[encodings]' to have it guessed") from broken
    best = detector.from_bytes(data[: 1 << 18]).best() if len(data) >= _WORDS else None
    if best is None:
        raise UnreadableText("not-utf-8", why) from broken
    text = data.decode(best.encoding, "replace")
    name = _NAMES.get(codecs.lookup(best.encoding).name, best.encoding.replace("_", "-"))
    return text, name, (PageWarning("encoding-guessed", f"taken for {name}; name the right one with --encoding"),)


def mended(lines: Sequence[str]) -> tuple[list[str], bool, str, tuple[PageWarning, ...]]:
    """Texts repaired and in NFC, whether that changed nothing, what was repaired, and a warning about it."""
    changed: dict[str, int] = {}
    total = 0
    found: list[str] = []
    if legacy.is_suspect(lines):
        split = [line.splitlines(keepends=True) for line in lines]
        parts, changed = legacy.repair([part for line in split for part in line])
        total = sum(not part.isascii() for line in split for part in line)
        at = 0
        for line in split:
            found.append(unicodedata.normalize("NFC", "".join(parts[at : at + len(line)])))
            at += len(line)
    else:
        found = [unicodedata.normalize("NFC", line) for line in lines]
    warnings: tuple[PageWarning, ...] = ()
    repaired = "+".join(sorted(changed))
    if changed:
        what = ", ".join(f"{_SAID[kind]} in {n}" for kind, n in sorted(changed.items()))
        warnings = (PageWarning("encoding-repaired", f"{what} of {total} lines with letters beyond ASCII"),)
    return found, found == list(lines), repaired, warnings


_SAID = {
    legacy.MOJIBAKE: "was UTF-8 read as Western European",
    legacy.TCVN3: "was TCVN3 (ABC)",
    legacy.VNI: "was VNI",
    legacy.VISCII: "was VISCII",
    legacy.CP1258: "was windows-1258",
}


def normalise(raw: str) -> tuple[str, bool]:
    """The text in NFC and whether that changed nothing; raises UnreadableText for what no page contains."""
    text = unicodedata.normalize("NFC", raw)
    check(text)
    return text, text == raw


def check(text: str) -> int:
    """The kinds of unusual characters that a text in NFC has; raises UnreadableText for what no page contains."""
    kinds = unusual.kinds(text)
    if kinds & unusual.NULL:
        raise UnreadableText(
            "binary", f"contains a null character at {text.index(chr(0))}: not a text page; convert it to text"
        )
    if kinds & unusual.SURROGATE:
        raise UnreadableText("surrogate", "contains half a surrogate pair; repair the program that wrote it")
    if not text or text.isspace():
        raise UnreadableText("empty", "there is nothing on this page; leave it out or fetch it again")
    if len(text) > LONGEST:
        raise UnreadableText("too-large", f"longer than {LONGEST:,} characters; split it into pages")
    return kinds


def judged(text: str, kinds: int) -> Iterable[PageWarning]:
    """What a reader of the page's rows should know about its language and letters; ``kinds`` are those of `check`."""
    if kinds & unusual.INVISIBLE:
        invisible = unusual.number(unusual.INVISIBLE, text)
        yield PageWarning("zero-width", f"{invisible} invisible characters; they stay in the text and may split words")
    if kinds & unusual.ALPHABETS and (alike := len(re.findall(_LOOK_ALIKE, text))):
        yield PageWarning(
            "look-alikes", f"{alike} letters of another alphabet look like Latin ones; they stay in the text"
        )
    seen = sample(text)
    c = count(seen)
    if c.words >= _WORDS:
        yield from _language(seen, c, unusual.number(unusual.NO_CHARACTER, seen) if kinds & unusual.NO_CHARACTER else 0)


def _language(seen: str, c: Count, odd: int) -> Iterable[PageWarning]:
    if odd * 50 > c.words:
        yield PageWarning("scrambled", f"{odd} characters that no page has in {len(seen)}; fetch or convert it again")
    elif c.marked_syllables >= 0.6 * c.marked and c.syllables >= 0.5 * c.words:
        if c.marked < 0.1 * c.words:
            yield PageWarning("no-diacritics", "Vietnamese without its marks; little will be found")
    elif len(re.findall(_OTHER_LETTER, seen)) > len(re.findall(_LATIN, seen)):
        yield PageWarning("not-vietnamese", "most letters are of another alphabet")
    elif c.marked >= 0.2 * c.words and c.marked_syllables < 0.6 * c.marked:
        share = c.marked_syllables / c.marked
        yield PageWarning(
            "scrambled", f"only {share:.0%} of the words with marks are Vietnamese; check the encoding (--encoding)"
        )
    elif c.syllables < 0.5 * c.words:
        yield PageWarning("not-vietnamese", f"only {c.syllables / c.words:.0%} of the words are Vietnamese syllables")
