"""Vietnamese from before Unicode, and Unicode read as something else: recovered, told, never where it is not."""

# ruff: noqa: E501  (the lines of the pages here are the lines of the literals)

import codecs
import unicodedata

import made
import portals
import pytest

from dvextract.errors import UsageError
from dvextract.reading import legacy
from dvextract.reading.decoding import check_encoding, decode
from dvextract.reading.vietnamese import is_syllable

PAGE = """Hội nghị sơ kết công tác dân vận, quý II
Sáng 8/7, đồng chí Vừ A Của cùng bà con bản Huổi Lưa dự lễ.
Kỹ sư Ỷ đẵn gỗ, sẵn sàng ẵm bồng; hẳn là kỳ lạ, ỳ ạch, khuỷu tay, quỵ ngã, mẫn cán, ngẩng lên, nghỉ, nghĩ, nghị.
Ăn uống điều độ, ở sạch, ơn nghĩa, ước mong, ừ thì, ửng hồng, ứng cử, cặm cụi, ắt hẳn, ằng ặc, ê ẩm, ễnh ương, ổn thỏa."""
# What the fonts and programs of those encodings put in the place of PAGE; made with other conversion tables than ours.
TCVN3 = """Héi nghÞ s¬ kÕt c«ng t¸c d©n vËn, quý II
S¸ng 8/7, ®ång chÝ Võ A Cña cïng bµ con b¶n Huæi L\xada dù lÔ.
Kü s\xad û ®½n gç, s½n sµng ½m bång; h¼n lµ kú l¹, ú ¹ch, khuûu tay, quþ ng·, mÉn c¸n, ngÈng lªn, nghØ, nghÜ, nghÞ.
¡n uèng ®iÒu ®é, ë s¹ch, ¬n nghÜa, \xadíc mong, õ th×, öng hång, øng cö, cÆm côi, ¾t h¼n, »ng Æc, ª Èm, Ônh \xad¬ng, æn tháa."""
VNI = """Hoäi nghò sô keát coâng taùc daân vaän, quyù II
Saùng 8/7, ñoàng chí Vöø A Cuûa cuøng baø con baûn Huoåi Löa döï leã.
Kyõ sö YÛ ñaün goã, saün saøng aüm boàng; haún laø kyø laï, yø aïch, khuyûu tay, quî ngaõ, maãn caùn, ngaång leân, nghæ, nghó, nghò.
AÊn uoáng ñieàu ñoä, ôû saïch, ôn nghóa, öôùc mong, öø thì, öûng hoàng, öùng cöû, caëm cuïi, aét haún, aèng aëc, eâ aåm, eãnh öông, \
oån thoûa."""
VISCII = (
    "H\xb5i ngh\xb8 s\xbd k\xaat c\xf4ng t\xe1c d\xe2n v\xa7n, qu\xfd II\n"
    "S\xe1ng 8/7, \xf0\xb0ng ch\xed V\xd7 A C\xfca c\xf9ng b\xe0 con b\xe4n Hu\xb1i L\xdfa d\xf1 l\xad.\n"
    "K\xdb s\xdf \x14 \xf0\xc7n g\xb2, s\xc7n s\xe0ng \xc7m b\xb0ng; h\xc6n l\xe0 k\xcf l\xd5, \xcf \xd5ch, khu\xd6u tay, "
    "qu\xdc ng\xe3, m\xe7n c\xe1n, ng\xa6ng l\xean, ngh\xef, ngh\xee, ngh\xb8.\n"
    "\xc5n u\xafng \xf0i\xabu \xf0\xb5, \xb7 s\xd5ch, \xbdn ngh\xeea, \xdf\xbec mong, \xd7 th\xec, \xd8ng h\xb0ng, \xd1ng c\xd8, "
    "c\xa3m c\xf8i, \xa1t h\xc6n, \xa2ng \xa3c, \xea \xa6m, \xadnh \xdf\xbdng, \xb1n th\xf6a."
)
NO_CAPITAL = PAGE.replace("Ỷ", "ỷ")  # TCVN3 has none with a tone


