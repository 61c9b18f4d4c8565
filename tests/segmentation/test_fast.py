"""The array engine finds what underthesea finds, word for word and tag for tag."""

import gzip
import json
import os
import random
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from underthesea_core import CRFFeaturizer, CRFTagger

from dvextract.compiled import part
from dvextract.errors import DvextractError
from dvextract.lexicon.tsv import rows
from dvextract.segmentation import crfsuite, fast, scoring, tokenizer, underthesea
from dvextract.segmentation.fast import Segmenter
from dvextract.segmentation.sentences import sentences
from dvextract.segmentation.viterbi import Decoder

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter()


def whole(texts):
    return [(text, 0, len(text)) for text in texts]


def by_arrays(segmenter, stretches):
    words, tags = segmenter.tagged_words(stretches)
    at = list(pairwise(words.first.tolist()))
    spans = [list(zip(words.start[a:b].tolist(), words.end[a:b].tolist(), strict=True)) for a, b in at]
    assert [column.tolist() for column in vars_of(segmenter.words(stretches))] == [c.tolist() for c in vars_of(words)]
    return list(zip(spans, [tags[a:b] for a, b in at], strict=True))


def vars_of(words):
    return words.start, words.end, words.first


def by_underthesea(stretches):
    spans = [underthesea.words(*stretch) for stretch in stretches]
    forms = [
        [" ".join(text[a:b].split()) for a, b in found] for (text, _, _), found in zip(stretches, spans, strict=True)
    ]
    return list(zip(spans, underthesea.parts_of_speech(forms), strict=True))


def assert_same(segmenter, stretches):
    for stretch, ours, theirs in zip(
        stretches, by_arrays(segmenter, stretches), by_underthesea(stretches), strict=True
    ):
        assert ours == theirs, stretch


FRAMES = (
    "{title} {family} {place} phát biểu tại hội nghị ở {kind} {place}.",
    "Sáng {day}/{month}, {body} {place} tổ chức {event} với {count} {noun} tham dự",
    "Theo {family} {family}, {reporting} “{phrase}” là việc {phrase}; {count},5% {noun} đồng ý!",
    "({short}) - {body}: {phrase}, {kind} {place}... {event} {day}-{month}-2019?",
    "{document} số {count}-NQ/TU của {body} {place} về {phrase}, hòa giải và hoà thuận,v.v. {short}",
)
COLUMNS = {
    "title": "title_kinds.tsv",
    "family": "family_names.tsv",
    "place": "places.tsv",
    "kind": "place_kinds.tsv",
    "body": "body_heads.tsv",
    "event": "event_kinds.tsv",
    "noun": "counted_nouns.tsv",
    "reporting": "reporting_verbs.tsv",
    "phrase": "standing_phrases.tsv",
    "short": "abbreviations.tsv",
    "document": "document_types.tsv",
}


def prose(count):
    """Invented sentences: frames filled from the lexicons' first columns."""
    chance = random.Random(0)
    words = {slot: [row[0] for row in rows(name)] for slot, name in COLUMNS.items()}
    made = []
    for i in range(count):
        filled = {slot: chance.choice(choices) for slot, choices in words.items()}
        figures = {"day": chance.randint(1, 31), "month": chance.randint(1, 12), "count": chance.randint(1, 2000)}
        made.append(FRAMES[i % len(FRAMES)].format(**filled, **figures))
    return made


def test_prose(segmenter):
    assert_same(segmenter, whole(prose(400)))


def test_prose_of_another_look(segmenter):
    upper = [text.upper() for text in prose(50)]
    glued = [text.replace(" ", "") for text in prose(50)]
    loose = [text.replace(" ", " \u00a0\n ") + "  " for text in prose(50)]
    letters = [" ".join(text) for text in prose(20)]
    assert_same(segmenter, whole(upper + glued + loose + letters))


