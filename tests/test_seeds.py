"""The sample page: what must not be read into it."""

from pathlib import Path

from dvextract import extract

PAGE = Path(__file__).parents[1] / "seeds" / "000_afe801e971991228.txt"


def test_no_post_is_claimed_for_a_speaker_of_whom_the_page_says_none():
    doc = extract(PAGE.read_text(encoding="utf-8"))
    names = {i: reading.value for i, reading in enumerate(doc.readings) if doc.mentions[i].label == "PERSON"}
    assert "Chá A Của" in names.values()
    assert "Chá A Của" not in {names[post.person] for post in doc.posts}
