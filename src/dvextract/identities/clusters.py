"""All pages of one name: which of them mean one person.

What is asked of two groups of pages is always the same: of how many people in the news could what they share be said?
Holders of one post are a handful, people a province's pages name are thousands. That number (the *pool*) times the
share of people who bear the name is how many others of that name are to be expected, and a group of ``n`` pages is the
one meant with probability ``n / (n + expected)``. So a post in common joins pages of any name, a province in common
only those of a name that is not too frequent, and a rare name needs no more than that nothing speaks against it.
Groups are joined from the surest evidence to the weakest; what contradicts (sex, year of birth, people, posts held in
two provinces at one time) keeps them apart. Only the set of pages decides, never their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import regex

from dvextract.identities.offices import NATION, Office, reformed, spelled, successor
from dvextract.identities.profile import Profile
from dvextract.identities.rarity import share
from dvextract.identities.rules import NAME, SINGLE
from dvextract.interpretation.wording import fold

EVERYBODY = 100_000
"""People the news of the country name, the pool when nothing is known: on news articles most pairs of pages with a name
for which less than one more bearer is to be expected among so many mean one person, most others do not."""
SURE_ENOUGH = 0.5
"""The least probability at which pages that share something are taken for one person."""
SURE_BY_NAME = 0.75
"""The least at which pages are that share nothing but the name."""
_TRIES = 30
"""Groups that one is compared with for one piece of evidence; the largest first."""

# Pools: people of whom a piece of evidence holds, over two decades.
_HOLDERS = 5
_MEMBERS: Mapping[str, int] = {NATION: 700, "province": 80, "district": 60, "commune": 30, "village": 5, "": 60}
_STAFF: Mapping[str, int] = {NATION: 1500, "province": 400, "district": 100, "commune": 30, "village": 10, "": 300}
_LEADERS: Mapping[str, int] = {NATION: 600, "province": 250, "district": 100, "commune": 40, "village": 20}
_SAME_TITLE = 20_000
_OF_DISTRICT = 500
_OF_PROVINCE = 4_000
_OF_METROPOLIS = 30_000
_METROPOLES = frozenset(("hà nội", "hồ chí minh"))
# How many times smaller a pool gets by what is shared besides.
_COMPANION = 100
_BIRTH = 30
_CALLING = 8
# How many times likelier it gets that another person is meant.
_OTHER_POSTS = 6
_OTHER_PROVINCE = 40
_NO_POST = 2
_ELSEWHERE = 2
_OTHER_CALLING = 5
_STRONG = 100
"""Up to this pool what is shared outweighs posts elsewhere: people are moved."""

_MANY_HOLD = ("ủy viên", "đại biểu", "thành viên", "tỉnh ủy viên", "hội viên", "phó", "cán bộ")
_ONE_HOLDS = regex.compile(r"(?:phó )?(?:thủ tướng|tổng bí thư|chủ tịch (?:nước|quốc hội)|tổng thống)")


@dataclass(frozen=True, slots=True)
class Key:
    """Something two pages can share: a hashable ``value``, the rule it counts under, its pool and words to show."""

    value: str
    rule: str
    pool: float
    words: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about the pages with one profile.

    ``group``: 0 for the person with the most pages. ``apart``: what the group's identifier is made of besides the name;
    empty for group 0. ``score``: how sure the decision is (0 to 1). ``evidence`` is for people to read, ``also`` the
    first two pages of the group in which it stands.
    """

    group: int
    apart: str
    rule: str
    score: float
    evidence: str
    also: tuple[str, ...] = ()


_Said = TypeVar("_Said")

ALONE = Decision(0, "", SINGLE, 1.0, "")
"""What is decided of a name that is in one page only."""


@dataclass(slots=True)
class Pages:
    """Pages, sorted, that know the same of a person; whether that makes them one person is to be decided too.

    ``keys`` are what the profile holds of them (`keys`).
    """

    profile: Profile
    doc_ids: Sequence[str]
    keys: Sequence[Key] = ()

    def __post_init__(self) -> None:
        self.keys = self.keys or [*keys(self.profile)]