ODD = [
    "",
    " \n\t ",
    "a",
    "Ư",
    ".",
    "BOS EOS True False BOS",  # values the feature templates use themselves
    "Ðồng chí Vừ A Của",  # eth: rewritten by underthesea, so that words are what stands between blanks
    "Đồng chí Ðinh A. Của",
    "Hội nghi\u0323 bắt đầu",  # not composed
    "Hội\u2000nghị bắt đầu",  # a blank that composition rewrites
    "họp ở TP.",  # the pattern asks whether the text ends
    "họp ở TP.\n",
    "họp ở TP. \n",
    "họp ở TP.\n\n",
    "vui quá :D",
    "vui quá :DD nhé :)) <3",
    "Ngữ  Văn   Môn Toán",
    "x" * 9000 + " b",
    "9" * 5000,
    "Đồng bào các dân tộc trong tỉnh " * 400,  # longer than what is given to underthesea at once
    "2147483647 2147483648 -5 +7 00000000000000000012",  # digits are what fits 32 bits
    "ΟΔΥΣΣΕΥΣ ǅ ß İstanbul ﬁ Ⅷ ³ ١٢ K Å",  # letters whose case is peculiar
    "नमस्ते क्षत्रिय 日本語 한글 العربية",  # unknown words only: equally good paths
    "👨\u200d👩\u200d👧 🙂🙂 \ufe0f \u200b \u0301",
    "\x00\x1c\x85\u2028\u3000\ufeff\U0010ffff",
    "http://vn.vn/a(b)c. www.hungson.gov.vn/ a.b@c.vn H'Linh N’Thôn 43H-0530 4K 3x4 v.v... ->",
    "(((“”))) --- ... ==> 1.234.567,8 12:30:45 20.8.2014 05-CT/TU T.Ư Th.S e-mail °C ʺ ♥‿♥",
]


def test_odd_strings_together_and_alone(segmenter):
    assert_same(segmenter, whole(ODD))
    for text in ODD:
        assert_same(segmenter, whole([text]))


def test_every_letter(segmenter):
    letters = [chr(c) for c in range(0x3000) if chr(c).isprintable()]
    assert_same(segmenter, whole(" ".join(letters[i : i + 50]) for i in range(0, len(letters), 50)))


PIECES = st.one_of(
    st.sampled_from(
        [*(w for text in prose(40) for w in text.split()), *".,;:!?…/-()“”\"'’ðÐ", "\u0301", "\n", "\u00a0"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)


@settings(max_examples=150, deadline=None)
@given(
    made=st.lists(st.lists(st.tuples(PIECES, st.sampled_from([" ", "", "  "])), max_size=20), min_size=1, max_size=4)
)
def test_any_text(segmenter, made):
    assert_same(segmenter, whole("".join(piece + gap for piece, gap in text) for text in made))


def test_stretches_of_one_text(segmenter):
    text = "Họp dân. Bà con vui. Ông Của nói."
    assert_same(segmenter, [(text, 0, 8), (text, 9, 20), (text, 21, len(text)), (text, 3, 12)])


def test_no_stretches(segmenter):
    words, tags = segmenter.tagged_words([])
    assert len(words.start) == len(tags) == 0
    assert words.first.tolist() == [0]


def test_text_that_is_no_unicode_fails_alone(segmenter):
    with pytest.raises(UnicodeEncodeError):
        segmenter.words(whole(["Thầy dạy chữ \ud800 ở bản xa"]))
    assert_same(segmenter, whole(["Thầy dạy chữ ở bản xa", "bản xa"]))


def test_forgetting_changes_nothing(monkeypatch):
    segmenter, texts = Segmenter(), whole(prose(30))
    expected = by_arrays(segmenter, texts)
    monkeypatch.setattr(fast, "MEMORY", 20)
    for i in range(3):
        assert by_arrays(segmenter, texts[i * 10 : i * 10 + 10]) == expected[i * 10 : i * 10 + 10]


def test_groups_change_nothing(monkeypatch, segmenter):
    texts = whole(prose(20))
    expected = by_arrays(segmenter, texts)
    for size in (1, 30, 100):
        monkeypatch.setattr(fast, "GROUP", size)
        assert by_arrays(segmenter, texts) == expected


def test_ties_are_broken_as_underthesea_does():
    for folder in (fast._WORDS, fast._POS):
        tagger, theirs = fast.Tagger(fast._package() / folder), CRFTagger()
        theirs.load(str(fast._package() / folder / "models.bin"))
        featurizer = CRFFeaturizer(tagger._templates(), tagger._dictionary())
        chance = random.Random(0)
        words = ["日本", "한글", "qwz", "Qwz", "\u0301", *(word for text in prose(20) for word in text.split())]
        for _ in range(300):
            forms = chance.choices(words[: chance.choice([4, 6, len(words)])], k=chance.randint(1, 30))
            found = [tagger.labels[i] for i in tagger._one_by_one(forms)]
            assert found == theirs.tag(featurizer.process([[[form] for form in forms]])[0])


@pytest.mark.parametrize("labels", [2, 5])
def test_best_path_of_all_paths(labels):
    chance = np.random.default_rng(labels)
    transition = chance.normal(size=(labels, labels))
    inside = np.array([0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0], dtype=bool)
    for spread in (0.1, 1, 5):
        emission = chance.normal(size=(len(inside), labels)) * spread
        found, tied = Decoder(transition).best(emission, inside)
        assert len(tied) == 0
        for a, b in ((1, 2), (4, 9), (10, 12)):
            paths = np.array(list(product(range(labels), repeat=b - a)), dtype=int)
            score = emission[np.arange(a, b), paths].sum(axis=1) + transition[paths[:, :-1], paths[:, 1:]].sum(axis=1)
            assert found[a:b].tolist() == paths[score.argmax()].tolist()


def test_equally_good_paths_are_told():
    emission = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.0, 0.0]])
    _, tied = Decoder(np.zeros((2, 2))).best(emission, np.array([0, 1, 1, 1, 0], dtype=bool))
    assert tied.tolist() == [2]


