"""Any bytes, any characters, any file of the user's: a page, a row of `rejects` or a message, never anything else."""

import random

import attempts
import cases
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
NUMBERS = st.integers(0, 10**9)


@pytest.mark.parametrize("kind", cases.KINDS)
def test_a_changed_file_is_pages_or_rejects(kind, tmp_path):
    if library := cases.NEEDS.get(kind):
        pytest.importorskip(library)

    @FEW
    @given(NUMBERS)
    def any_case(number):
        attempts.try_file(kind, cases.case(kind, number), tmp_path)

    any_case()


@pytest.mark.parametrize("kind", cases.KINDS)
def test_changes_are_no_good_unless_some_get_through_and_some_do_not(kind, tmp_path):
    """Otherwise the tests above would look at the first line of a parser only."""
    if library := cases.NEEDS.get(kind):
        pytest.importorskip(library)
    found = {attempts.try_file(kind, cases.case(kind, number), tmp_path) for number in range(60)}
    assert found == {"page", "reject"}


@FEW
@given(st.binary(max_size=300), st.sampled_from(cases.KINDS))
def test_any_bytes(data, kind):
    import tempfile
    from pathlib import Path

    if library := cases.NEEDS.get(kind):
        pytest.importorskip(library)
    with tempfile.TemporaryDirectory() as folder:
        attempts.try_file(kind, data, Path(folder))


@FEW
@given(NUMBERS)
def test_words_of_the_rules_in_any_order(number):
    attempts.try_text(cases.text(number))


@FEW
@given(st.text(max_size=200))
def test_any_characters(text):
    attempts.try_text(text)


CHARACTERS = st.sampled_from(
    [*"ạ́ơđ1 .,;:\n\r\t“”\"'()-–/%", "\u200b", "\u0301", "\u2028", "\ud800", "\udc00", "\x00", "İ", "👩‍👩‍👧"]
)


@FEW
@given(st.lists(st.one_of(CHARACTERS, st.sampled_from(cases.vocabulary())), max_size=40))
def test_words_and_what_formats_trip_on(pieces):
    attempts.try_text("".join(pieces))


@pytest.mark.parametrize("length", [20_000])
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "ạ",
        "a ",
        ". ",
        "(",
        "“",
        "1",
        "1.",
        "1/",
        "- ",
        "A",
        "Ông A ",
        "\u0301",
        "\u200b",
        "và ",
        ", ",
        "ngày ",
        "\n",
    ],
)
def test_a_gigantic_line(piece, length):
    attempts.try_text(piece * (length // len(piece)))


@pytest.mark.parametrize(("kind", "good"), [("own.toml", cases.TOML), ("own.tsv", cases.LEXICON)])
def test_a_users_file_is_used_or_refused_with_a_message(kind, good, tmp_path):
    assert attempts.attempt(kind, good, tmp_path) != "message"

    @FEW
    @given(NUMBERS)
    def any_case(number):
        attempts.attempt(kind, attempts.content_of(kind, number), tmp_path)

    any_case()


def test_a_model_is_used_or_refused_with_a_message(tmp_path):
    assert {attempts.try_model(attempts.model_case(n), tmp_path) for n in range(40)} == {"model", "message"}

    @settings(FEW, max_examples=100)
    @given(NUMBERS)
    def any_case(number):
        attempts.try_model(attempts.model_case(number), tmp_path)

    any_case()


@pytest.mark.parametrize("number", range(3))
def test_a_folder_of_bad_files(number, tmp_path):
    pytest.importorskip("lxml")
    attempts.try_run(number, tmp_path)


def test_a_case_is_a_function_of_kind_and_number():
    random.seed(1)
    first = [attempts.content_of(kind, 7) for kind in attempts.KINDS if kind != "own.npz"]
    random.seed(2)
    assert first == [attempts.content_of(kind, 7) for kind in attempts.KINDS if kind != "own.npz"]