@dataclass(slots=True)
class _Group:
    """Pages taken for one person so far."""

    members: list[int]
    count: int = 0
    joined: int = 0  # pages that share something; those that only have the name lend it no weight
    keys: dict[str, Key] = field(default_factory=dict)
    # In how many pages something is said; most groups are one page's, for which counters would take long to make
    pages_with: dict[str, int] = field(default_factory=dict)
    company: dict[str, int] = field(default_factory=dict)
    sexes: dict[str, int] = field(default_factory=dict)
    births: dict[int, int] = field(default_factory=dict)
    peoples: dict[str, int] = field(default_factory=dict)
    callings: dict[str, int] = field(default_factory=dict)
    served: dict[str, set[int]] = field(default_factory=dict)
    seen_in: dict[str, int] = field(default_factory=dict)
    sure: dict[int, float] = field(default_factory=dict)  # by member: how likely it belongs here
    titled: bool = False  # any post is stated
    placed: bool = False  # one with its body or place

    @property
    def tells(self) -> bool:
        """Whether anything is known that pages can share besides the name."""
        return bool(self.keys or self.company or self.callings)

    @classmethod
    def of(cls, number: int, pages: Pages) -> _Group:
        p, n = pages.profile, len(pages.doc_ids)
        held: dict[str, Key] = {}
        for key in pages.keys:
            held.setdefault(key.value, key)
        served: dict[str, set[int]] = {}
        for office, former in zip(p.offices, p.former, strict=True):
            if office.province and office.level and not former:
                served.setdefault(successor(office.province), set()).add(p.year)
        group = cls(
            [number],
            n,
            keys=held,
            pages_with=dict.fromkeys(held, n),
            company=dict.fromkeys(p.company, n),
            sexes={p.sex: n} if p.sex else {},
            births={p.birth: n} if p.birth else {},
            peoples={p.people: n} if p.people else {},
            callings=dict.fromkeys(p.callings, n),
            served=served,
            seen_in={successor(p.page[1]): n} if p.page[1] else {},
            titled=bool(p.offices),
            placed=any(key.rule in ("post", "leaders") for key in held.values()) if p.offices else False,
        )
        group.joined = n if group.tells else 1
        return group

    def take(self, other: _Group, by_name: bool, probability: float) -> None:
        """Add another group's pages, which share something with these or, ``by_name``, only the name."""
        if self.count == 1:
            self.sure[self.members[0]] = probability
        for member in other.members:
            self.sure[member] = min(probability, other.sure.get(member, 1.0))
        self.members += other.members
        self.count += other.count
        self.joined += 0 if by_name else other.joined
        self.titled |= other.titled
        self.placed |= other.placed
        for value, key in other.keys.items():
            self.keys.setdefault(value, key)
        for mine, theirs in (
            (self.pages_with, other.pages_with),
            (self.company, other.company),
            (self.sexes, other.sexes),
            (self.peoples, other.peoples),
            (self.callings, other.callings),
            (self.seen_in, other.seen_in),
        ):
            _add(mine, theirs)
        _add(self.births, other.births)
        for province, years in other.served.items():
            self.served.setdefault(province, set()).update(years)


def _add(mine: dict[_Said, int], theirs: Mapping[_Said, int]) -> None:
    for value, n in theirs.items():
        mine[value] = mine.get(value, 0) + n


def keys(profile: Profile) -> Iterator[Key]:
    """What other pages may share with this one, apart from the people named beside, birth and callings."""
    for office in profile.offices:
        yield from _office_keys(office)
    for district, province in (profile.home, profile.page):
        if province:
            yield from _place_keys(district, province)


@lru_cache(maxsize=1 << 12)
def _place_keys(district: str, province: str) -> tuple[Key, ...]:
    pool = _OF_METROPOLIS if province in _METROPOLES else _OF_PROVINCE
    whole = Key(f"place\t{province}", "place", pool, spelled(province))
    if not district:
        return (whole,)
    shown = f"{spelled(district)}, {spelled(province)}"
    return Key(f"place\t{district}\t{province}", "place", _OF_DISTRICT, shown), whole


@lru_cache(maxsize=1 << 12)
def _office_keys(office: Office) -> tuple[Key, ...]:
    return tuple(_made_keys(office))


