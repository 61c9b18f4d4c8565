"""Bytes to text: what is read as what, and what is refused with which reason."""

import codecs

import pytest

from dvextract.errors import InputError
from dvextract.reading.decoding import decode, normalise

TEXT = "Bản Lả Mường họp.\r\n\tBà con vui mừng đón Tết.  \n"
DECOMPOSED = "Ba\u0309n La\u0309 Mường"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),  # without a mark, as some editors save it
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32"),
    ],
)
def test_text_is_verbatim_in_every_encoding(data, encoding):
    decoded = decode(data)
    assert (decoded.text, decoded.encoding, decoded.text_is_source) == (TEXT, encoding, True)


def test_decomposed_text_is_composed_and_says_so():
    decoded = decode(DECOMPOSED.encode())
    assert decoded.text == "Bản Lả Mường"
    assert not decoded.text_is_source


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"", "empty", "nothing on this page"),
        (" \u00a0\r\n\u3000".encode(), "empty", "nothing on this page"),
        (codecs.BOM_UTF8, "empty", "nothing on this page"),
        (b"B\xe1\xba", "not-utf-8", "at byte 1; convert the file to UTF-8"),  # cut inside a character
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", "binary", "binary data"),
        (b"%PDF-1.7 \x00\x01", "binary", "null character at 9"),
        (codecs.BOM_UTF16_LE + b"B\x00\xe1", "not-utf-16", "not valid UTF-16"),  # an odd byte
    ],
)
def test_what_is_no_page_is_refused_with_a_reason(data, code, message):
    with pytest.raises(InputError, match=message) as caught:
        decode(data)
    assert caught.value.code == code


def test_half_a_surrogate_pair_is_refused():
    with pytest.raises(InputError, match="half a surrogate pair"):
        normalise("Bản \ud83d Mường")