def test_reader_agrees_with_crfsuite():
    pycrfsuite = pytest.importorskip("pycrfsuite")
    path = fast._package() / "pipeline/pos_tag/models/pos_crf_vlsp2013_20230303/models.bin"
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    info, ours = tagger.info(), crfsuite.load(path)
    assert ours.labels == tuple(sorted(info.labels, key=lambda label: int(info.labels[label])))
    assert ours.attributes == tuple(sorted(info.attributes, key=lambda name: int(info.attributes[name])))
    place = {label: i for i, label in enumerate(ours.labels)}
    row = {name: i for i, name in enumerate(ours.attributes)}
    for (a, b), weight in info.transitions.items():
        assert ours.transition[place[a], place[b]] == pytest.approx(weight, abs=1e-5)
    for (name, label), weight in info.state_features.items():
        assert abs(ours.state[row[name], place[label]] - weight) < 1e-5


def test_not_a_model(tmp_path):
    (tmp_path / "models.bin").write_bytes(b"lCRF")
    with pytest.raises(DvextractError, match=r"models\.bin"):
        fast.Tagger(tmp_path)


def test_pickled_code_is_not_run(tmp_path):
    (tmp_path / "features.bin").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(DvextractError, match="not plain data"):
        fast._unpickled(tmp_path / "features.bin")


