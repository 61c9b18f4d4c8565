"""Bytes of one page, of whatever format, to what is read of it."""

from __future__ import annotations

import email
import email.policy

from dvextract.reading import formats
from dvextract.reading.decoding import UnreadableText, decode
from dvextract.reading.stretches import Extracted

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_bytes(kind: str, data: bytes, encoding: str = "", charset: str = "") -> Extracted:
    """What a page of a format says; raises UnreadableText, and nothing else whatever the bytes are.

    ``encoding`` overrides what is decided about text and HTML; ``charset`` is what the transport stated.
    """
    if kind == formats.DOC:
        kind = _really(data)
    if not data.strip():
        raise UnreadableText("empty", "there is nothing on this page; leave it out or fetch it again")
    match kind:
        case formats.HTML:
            from dvextract.reading.html import read_html

            return read_html(data, encoding, charset)
        case formats.MHTML:
            return _mhtml(data, encoding)
        case formats.DOCX:
            from dvextract.reading.word import read_docx

            return read_docx(data)
        case formats.DOC:
            from dvextract.reading.oldword import read_doc

            return read_doc(data)
        case formats.PDF:
            from dvextract.reading.portable import read_pdf

            return read_pdf(data)
        case formats.RTF:
            from dvextract.reading.portable import read_rtf

            return read_rtf(data)
    found = decode(data, encoding, charset)
    return Extracted(found.text, found.encoding, found.text_is_source, warnings=found.warnings)


def _really(data: bytes) -> str:
    """What a .doc file is: portals give that suffix to RTF, HTML and DOCX too."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(_OLE):
        return formats.DOC
    if head.startswith(b"{\\rtf"):
        return formats.RTF
    if head.startswith(b"pk\x03\x04"):
        return formats.DOCX
    if head.startswith(b"mime-version:"):
        return formats.MHTML
    if head.startswith((b"<!doctype html", b"<html", b"<?xml")) or b"<html" in head:
        return formats.HTML
    return formats.DOC


def _mhtml(data: bytes, encoding: str) -> Extracted:
    """The page in a web archive of a browser: its first part that is HTML."""
    from dvextract.reading.html import read_html

    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        for part in message.walk():
            if part.get_content_type() in ("text/html", "application/xhtml+xml"):
                content = part.get_payload(decode=True)
                if isinstance(content, bytes):
                    return read_html(content, encoding, str(part.get_content_charset("") or ""))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as e:
        raise UnreadableText("damaged", f"the web archive cannot be read: {e}; save the page as HTML") from e
    raise UnreadableText("not-html", "no HTML page is in this web archive; save the page as HTML")
