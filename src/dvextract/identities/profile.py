"""What one page knows of one person: posts, places, sex, year of birth, people, calling, and who is named beside them.

A profile is all that is compared when pages of one name are taken for one person or kept apart. It holds folded words
only, so that spellings do not part what belongs together; `Office.words` are the page's own, for showing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import itemgetter
from typing import Any

import orjson
import regex

from dvextract.compiled import maker
from dvextract.document import Document
from dvextract.grammar.trigger import Prefiltered
from dvextract.identities.offices import NATION, Office, district_at, make_office, office, province_at
from dvextract.interpretation.abbreviations import ShortForms
from dvextract.interpretation.geography import Geography, province_units
from dvextract.interpretation.persons import UNCLE_HO
from dvextract.interpretation.wording import fold, fold_name

_MALE, _FEMALE = "male", "female"
_SEX: Mapping[str, str] = {"ông": _MALE, "anh": _MALE, "bà": _FEMALE, "chị": _FEMALE}
_ADDRESSES = tuple(_SEX)
_ADDRESS = regex.compile(r"(?<!\p{L})(?P<word>ông|anh|bà|chị)\s*\Z")
_CALLINGS = (
    "ca sĩ|nghệ sĩ|diễn viên|đạo diễn|người mẫu|hoa hậu|á hậu|nhạc sĩ|họa sĩ|nhà thơ|nhà văn|"
    "nhà báo|nhà sử học|luật sư|bác sĩ|cầu thủ|thủ môn|tiền đạo|tiền vệ|hậu vệ|trung vệ|huấn luyện viên|hlv|trọng tài|"
    "võ sĩ|kì thủ|tay vợt|vận động viên|vđv|kình ngư|liệt sĩ|bị cáo|bị can|tử tù|nghi can|nghi phạm|đối tượng|"
    "nạn nhân|doanh nhân|giáo sư|tiến sĩ|linh mục|hòa thượng|thượng tọa|đại đức"
)
_CALLING = regex.compile(rf"(?<!\p{{L}})(?P<words>{_CALLINGS})(?: (?:trẻ|kiêm \p{{L}}+))?\s*\Z")
_CALLING_ENDS = (*{words.split(" ")[-1] for words in _CALLINGS.split("|")}, "trẻ")
"""What the words before a name end with if they are a calling, unless its last word follows ``kiêm``."""
_LONGEST_CALLING = max(map(len, _CALLINGS.split("|"))) + len(" trẻ")
_LAST = frozenset((*(word[-2:] for word in (*_ADDRESSES, *_CALLING_ENDS)), "sỹ"))
"""The last two letters of these as pages spell them; most words before a name end otherwise, which is seen at once."""
_SAME_CALLING: Mapping[str, str] = {
    "hlv": "huấn luyện viên",
    "vđv": "vận động viên",
    **dict.fromkeys(("thủ môn", "tiền đạo", "tiền vệ", "hậu vệ", "trung vệ"), "cầu thủ"),
    **dict.fromkeys(("bị can", "tử tù", "nghi can", "nghi phạm", "đối tượng"), "bị cáo"),
    **dict.fromkeys(("hòa thượng", "thượng tọa", "đại đức"), "tăng ni"),
}
_OFFICER = regex.compile(r"(?:đại|thượng|trung|thiếu) (?:tướng|tá|úy)(?!\p{L})")
_BORN = regex.compile(
    r"[\s,(–-]{1,3}(?:(?:SN|sn|[Ss]inh năm|sinh(?: ngày)? [\d/.-]{3,6}[/.-])\s*:?\s*(?P<year>19\d\d|20[012]\d)"
    r"|(?P<age>\d{2})\s*tuổi)"
)
_PEOPLE = regex.compile(r"[\s,(–-]{1,3}(?:(?:người )?dân tộc|người) (?P<people>\p{Lu}[\p{L}']*(?:[ -]\p{Lu}\p{L}*)?)")
_BEHIND = re.compile(r"[\s,(–-]{1,3}(?:[Ss]|\d\d|dân |người )")
"""How `_BORN` and `_PEOPLE` begin."""
_HOME = Prefiltered(r"(?<!\p{L})(?:trú(?: tại)?|ngụ(?: tại)?|quê(?: ở)?|ở|sống tại|HKTT)(?!\p{L})")
_NEAR = 70  # characters after a name in which age, people and home are said of it
_NOWHERE = ("", "")
_LONGEST_COMPANY = 12
"""People of a page who are kept for comparing; of more, those named nearest."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a page knows of a person.

    ``birth`` is a year, ``year`` that of the page (0: unknown); ``page`` is where the page is at the name, district and
    province, ``home`` the same where the page says the person lives; ``company`` are folded full names beside it.
    ``former`` says of each office whether it is one of the past.
    """

    offices: tuple[Office, ...] = ()
    former: tuple[bool, ...] = ()
    sex: str = ""
    birth: int = 0
    people: str = ""
    callings: tuple[str, ...] = ()
    page: tuple[str, str] = ("", "")
    home: tuple[str, str] = ("", "")
    year: int = 0
    company: tuple[str, ...] = ()

    def dump(self) -> bytes:
        """As JSON on one line; equal profiles give equal bytes."""
        return orjson.dumps(self, option=orjson.OPT_SORT_KEYS)

    @staticmethod
    def load(data: bytes) -> Profile:
        """From what `dump` wrote."""
        given: list[Any] = [tuple(x) if isinstance(x, list) else x for x in _VALUES(orjson.loads(data))]
        given[0] = tuple([make_office(*_VALUES_OF_OFFICE(office)) for office in given[0]])
        return _profile(*given)


_profile = maker(Profile)
_VALUES: Callable[[Mapping[str, Any]], tuple[Any, ...]] = itemgetter(*(f.name for f in fields(Profile)))
_VALUES_OF_OFFICE: Callable[[Mapping[str, Any]], tuple[Any, ...]] = itemgetter(*(f.name for f in fields(Office)))


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a page: ``name`` is the fullest there, ``names`` and ``forms`` count names and wordings.

    ``entity_id`` is that of the name; whether it is that of the person is decided when the pages of a run are joined.
    """

    entity_id: str
    name: str
    names: Mapping[str, int]
    forms: Mapping[str, int]
    profile: Profile