def _made_keys(o: Office) -> Iterator[Key]:
    place = o.place or (o.province if o.level else "")
    shown = o.words if not place or place in fold(o.words) else f"{o.words} ({spelled(place)})"
    many = o.head.startswith(_MANY_HOLD) and not _ONE_HOLDS.match(o.head)
    if o.level == NATION or (o.level and o.place):
        where = o.place if o.level in (NATION, "province", "district") else f"{o.place}\t{o.province}"
        body = f"{o.level}\t{where}\t{o.body}"
        if o.level == NATION and o.body == o.head and not _ONE_HOLDS.match(o.head):  # Bộ trưởng: of what?
            yield Key(f"title\t{o.head}", "title", _LEADERS[NATION] if o.leading else _SAME_TITLE, shown)
        elif " " not in o.body:  # Giám đốc Sở
            yield Key(f"title\t{o.head}\t{body}", "title", _STAFF[o.level], shown)
        else:
            yield Key(f"post\t{o.head}\t{body}", "post", _MEMBERS[o.level] if many else _HOLDERS, shown)
            yield Key(f"body\t{body}", "body", _STAFF[o.level], shown)
        if o.leading:
            yield Key(f"leaders\t{o.level}\t{where}", "leaders", _LEADERS[o.level], shown)
            if o.level == "province" and o.place in reformed():
                merged = f"leaders\tmerged\t{successor(o.place)}"
                yield Key(merged, "leaders", 2 * _LEADERS["province"], shown)
    elif o.named and not o.level:
        # Schools and firms of one name stand in several provinces, but a body of the page's own is mostly meant
        yield Key(f"post\t{o.head}\t\t{o.body}", "post", _MEMBERS[""] if many else 4 * _HOLDERS, shown)
        yield Key(f"body\t\t{o.body}", "body", 2 * _STAFF[""], shown)
        if o.province:
            yield Key(f"post\t{o.head}\t{o.province}\t{o.body}", "post", _HOLDERS, shown)
            yield Key(f"body\t{o.province}\t{o.body}", "body", _STAFF[""], shown)
    else:
        yield Key(f"title\t{o.head}\t{o.body}\t{o.province}", "title", _SAME_TITLE / (20 if o.province else 1), shown)


def decide(name: str, pages: Sequence[Pages]) -> dict[str, Decision]:
    """A decision for each page of the folded ``name``. Equal sets of pages give equal decisions, in whatever order."""
    if len(pages) == 1 and len(pages[0].doc_ids) == 1:
        return {pages[0].doc_ids[0]: ALONE}
    borne = share(name)
    alike = [some for p in pages for some in _alike(p, borne)]
    alike.sort(key=lambda p: (-len(p.doc_ids), p.doc_ids[0]))
    groups = _joined([_Group.of(i, p) for i, p in enumerate(alike)], borne)
    first = {id(g): min(alike[i].doc_ids[0] for i in g.members) for g in groups}
    groups.sort(key=lambda g: (-g.count, first[id(g)]))
    having = Counter(value for group in groups for value in group.keys) if len(groups) > 1 else Counter()
    decided: dict[str, Decision] = {}
    for number, group in enumerate(groups):
        apart = _distinction(group, having, first[id(group)]) if number else ""
        shown = _first_pages(group, alike) if group.count > 1 else {}
        other = groups[0] if number else groups[min(1, len(groups) - 1)]
        for i in group.members:
            rule, score, words, also = _reason(alike[i], group, other, shown, borne, is_largest=not number)
            score = round(min(score, group.sure.get(i, 1.0)), 3)
            decided.update(dict.fromkeys(alike[i].doc_ids, Decision(number, apart, rule, score, words, also)))
    return decided


def _alike(pages: Pages, borne: float) -> list[Pages]:
    """The pages together if what they all know makes them one person, else each by itself."""
    if len(pages.doc_ids) > 1:
        one = _Group.of(0, Pages(pages.profile, pages.doc_ids[:1], pages.keys))
        enough = SURE_ENOUGH if one.tells else SURE_BY_NAME
        if _same(one, one, borne) < enough:
            return [Pages(pages.profile, [doc_id], pages.keys) for doc_id in pages.doc_ids]
    return [pages]


