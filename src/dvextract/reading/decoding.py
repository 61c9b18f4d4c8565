"""Bytes to the text of a page: which encoding, and whether the text is still the source's own characters.

UTF-8 with or without a byte order mark and UTF-16 are read; anything else is refused with a reason rather than
guessed. The text is put in NFC and otherwise left alone: line ends, blanks and typos stay.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass

from dvextract.errors import InputError


class UnreadableText(InputError):
    """Bytes that are no readable page; ``code`` is the short reason that stands in `rejects.error`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, how its bytes were decoded, and whether NFC left every character as it was."""

    text: str
    encoding: str
    text_is_source: bool


def decode(data: bytes) -> Decoded:
    """The text of a page's bytes; raises UnreadableText."""
    encoding = _encoding(data)
    try:
        raw = data.decode(encoding)
    except UnicodeDecodeError as e:
        if encoding == "utf-8" and b"\x00" in data:
            raise UnreadableText("binary", "not a text page but binary data; convert it to text") from e
        raise UnreadableText(
            f"not-{encoding.removesuffix('-sig')}",
            f"not valid {encoding.removesuffix('-sig').upper()} at byte {e.start}; convert the file to UTF-8",
        ) from e
    text, same = normalise(raw.removeprefix("\ufeff"))
    return Decoded(text, encoding.removesuffix("-sig"), same)


def _encoding(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
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
    return "utf-8"


def normalise(raw: str) -> tuple[str, bool]:
    """The text in NFC and whether that changed nothing; raises UnreadableText for what no page contains."""
    if "\x00" in raw:
        raise UnreadableText(
            "binary", f"contains a null character at {raw.index(chr(0))}: not a text page; convert it to text"
        )
    if any("\ud800" <= c <= "\udfff" for c in raw):
        raise UnreadableText("surrogate", "contains half a surrogate pair; repair the program that wrote it")
    text = unicodedata.normalize("NFC", raw)
    if not text.strip():
        raise UnreadableText("empty", "there is nothing on this page; leave it out or fetch it again")
    return text, text == raw