def western(data):
    """Bytes as programs of that time took them: windows-1252, and Latin-1 for its gaps."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in data)


BYTES = {
    "tcvn3": (TCVN3.encode("latin-1"), NO_CAPITAL),
    "vni": (VNI.encode("cp1252"), PAGE),
    "viscii": (VISCII.encode("latin-1"), PAGE),
    "windows-1258": (made.windows_1258(PAGE), PAGE),
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_of_an_old_encoding(name):
    data, page = BYTES[name]
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (page, name)
    assert decode(data, declared=name).text == page
    assert decode(data, declared="iso-8859-1").text == page  # what programs write when they do not know
    assert decode(data, encoding=name).encoding == name


TEXTS = {
    "tcvn3": (TCVN3, NO_CAPITAL),
    "vni": (VNI, PAGE),
    "windows-1258": (western(made.windows_1258(PAGE)), PAGE),
    "mojibake": (western(PAGE.encode()), PAGE),
    "mojibake of Latin-1": (PAGE.encode().decode("latin-1"), PAGE),
    "mojibake twice": (western(western(PAGE.encode()).encode()), PAGE),
    "mojibake with blanks for no-break spaces": (western(PAGE.encode()).replace("\xa0", " "), PAGE),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_that_was_read_as_western_european(name):
    text, page = TEXTS[name]
    decoded = decode(text.encode())
    assert (decoded.text, decoded.encoding) == (page, f"utf-8/{name.split(' ')[0]}")
    assert not decoded.text_is_source
    assert [w.kind for w in decoded.warnings] == ["encoding-repaired"]


def test_parts_of_different_age_on_one_page():
    sound, old, older, broken = (
        PAGE.split("\n")[1],
        TCVN3.split("\n")[3],
        VNI.split("\n")[2],
        western(PAGE.split("\n")[2].encode()),
    )
    decoded = decode("\n".join([sound, old, older, broken, sound]).encode())
    expected = [sound, NO_CAPITAL.split("\n")[3], PAGE.split("\n")[2], PAGE.split("\n")[2], sound]
    assert decoded.text.split("\n") == expected
    assert decoded.encoding == "utf-8/mojibake+tcvn3+vni"


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        "Giá 25°C ± 2, «Dân vận», © 2020, 5½ kg, 3 × 4 m², µg; ai đó nói: “Ồ…”",
        "Die Bürger müssen größere Straßen für das Präsidium überqueren, weil Österreich schön ist. Ärzte, Öl, Übung.",
        "El niño pequeño comió piña mañana; el señor año español, güero, ¿qué?, ¡olé!",
        "Les élèves français étaient très fatigués à l'école où ça coûte; naïf, Noël, œuvre, forêt.",
        "Ðảng bộ xã Ðak Ðoa; Ksor H'Lâm, Y Blik Êban, Rơ Ông Hà Bơ, Đinh Ôk",
    ],
)
def test_sound_text_stays(text):
    decoded = decode(text.encode())
    assert (decoded.text, decoded.text_is_source) == (text, True)


@pytest.mark.parametrize("convert", [legacy.from_tcvn3, legacy.from_vni, legacy.from_viscii])
def test_every_letter_of_the_alphabet_is_in_every_table(convert):
    found = {convert(chr(b)) for b in range(256)} | {
        convert(a + chr(b)) for a in "aeiouyAEIOUYôöÔÖ" for b in range(0xC0, 256)
    }
    vowels = [
        c + t
        for c in ("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y")
        for t in ("", *"\u0300\u0301\u0303\u0309\u0323")
    ]
    letters = {unicodedata.normalize("NFC", v) for v in vowels} | {"đ", "Đ", "Ă", "Â", "Ê", "Ô", "Ơ", "Ư"}
    assert letters - found - set("aeiouy") == set()


# ---------------------------------------------------------------------------------------------- the order of decision


def test_the_order_of_decision():
    assert decode(codecs.BOM_UTF8 + TCVN3.encode(), declared="tcvn3").encoding == "utf-8/tcvn3"
    assert decode(PAGE.encode(), declared="windows-1258").encoding == "utf-8"
    assert decode(made.windows_1258(PAGE), declared="windows-1258").encoding == "windows-1258"
    assert decode(TCVN3.encode("latin-1"), declared="no-such-charset").encoding == "tcvn3"
    assert decode(PAGE.encode(), encoding="latin-1").encoding.startswith("latin-1")


def test_a_general_detector_comes_last_and_says_so():
    pytest.importorskip("charset_normalizer")
    russian = "Сегодня в деревне прошло собрание, на котором говорили о новой дороге и о мосте через реку. " * 4
    decoded = decode(russian.encode("cp1251"))
    assert decoded.text == russian
    assert [w.kind for w in decoded.warnings] == ["encoding-guessed", "not-vietnamese"]


def test_the_encoding_may_be_given(tables_of):
    tables = tables_of({"a.txt": TCVN3.encode("latin-1"), "b.txt": b"H\xe9i"}, encoding="tcvn3")
    assert tables.blocks.text.tolist()[-1] == "Hội"
    with pytest.raises(UsageError, match="no encoding is called 'vntime'"):
        check_encoding("vntime")


def test_a_page_cut_inside_a_letter_is_read_and_says_so():
    decoded = decode(PAGE.encode()[:-3])
    assert decoded.text.startswith(PAGE[:100])
    assert (decoded.encoding, decoded.text_is_source) == ("utf-8", False)
    assert decoded.warnings[0].kind == "broken-bytes"


# ---------------------------------------------------------------------------------------------- what is noticed


LONG = " ".join([portals.LEAD, *portals.BODY])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (LONG, []),
        ("The committee met on Monday to discuss the new road. " * 5, ["not-vietnamese"]),
        ("今天在村里开会讨论新的道路和桥梁 " * 40, ["not-vietnamese"]),
        ("Cac dong chi ve du hoi nghi nghe bao cao va cho y kien ve ke hoach nam nay di lam " * 3, ["no-diacritics"]),
        (
            "Hộị nghịễ sơâ kếet côông tááac dâần vậân củủa tỉịnh đãã diễễn raạ vàoò sáááng nayỷ tạiị hộội trườờng " * 3,
            ["scrambled"],
        ),
        (LONG.replace("o", "\ufffd"), ["scrambled"]),
        (f"{LONG}\nHội\u200b nghị, Dân vận\u00ad khéo", ["zero-width"]),
        (f"{LONG}\nHội nghị Đảng bộ, T\u043eà \u0430n", ["look-alikes"]),
    ],
)
def test_a_page_that_is_not_what_it_should_be_says_so(text, kinds):
    assert [w.kind for w in decode(text.encode()).warnings] == kinds


@pytest.mark.parametrize(
    "word", ["khoẻ", "khỏe", "quỹ", "giếng", "gìn", "khuya", "nghiêng", "quốc", "xoong", "Huỳnh", "ướt", "yếu"]
)
def test_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["hoc", "street", "nghà̀", "Céng", "hßa", "tááac", "zone", "ngx", "nghà", "cinh"])
def test_no_syllables(word):
    assert not is_syllable(word)


# ---------------------------------------------------------------------------------------------- other containers


def test_old_encodings_in_rows_pages_and_documents(tables_of):
    pytest.importorskip("lxml")
    line = TCVN3.split("\n")[1]
    meant = PAGE.split("\n")[1]
    tables = tables_of(
        {
            "a.jsonl": f'{{"text": "{line}\\n{line}"}}\n',
            "b.csv": f"text\n{line.replace(',', '')}\n{line.replace(',', '')}\n".encode("latin-1"),
            "c.docx": made.docx([line]),
            "d.html": f"<html><head><meta charset=windows-1252></head><body><p>{line}</p></body></html>".encode(
                "latin-1"
            ),
            "e.csv": b"text\n" + made.windows_1258(meant.replace(",", "")) + b"\n",
        }
    )
    assert {t.replace(",", "") for t in tables.blocks.text} == {meant.replace(",", "")}
    assert tables.documents.encoding.tolist() == [
        "utf-8/tcvn3",
        "tcvn3",
        "tcvn3",
        "utf-8/tcvn3",
        "tcvn3",
        "windows-1258",
    ]