def _joined(groups: list[_Group], borne: float) -> list[_Group]:
    """The groups after every join that the evidence allows; ``borne`` is the share of people with the name."""
    home = list(range(len(groups)))

    def root(i: int) -> int:
        while home[i] != i:
            home[i] = home[home[i]]
            i = home[i]
        return i

    by_key: dict[tuple[float, str], list[int]] = {}
    by_companion: dict[str, list[int]] = {}
    by_calling: dict[str, list[int]] = {}
    for i, group in enumerate(groups):
        for key in group.keys.values():
            by_key.setdefault((key.pool, key.value), []).append(i)
        for companion in group.company:
            by_companion.setdefault(companion, []).append(i)
        for calling in group.callings:
            by_calling.setdefault(calling, []).append(i)
    shared = [(*key, there) for key, there in by_key.items() if len(there) > 1]
    shared += [(EVERYBODY / _COMPANION, f"company\t{c}", there) for c, there in by_companion.items() if len(there) > 1]
    shared += [(EVERYBODY / _CALLING, f"calling\t{c}", there) for c, there in by_calling.items() if len(there) > 1]
    for _, _, there in sorted(shared):
        _join_all(groups, dict.fromkeys(map(root, there)), home, borne)
    _join_all(groups, dict.fromkeys(map(root, range(len(groups)))), home, borne, by_name=True)
    return [g for i, g in enumerate(groups) if home[i] == i]


def _join_all(groups: list[_Group], roots: Iterable[int], home: list[int], borne: float, by_name: bool = False) -> None:
    """Join the groups at ``roots``, each into the largest before it that will do."""
    kept: list[int] = []
    for i in sorted(roots, key=lambda r: (-groups[r].count, r)):
        for j in kept[:_TRIES]:
            probability = _same(groups[j], groups[i], borne)
            if probability >= (SURE_BY_NAME if by_name else SURE_ENOUGH):
                groups[j].take(groups[i], by_name, probability)
                home[i] = j
                break
        else:
            kept.append(i)


def _same(a: _Group, b: _Group, borne: float) -> float:
    """How likely two groups are one person; 0 when they cannot be."""
    pool, shared = _shared(a, b)
    if contradiction(a, b, shared):
        return 0.0
    n = max(a.joined, b.joined)
    return n / (n + pool * _misfit(a, b, shared) * borne)


def _shared(a: _Group, b: _Group) -> tuple[float, Key | None]:
    """The pool of all that two groups share, and the post, body or place with the smallest pool among it."""
    small, large = (a, b) if len(a.keys) <= len(b.keys) else (b, a)
    both = [key for value, key in small.keys.items() if value in large.keys]
    best = min(both, key=_most_special) if both else None
    pool = best.pool if best else float(EVERYBODY)
    if a.company and b.company:
        pool /= _COMPANION ** min(3, len(a.company.keys() & b.company.keys()))
    if a.births and b.births:
        pool /= _BIRTH
    if a.callings and b.callings and not a.callings.keys().isdisjoint(b.callings):
        pool /= _CALLING
    return pool, best


def _most_special(key: Key) -> tuple[float, str]:
    return key.pool, key.value


def contradiction(a: _Group, b: _Group, shared: Key | None) -> str:
    """The rule by which two groups cannot be one person; empty when they can. ``shared`` is the best they share."""
    if (x := _mostly(a.sexes)) and (y := _mostly(b.sexes)) and x != y:
        return "apart.sex"
    if (
        a.births
        and b.births
        and abs(max(a.births, key=a.births.__getitem__) - max(b.births, key=b.births.__getitem__)) > 2
    ):
        return "apart.birth"
    if (x := _mostly(a.peoples)) and (y := _mostly(b.peoples)) and x != y:
        return "apart.people"
    if not _is_strong(shared) and a.served and b.served and not a.served.keys() & b.served.keys():
        mine = {y for years in a.served.values() for y in years if y}
        theirs = {y for years in b.served.values() for y in years if y}
        if any(abs(y - z) <= 1 for y in mine for z in theirs):
            return "apart.posts"
    return ""


def _mostly(counts: Mapping[str, int]) -> str:
    """What four fifths of the pages say; empty when they disagree or none says anything."""
    if not counts:
        return ""
    value, most = min(counts.items(), key=lambda x: (-x[1], x[0]))
    return value if most >= 0.8 * sum(counts.values()) else ""


def _is_strong(shared: Key | None) -> bool:
    return shared is not None and shared.pool <= _STRONG