def persons(doc: Document) -> tuple[Person, ...]:
    """The persons of a page, by first mention; the page's layers up to ``links`` are read."""
    of: dict[str, list[int]] = {}
    links, spans, text = doc.links, doc.mentions, doc.text
    for i, m in enumerate(spans):
        if m.label == "PERSON" and (entity_id := links[i].entity_id):
            of.setdefault(entity_id, []).append(i)
    if not of:
        return ()
    page = _Page(doc, of)
    found = []
    for entity_id, mentions in of.items():
        names = _counted([links[i].name for i in mentions])
        forms = _counted([text[spans[i].start : spans[i].end] for i in mentions])
        name = next(iter(names)) if len(names) == 1 else min(names, key=lambda n: (-names[n], n))
        found.append(_person(entity_id, name, names, forms, page.profile(name, mentions)))
    return tuple(found)


_person = maker(Person)


def _counted(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for w in words:  # mostly one or two: a Counter takes longer to make than they to count
        counts[w] = counts.get(w, 0) + 1
    return counts


class _Page:
    """One page while its persons are described."""

    def __init__(self, doc: Document, of: Mapping[str, Sequence[int]]) -> None:
        self._text, self._mentions, self._links = doc.text, doc.mentions, doc.links
        self._geography: Geography = doc.geography
        self._short_forms: ShortForms = doc.short_forms
        self._year = _year(doc.page.published_date or doc.page.reference_date)
        self._posts: dict[int, list[tuple[Office, bool]]] = {}
        self._ranks: dict[int, list[str]] = {}
        self._gather_posts(doc)
        leaders = {i for i, posts in self._posts.items() if any(o.level == NATION and o.leading for o, _ in posts)}
        national = {e for e, mentions in of.items() if not leaders.isdisjoint(mentions)} if leaders else ()
        # Leaders of the country are named beside everybody
        first = [(self._mentions[at[0]].start, self._links[at[0]].name) for e, at in of.items() if e not in national]
        self._company = sorted((start, fold_name(name)) for start, name in first if " " in name and name != UNCLE_HO)
        self._names = sorted([name for _, name in self._company])

    def _gather_posts(self, doc: Document) -> None:
        if not doc.posts:
            return
        mentions, readings, text = doc.mentions, doc.readings, doc.text
        full = {}
        if any(post.organisation for post in doc.posts):
            bodies = [(m, readings[i]) for i, m in enumerate(mentions) if m.label == "ORGANISATION"]
            full = {text[m.start : m.end]: reading.value for m, reading in bodies}
        for post in doc.posts:
            title = mentions[post.title]
            words = text[title.start : title.end]
            if readings[post.title].kind not in ("", "post"):
                self._ranks.setdefault(post.person, []).append(fold(words))
                continue
            organisation = full.get(post.organisation, post.organisation)
            found = office(words, organisation, title.start, self._geography, self._short_forms)
            self._posts.setdefault(post.person, []).append((found, post.status in ("former", "old", "dismissed")))

    def profile(self, name: str, mentions: Sequence[int]) -> Profile:
        """What the page says of the person whose mentions these are."""
        all_mentions, text = self._mentions, self._text
        key = fold_name(name)
        posts = [p for i in mentions for p in self._posts.get(i, ())] if self._posts else []
        if len(posts) > 1:
            posts = list(dict.fromkeys(posts))
        sexes, callings, births, peoples = set(), [], [], []
        home = _NOWHERE
        for i in mentions:
            m = all_mentions[i]
            before = text[max(0, m.start - 40) : m.start].lower()
            ahead = before.rstrip()
            if ahead[-2:] in _LAST or " kiêm " in ahead:
                before = before.replace("sỹ", "sĩ").replace("hoà", "hòa")
                ahead = before.rstrip()
                if ahead.endswith(_ADDRESSES) and (a := _ADDRESS.search(before, max(0, len(ahead) - 3))):
                    sexes.add(_SEX[a["word"]])
                begins = 0 if " kiêm " in ahead else max(0, len(ahead) - _LONGEST_CALLING)
                if (ahead.endswith(_CALLING_ENDS) or " kiêm " in ahead) and (c := _CALLING.search(before, begins)):
                    callings.append(_SAME_CALLING.get(c["words"], c["words"]))
            if i in self._ranks:
                callings += ["sĩ quan" if _OFFICER.match(r) else r for r in self._ranks[i]]
            if _BEHIND.match(text, m.end):
                after = text[m.end : m.end + _NEAR]
                if b := _BORN.match(after):
                    births.append(int(b["year"]) if b["year"] else (self._year - int(b["age"]) if self._year else 0))
                if p := _PEOPLE.match(after):
                    peoples.append(fold(p["people"]))
            if home == _NOWHERE:
                home = self._home(i)
        if " thị " in key:
            sexes = {_FEMALE}
        at = all_mentions[mentions[0]].start
        return _profile(
            tuple([o for o, _ in posts]),
            tuple([former for _, former in posts]),
            sexes.pop() if len(sexes) == 1 else "",
            next((b for b in births if b), 0) if births else 0,
            peoples[0] if peoples else "",
            tuple(dict.fromkeys(callings)),
            (district_at(at, self._geography), province_at(at, self._geography)),
            home,
            self._year,
            self._beside(key, at),
        )

    def _home(self, i: int) -> tuple[str, str]:
        """District and province of the places that follow a name as where the person lives; empty when none do."""
        mentions, text = self._mentions, self._text
        end, said, home = mentions[i].end, False, ["", ""]
        words: list[str] = []  # between the name and a place
        for j in range(i + 1, min(i + 7, len(mentions))):
            m = mentions[j]
            if m.start - end > _NEAR or m.label == "PERSON":
                break
            between = text[end : m.start]
            if ";" in between or ". " in between:
                break
            words.append(between)
            if m.label == "LOCATION":
                said = said or any(_HOME.search(w) for w in words)
                words = []
                if said:
                    _settle(home, fold(self._links[j].name))
            end = m.end
        return (home[0], home[1]) if said else _NOWHERE

    def _beside(self, key: str, at: int) -> tuple[str, ...]:
        if len(self._company) <= _LONGEST_COMPANY:
            return tuple([name for name in self._names if name != key])
        middle = bisect_left(self._company, (at,))
        # the nearest on either side, and the person's own name, which is at most once among them
        around = self._company[max(0, middle - _LONGEST_COMPANY - 1) : middle + _LONGEST_COMPANY + 1]
        others = [(abs(where - at), name) for where, name in around if name != key]
        return tuple(sorted(name for _, name in sorted(others)[:_LONGEST_COMPANY]))


def _settle(home: list[str], name: str) -> None:
    """Put a place with the folded ``name`` into district and province."""
    for kind, place in (("huyện ", 0), ("thị xã ", 0), ("quận ", 0), ("tỉnh ", 1), ("thành phố ", 0)):
        if name.startswith(kind):
            bare = name.removeprefix(kind)
            home[1 if bare in province_units() and kind == "thành phố " else place] = bare
    if name in province_units():
        home[1] = name


def _year(date: str) -> int:
    return int(date[:4]) if date[:4].isdigit() else 0