def test_underthesea_itself_is_not_imported():
    code = (
        "import sys; from dvextract.segmentation.fast import Segmenter; s = Segmenter();"
        "s.tagged_words([('Họp dân.', 0, 8)]);"
        "print('underthesea' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.skipif(not CORPUS.exists(), reason="shared/corpus is not beside this checkout")
@pytest.mark.parametrize(("name", "most"), [("news", 2000), ("broken", 1000)])
def test_corpus(segmenter, name, most):
    stretches = []
    with gzip.open(CORPUS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            text = json.loads(line)["text"]
            stretches += [(text, a, b) for a, b in sentences(text, 0, len(text))]
            if len(stretches) >= most:
                break
    assert_same(segmenter, stretches[:most])


def test_common_letters_look_as_the_featuriser_says(segmenter):
    describer = scoring._describer()
    common = [c for c in scoring._COMMON if c != " "]
    forms = [
        *common,
        *(f"{a}{b}" for a, b in pairwise(common)),
        *(f"x {a}b" for a in common),
        *(f"X {a}b" for a in common),
    ]
    single, looks = segmenter._words.scorer._looks(forms)
    assert single == forms
    assert all(scoring._IS_COMMON(form) for form in forms)
    seen = describer.process([[[form]] for form in forms])
    for form, look, sentence in zip(forms, looks, seen, strict=True):
        assert look == tuple(value.partition("=")[2] for value in sentence[0]), form


_loops = part("dvextract.segmentation._loops")
compiled = pytest.mark.skipif(not _loops, reason="nothing is compiled here")


@compiled
def test_chunks_are_cut_as_the_pattern_says(segmenter):
    finditer = segmenter._tokenizer._pattern.finditer
    words = {word for text in prose(400) for word in text.split()}
    words |= {f"{a}{b}" for a in ("Th", "th", "T", "TP", "NĐ", "ʺ") for b in ("", "S", "s", "aS", "as", "ủ", "uS", "ư")}
    words |= {
        "2",
        "21",
        "2026",
        "٣٤",
        "1" * 30,
        "Tp",
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "1.5",
        "1,5",
        "12.11.2020",
        "1.5.",
        "v.v",
    }
    words |= {word.upper() for word in words} | {word.title() for word in words}
    chance = random.Random(0)
    marks = ["", "", ".", ",", *"()“”\"‘’;:!?…%'-/<D", "...", "..", ":)", "\n"]
    chunks = [
        "".join(chance.choices(marks, k=i % 3)) + word + "".join(chance.choices(marks, k=i // 3))
        for word in words
        for i in range(9)
    ]
    chunks = [piece + "\n" * ("\n" in chunk) for chunk in chunks for piece in chunk.replace("\n", "").split()]
    ours, theirs = _loops.tokens_of(chunks, finditer), tokenizer._tokens_of(chunks, finditer)
    assert [list(column) for column in ours] == [list(column) for column in theirs]
    assert sum(_loops.tokens_of([chunk], lambda _: [])[3][0] > 0 for chunk in chunks) > len(chunks) / 5


@compiled
def test_compiled_hashes_and_looks_are_the_same(segmenter, monkeypatch):
    texts = ["", "a", "x" * 24, "x" * 25, "một hai ba", "a  b", " ", "🙂 \u0301", *ODD[:-1], *prose(50)]
    texts += [word for text in texts for word in text.split()]
    forms = [" ".join(text.split()) for text in [*texts, "a\u3000b ", "\n", " x", "日 本\t", "y\x1cz"]]
    looks = [scoring._look(form) for form in forms]
    assert _loops.looks([*texts, "a\u3000b ", "\n", " x", "日 本\t", "y\x1cz"], scoring._KINDS) == (forms, looks)
    ours = scoring.text_keys(texts)
    with pytest.raises(UnicodeEncodeError):
        scoring.text_keys(["a", "b\ud800"])
    monkeypatch.setattr(scoring, "_compiled", None)
    theirs = scoring.text_keys(texts)
    assert [column.tolist() for column in ours] == [column.tolist() for column in theirs]


@compiled
@pytest.mark.parametrize("folder", [fast._WORDS, fast._POS])
def test_types_are_described_as_arrays_do(folder, monkeypatch):
    texts = [word for text in prose(200) for word in text.split()] + ["日本", "qwz", "2020", "Hội  nghị", "dân tộc"]
    texts = list(dict.fromkeys(texts))
    ours = fast.Tagger(fast._package() / folder).scorer
    ours._describe(texts[:30])
    ours._describe(texts[30:])
    monkeypatch.setattr(scoring, "_compiled", None)
    theirs = fast.Tagger(fast._package() / folder).scorer
    theirs._describe(texts[:30])
    theirs._describe(texts[30:])
    assert ours.forms(np.arange(4, len(ours))) == theirs.forms(np.arange(4, len(theirs)))
    for mine, other in zip(ours.columns(), theirs.columns(), strict=True):
        assert mine.tobytes() == other.tobytes()


@compiled
@pytest.mark.parametrize("folder", [fast._WORDS, fast._POS])
def test_compiled_chain_finds_the_same_paths(folder, monkeypatch):
    tagger = fast.Tagger(fast._package() / folder)
    words = [word for text in prose(200) for word in text.split()] + ["日本", "qwz", "2020", "Hội nghị", "dân tộc"]
    chance = random.Random(0)
    length = [chance.choice([0, 1, 2, 3, 5, 30]) for _ in range(400)]
    first = np.cumsum([0, *length])
    types = tagger.scorer.types(chance.choices(words, k=int(first[-1])))
    ours = tagger.tag(types, first)
    monkeypatch.setattr(tagger, "_chain", None)
    assert ours.tolist() == tagger.tag(types, first).tolist()


@compiled
def test_a_damaged_table_is_refused(segmenter):
    tagger = segmenter._words
    tagger.scorer.types(["dân"])
    columns = tagger.scorer.columns()
    for types, first in (([10**6], [0, 1]), ([-1], [0, 1]), ([4], [0, 2]), ([4], [1, 0, 1])):
        with pytest.raises(ValueError, match=r"type|tokens"):
            tagger._chain.tag(np.array(types), np.array(first), *columns)
    with pytest.raises(ValueError, match="class"):
        tagger._chain.tag(np.array([4]), np.array([0, 1]), columns[0] + 10**6, *columns[1:])
    width, reading, weights, (keys, maybe, begin, shift) = tagger.scorer.spans[0]
    transition = np.zeros((2, 2))
    for span in (
        (width, reading, weights, (keys[:5], maybe, begin, shift)),
        (width, reading, weights, (keys, maybe[:5], begin, shift)),
        (width, reading, weights, (keys, maybe, begin, 0)),
        (9, reading, weights, (keys, maybe, begin, shift)),
        (width, reading, weights[:, :5].copy(), (keys, maybe, begin, shift)),
    ):
        with pytest.raises(ValueError, match="spans"):
            _loops.Chain(transition, transition, 0.0, [span])
    with pytest.raises(ValueError, match="words"):
        _loops.Words().find(["a"], *(np.array(column) for column in ([0, 1], [0, 9], [4], [0], [1])))
    with pytest.raises(ValueError, match="pieces"):
        _loops.Words().find(["a"], *(np.array(column) for column in ([0, 9], [0, 1], [4], [0], [1])))
    with pytest.raises(ValueError, match="stretch"):
        _loops.sentences("a", 0, 2, frozenset(), (), None)


@compiled
def test_a_table_has_a_slot_for_every_key():
    transition, weights = np.zeros((2, 2)), np.zeros((1, 10))
    keys, maybe, begin = np.zeros(2, np.uint64), np.zeros(1, np.uint8), np.zeros(1, np.int32)
    _loops.Chain(transition, transition, 0.0, [(2, "form", weights, (keys, maybe, begin, 61))])  # eight slots
    for shift in (29, 60, 62):
        with pytest.raises(ValueError, match="spans"):
            _loops.Chain(transition, transition, 0.0, [(2, "form", weights, (keys, maybe, begin, shift))])


_NOWHERE = """
import numpy as np
from dvextract.segmentation._loops import Chain

most = np.array([[-np.inf, 0.0], [0.0, -np.inf]])
weights = np.zeros((2, 10))
weights[0, 4], weights[1, 4:6] = 1, -np.inf  # by class: the first label, no label
column = np.ones(6, np.uint64)
of_types = np.array([0, 0, 0, 0, 0, 1]), weights, column, column[:0], column, np.zeros(6, np.uint8)
for n in (1, 2, 50):  # the memory for scores grows, by powers of two
    labels, tied = Chain(np.zeros((2, 2)), most, 1e-7, []).tag(np.tile([4, 4, 5], n), np.array([0, 3 * n]), *of_types)
    assert labels.tolist() == [0] * (3 * n)
    assert tied == [0]
"""


@compiled
def test_scores_of_nothing_stay_within_their_memory():
    environment = {**os.environ, "PYTHONMALLOC": "debug"}  # which looks at what is behind every piece of memory
    subprocess.run([sys.executable, "-c", _NOWHERE], env=environment, check=True)