def _misfit(a: _Group, b: _Group, shared: Key | None) -> float:
    """How many times likelier other people are, by what the groups say that does not fit together."""
    if _is_strong(shared):
        return 1.0
    factor = 1.0
    if a.served and b.served and not a.served.keys() & b.served.keys():
        factor *= _OTHER_PROVINCE
    elif not (shared and shared.rule in ("post", "body", "leaders")):
        factor *= _OTHER_POSTS if a.titled and b.titled else _NO_POST if a.placed or b.placed else 1
    if a.seen_in and b.seen_in and not a.seen_in.keys() & b.seen_in.keys():
        factor *= _ELSEWHERE
    if a.callings and b.callings and not a.callings.keys() & b.callings.keys():
        factor *= _OTHER_CALLING
    return factor


def _distinction(group: _Group, having: Mapping[str, int], first: str) -> str:
    """What tells a group from the others: the commonest, then the most special, key that no other group has."""
    for value, _ in sorted(group.pages_with.items(), key=lambda x: (-x[1], group.keys[x[0]].pool, x[0])):
        if having[value] == 1:
            return value
    return first


def _first_pages(group: _Group, pages: Sequence[Pages]) -> Mapping[str, list[str]]:
    """The first two pages of the group that have each key or companion."""
    found: dict[str, list[str]] = {}
    for i in group.members:
        p = pages[i].profile
        things = [k.value for k in pages[i].keys]
        things += [f"company\t{c}" for c in p.company]
        things += [f"calling\t{c}" for c in p.callings]
        for thing in dict.fromkeys(things):
            found.setdefault(thing, []).extend(pages[i].doc_ids[:2])
            found[thing] = sorted(found[thing])[:2]
    return found


def _reason(
    mine: Pages, group: _Group, other: _Group, shown: Mapping[str, list[str]], borne: float, *, is_largest: bool
) -> tuple[str, float, str, tuple[str, ...]]:
    """Rule, score, evidence and where else it stands, for pages in their group.

    ``other`` is the group that a single page is kept apart from: the largest, of the largest itself the next.
    """
    profile = mine.profile
    if group.count == 1:
        rule, score, words = _apart(group, other, borne)
        return ("apart.first", score, _best_words(group), ()) if is_largest else (rule, score, words, ())
    shared = [k for k in mine.keys if group.pages_with[k.value] > 1]
    companions = [c for c in profile.company if group.company[c] > 1]
    callings = [c for c in profile.callings if group.callings[c] > 1]
    best = min(shared, key=_most_special, default=None)
    pool = best.pool if best else float(EVERYBODY)
    pool /= _COMPANION ** min(3, len(companions))
    pool /= _CALLING if callings else 1
    if best and (best.pool <= _OF_PROVINCE or not companions):
        rule, value, words = best.rule, best.value, best.words
    elif companions:
        rule, value, words = "company", f"company\t{companions[0]}", ", ".join(map(spelled, companions[:3]))
    elif callings:
        rule, value, words = "calling", f"calling\t{callings[0]}", callings[0]
    else:
        rule, value, words = NAME, "", f"{group.count} pages"
    others = max(group.joined - (group.joined == group.count), 1) if rule == NAME else 1
    return rule, others / (others + pool * borne), words, tuple(shown.get(value, ()))


def _apart(group: _Group, largest: _Group, borne: float) -> tuple[str, float, str]:
    """Why a single page is not the person with the most pages: rule, score and evidence."""
    _, shared = _shared(group, largest)
    rule = contradiction(group, largest, shared)
    if rule:
        return rule, 0.95, _against(rule, group, largest)
    same = _same(largest, group, borne)
    return "apart.unproved", 1 - same, _best_words(group)


def _best_words(group: _Group) -> str:
    """The most special that a group states."""
    best = min(group.keys.values(), key=_most_special, default=None)
    return best.words if best else "no post, body or place"


def _against(rule: str, group: _Group, largest: _Group) -> str:
    of: Mapping[str, tuple[Iterable[object], Iterable[object]]] = {
        "apart.sex": (group.sexes, largest.sexes),
        "apart.birth": (group.births, largest.births),
        "apart.people": (group.peoples, largest.peoples),
        "apart.posts": (sorted(group.served), sorted(largest.served)),
    }
    mine, theirs = of[rule]
    return f"{', '.join(map(str, mine))} against {', '.join(map(str, theirs))}"
