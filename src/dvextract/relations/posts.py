"""Who holds which post: sentences with PERSON and TITLE mentions to `Post` rows.

A title belongs to the name it stands right before, else to the person whose apposition or appointment it continues,
else to the names it introduces or sums up; a sentence without a subject goes on about the person before it. Every
decision looks only at the words between two neighbouring names or titles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import regex

from dvextract.compiled import maker
from dvextract.document import Document, Evidence, Post, TimeValue
from dvextract.grammar.trigger import Prefiltered
from dvextract.interpretation.wording import one_line
from dvextract.relations.address import CALLED, ONE
from dvextract.relations.bodies import body_in_title
from dvextract.relations.skeleton import Skeleton
from dvextract.relations.words import Sought, one_of, plain


class _Gap:
    """A pattern for all words between two names or titles; the short ones of one page are those of the next.

    ``ends`` is what long words that fit end with, but for blanks and punctuation: most do not.
    """

    def __init__(
        self,
        pattern: str,
        flags: int = 0,
        ends: tuple[str, ...] = ("",),
        compiled: Callable[[str, int], regex.Pattern[str] | re.Pattern[str]] = plain,
    ) -> None:
        self.pattern, self._ends = compiled(pattern, flags), ends
        self._known: dict[str, bool] = {}

    def fits(self, gap: str) -> bool:
        """Whether all of ``gap`` fits."""
        known = self._known.get(gap)
        if known is not None:
            return known
        if len(gap) > _SHORT:
            return gap.rstrip(" :(,").endswith(self._ends) and self.pattern.fullmatch(gap) is not None
        if len(self._known) == _KNOWN:
            self._known.clear()
        fits = self._known[gap] = self.pattern.fullmatch(gap) is not None
        return fits


_SHORT = 30  # characters of words that are remembered
_KNOWN = 1 << 10  # of them, a pattern

_FORMER = r"(?:nguyên|cựu)"

# What may stand between a person and a title without breaking the apposition: bodies, places, dates, ages, terms,
# origins, brackets.
_ASIDE = (
    r"(?:[ ,]{0,2}(?:[OLDQA]|\([^()PTR]{0,160}\)|(?:các )?khóa [^;:.PTR]{1,24}|nhiệm kỳ [^,;:.PTR]{0,20}|"
    r"(?:người )?dân tộc \w+|\d{1,3} tuổi|(?:quê|nguyên quán|sinh|trú|ngụ|ở|tại|của|thuộc|cùng|tỉnh|huyện|thành phố|"
    r"tuổi)[^,;:.PTR]{0,40}))"
)
_LINK = r"(?:kiêm(?: nhiệm)?|và|rồi|đồng thời|hiện(?: nay)?|vừa|cùng|nay|vốn|từng|đã từng|đang|đều|cũng)"
_HELD = r"(?:là|giữ chức(?: vụ)?|giữ|làm|với (?:vai trò|cương vị|tư cách)(?: là)?|(?:trên|ở) cương vị)"
_SOFT = _Gap(
    rf"\)?{_ASIDE}{{0,4}} ?(?:[,(/:-] ?)?(?:{_LINK}[ ,]*){{0,3}}(?:{_HELD} )?(?:(?:chức danh|chức vụ|chức|các|một) )?"
    rf"(?:(?:{_FORMER}|quyền|q\.|phụ trách|tân|cố) ?(?:là )?)?"
)
_GLUE = _Gap(
    rf"(?:,? ?khóa [^,;:.PTR]{{1,14}}| ?\([^()PTR]{{1,60}}\)|(?:,| phụ trách| thuộc) O|, L)?\)?"
    rf"(?!\. {ONE}(?!\w))[ .]*(?:: |- |là )?{CALLED}"
)
_APPOSED = _Gap(rf"{_ASIDE}{{0,2}}, {CALLED}")
_AND = _Gap(rf"{_ASIDE}{{0,3}} ?(?:[,;] ?)?(?:(?:và|cùng|cùng với|với) )?(?:{_FORMER} )?{CALLED}")
_COMMA_NAME = plain(rf", {ONE} ")
_NEXT_TITLE = plain(rf"{_ASIDE}{{0,3}} ?; ?(?:và |D[:,]? )?(?:{_FORMER} )?")
_NEXT_ITEM = plain(rf"[^;:.PTR]{{0,80}}; ?(?:và )?{CALLED}")
_INTRODUCES = plain(rf"(?:{_ASIDE}{{0,3}}|[^;.PTR]{{0,80}} (?=gồm)) ?:? ?(?:gồm|gồm có|là|có)? ?:? ?{CALLED}")
_SUMS_UP = _Gap(
    rf"{_ASIDE}{{0,2}} ?(?:[,-] ?)?(?:đều |cùng )?(?:là )?(?:các|cùng|đều|đồng|hai|ba) ?(?:là )?(?:{_FORMER} )?"
)
_PLURAL_BEFORE = _Gap(rf"(?:.*[^\w])?(?:các|hai|ba|bốn|những|\d+) ?(?:{_FORMER} )?", re.DOTALL)

_TAKES = (
    r"(?:giữ|làm|là|đảm nhiệm|đảm nhận|đảm trách|đảm đương|nhận|trở thành|bầu|bổ sung|bổ nhiệm|chức|chức vụ|chức danh|"
    r"cương vị|vị trí|trọng trách|nhiệm vụ|vai trò|tái cử|đắc cử|trúng cử|tham gia|chỉ định|phân công|cử|"
    r"phụ trách|quyền|"
    r"kiêm|kiêm nhiệm|nguyên|cựu|lên|vào|miễn nhiệm|thôi|bãi nhiệm|cách chức|tư cách|chuẩn y|phê chuẩn|hàm|danh hiệu|"
    r"cấp bậc|"
    r"ghế|rồi|sang|từ|công tác|bầu cử|như)"
)
_TAKEN_AS = (
    r"(?:O|Q|các|một|của|tân|như|sau|cụ thể|gồm|bao gồm|cả|đây|chủ chốt|quan trọng|cán bộ|giảng viên|giáo viên|"
    r"chuyên viên|nhân viên)"
)
_TAKEN = _Gap(
    rf"(?:\A|.*[^\w]){_TAKES}(?:[ :,]+(?:{_TAKES}|{_TAKEN_AS})){{0,30}}[ :(,]*",
    re.DOTALL,
    ends=tuple(f"{_TAKES}|{_TAKEN_AS}".replace("(?:", "").replace(")", "").split("|")),
)
_PROPOSED = Sought(
    r"giới thiệu|kiện toàn|khuyết|đề cử|ứng cử|ứng viên|quy hoạch|"
    r"để (?:[OT] )?(?:bổ nhiệm|hiệp thương|cử|bầu)|dự kiến|nhân sự"
)
_ANOTHER = Sought(
    r"(?<!\w)(?:thay|kế nhiệm|trao|ký|công bố|thông qua|cho biết|chúc mừng|bàn giao|tổ chức E|thi tuyển|kỳ thi|"
    r"tuyển chọn|đến khi|danh nghĩa|(?:ủy|uỷ) quyền|(?:trình bày|đọc) (?:báo cáo|tờ trình|dự thảo)|"
    r"(?:để|giúp|ủng hộ|mời) [LO]|L (?:giữ|đảm nhận|đảm nhiệm) vai trò)(?!\w)"
)
"""Verbs after which the title is somebody else's than the subject's: of whom they tell, or of the place or body that
they let do something (``ủng hộ L đảm nhiệm vai trò T``)."""
_COUNTED = Sought(r"(?<!\w)(?:cùng|với|và|có) Q (?:là|gồm)(?!\w)")
"""``P cùng Q là T, T``: titles of those who are counted."""
_DOES = Sought(r"(?<!\w)(?:trao|công bố|ký|quyết định|chỉ định|bổ nhiệm|thông qua)(?!\w)")
_TRANSITIVE = Sought(
    r"(?<!\w)(?<!được )(?:bổ nhiệm|điều động|luân chuyển|chuẩn y|chỉ định|bầu(?: bổ sung)?|phân công|miễn nhiệm)"
    r"(?: lại)? \Z"
)
"""A verb whose object is the person that the titles after it stand before: ``bổ nhiệm T, T P giữ chức T``."""
_FARTHEST = 240  # characters between a person and a title that a verb gives to them
_TO_PERSON = _Gap(
    rf"(?!.*(?:thay|kế nhiệm|bàn giao|quyết định|miễn nhiệm|bổ nhiệm)){_ASIDE}{{0,3}}[^;.PTR]{{0,40}}?"
    r"(?:đối với|cho|của|là|gồm|với)"
    rf"(?: (?:Q|cán bộ)[^;.PTR]{{0,60}}?(?:gồm|:))? ?:? ?{CALLED}(?:{_FORMER} )?"
)
_BESIDE_TITLE = plain(r"[ ,]*(?:và )?(?:kiêm|nguyên|cựu|tân)[ :(]*")
_ONLY_STATE = _Gap(
    r"(?r)(?:.*[^\w])?(?<!(?:là|giữ|làm|chức|vụ|từng|bầu|cử) )(?:kiêm|nguyên|cựu|tân)[ :(]*",
    regex.DOTALL,
    ends=("kiêm", "nguyên", "cựu", "tân"),
    compiled=regex.compile,
)
"""No verb that takes the title, only what it is beside another or was."""
_GIVEN = regex.compile(r".*(?<!\w)giao(?: nhiệm vụ| quyền)?(?: cho)? ", regex.DOTALL)
_OPENS_CLAUSE = regex.compile(r"(?r)(?:\A|.*[:;,.-]) ?(?:nguyên |cựu )?", regex.DOTALL)
_SOMEBODY_ELSES = Sought(r"(?:ủy quyền|uỷ quyền|quyết định|cán bộ|chỉ đạo|đồng ý|luân chuyển|G|D) của \Z")
_GOT_FROM = plain(rf"[^:;PTRO]{{0,60}}?(?<!\w){ONE} (?:đã |vừa |tiếp tục )*được ")
_JOINED = plain(rf"{_ASIDE}{{0,3}} ?(?:,|;|và )")
_IN_THE_ROLE = Sought(
    r"(?:(?:cương vị|vai trò|tư cách|danh nghĩa)(?: là)?|\A(?:(?:đang|từng|khi|sau khi|trước khi|còn|hiện) )+"
    r"(?:là|làm|giữ chức(?: vụ)?)) ?\Z"
)
_GIVES_UP = Sought(r"(?<!\w)(?:thôi|miễn nhiệm|bãi nhiệm|cách chức|bãi miễn|từ chức|cho nghỉ|từ nhiệm)(?!\w)")
_ELECTS = Prefiltered(r"(?<!\w)(?:bầu|trúng cử|đắc cử|tái cử|hiệp thương cử|(?:được|đồng chí|\A) ?cử)(?!\w)")
_APPOINTS = Prefiltered(
    r"(?<!\w)(?:bổ nhiệm|điều động|luân chuyển|chỉ định|phân công|giữ chức|chuẩn y|phê chuẩn|đảm nhận|"
    r"nhận nhiệm vụ|lên (?:chức|làm|vị trí)|(?:được(?! biết)|cử|công)[^PTR]{0,40} làm)(?!\w)"
)
_ONCE = Sought(r"(?<!\w)(?:từng|đã qua)(?!\w)")
_STATE = Sought(r"(?<!\w)(?P<word>nguyên|cựu|cố|quyền|q\.|phụ trách|tân)[ :]*(?:là )?\Z")
_MEMBER = regex.compile(
    r"(?:nữ )?(?:(?:tỉnh|thành|huyện|thị|quận|đảng|quân) ủy viên|(?:ủy|uỷ) viên (?:dự khuyết )?(?:ban thường vụ|btv|"
    r"ban chấp hành|bch|trung ương|bộ chính trị)|đại biểu)(?!\w)",
    regex.IGNORECASE,
)
"""A seat in a committee or an assembly, which a new office does not end."""
_ACTING = ("quyền ", "q. ", "phụ trách ")
"""How a title begins that is only acted in."""
_LISTED = plain(rf"{_ASIDE}{{0,3}} ?(?:[,;.…)(-]|\Z|(?:kiêm|và|rồi) )")
"""What follows a title that is one of a list; a title that acts has its verb there."""
_GOES_ON = plain(
    r"(?:[^:;PTRO]{0,60}?(?<!\w)(?:ông|bà|anh|chị|đồng chí|đ/c|cô|chú|bác)|[-*+“\" ]*(?:D[,:]? )?"
    r"(?:(?:trước đó|trước đây|sau đó|hiện nay|ngoài ra),? )?"
    r"(?:(?:sau|trước|khi|từ|trong|hiện|đến|cuối|đầu|lúc|rồi|tiếp|đã|được|cũng|vừa|còn|nay|có|tốt nghiệp|quê|sinh)"
    r"(?!\w)[^:;,PTRO]{0,30} )?(?:từng|quá trình|chức vụ|là|giữ|làm|nguyên|tái đắc cử))(?!\w)[^;]{0,160}"
)
"""How a sentence without a named subject goes on about the person before it."""

_PRONOUN = plain(r"(?:[^PTR:;]{0,60}[,] )?(?:ông|bà|anh|chị|cụ)(?! [PTRA])(?= (?:đã|được|là|từng|\w+))[^:]*?[^: ] ?")
"""A sentence that goes on about the person before it (``Năm D, ông được gặp P``), whoever else it names."""
_PRONOUNS = one_of(("ông", "bà", "anh", "chị", "cụ"))
_HANDS = plain(
    rf"P(?:,? ?\([^()PTR]{{0,40}}\))?,? (?:đã |vừa )?trao (?:các )?(?:quyết định|G)[^;.PTR]{{0,120}}? cho {CALLED}P"
)
"""Who hands a decision to whom: what follows goes on about the one who gets it."""
_LIFE = plain(r"[-*+ ]*(?:nguyên|từng|đã từng|hiện là) ")
"""How a line of a life begins; it may stand in another block than the name."""

_PEOPLE, _TITLES = frozenset("PTR"), frozenset("TR")  # letters of names and titles

_evidence, _post_of = maker(Evidence), maker(Post)

_STATES = {
    "nguyên": "former",
    "cựu": "former",
    "cố": "late",
    "quyền": "acting",
    "q.": "acting",
    "phụ trách": "acting",
    "tân": "new",
}


@dataclass(slots=True)
class _Line:
    """The names and titles of a sentence: ``at`` their positions, ``gap[i]`` the words before ``at[i]``, ``kinds[i]``
    the letter there, a blank outside.

    ``owners`` gives the people of every title decided so far, by place in ``at``, ``rules`` by which rule they are its
    own; ``verbs`` the titles taken by a verb.
    """

    s: Skeleton
    at: list[int]
    gap: list[str]
    kinds: str
    owners: dict[int, list[int]] = field(default_factory=dict)
    rules: dict[int, str] = field(default_factory=dict)
    verbs: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, s: Skeleton) -> _Line:
        at, gap, kinds = s.split("PTR")
        return cls(s, at, gap, f"{kinds}  ")

    def give(self, i: int, owners: list[int], rule: str) -> None:
        self.owners[i] = owners
        self.rules[i] = rule

    def gap_start(self, i: int) -> int:
        """Where in the sentence ``gap[i]`` begins."""
        return self.at[i - 1] + 1 if i else 0


def posts(doc: Document, sentences: Sequence[Skeleton]) -> tuple[Post, ...]:
    """Every post the page states, in text order; one row a person's mention, title and status."""
    found: list[Post] = []
    full_forms = _FullForms(doc)
    subject: int | None = None
    block = -1
    for k, s in enumerate(sentences):
        same_block = s.block == block
        block = s.block
        if _PEOPLE.isdisjoint(s.letters):
            continue
        near = subject is not None and (same_block or bool(_LIFE.match(s.text)))
        if not _TITLES.isdisjoint(s.letters):
            line = _Line.of(s)
            _assign(line, near)
            for i, owners in sorted(line.owners.items()):
                for owner in owners:
                    person = subject if owner < 0 else s.mentions[line.at[owner]]
                    if person is not None:
                        found.append(_post(doc, line, i, owner, person, full_forms))
            signer = _signer(line, sentences[k + 1 : k + 1 + _SIGNATURE])
            if signer is not None:
                line.rules[len(line.at) - 1] = "post.signature"
                found.append(_post(doc, line, len(line.at) - 1, len(line.at) - 1, signer, full_forms))
        name = s.text.find("P")
        if name >= 0 and not (near and s.holds & _PRONOUNS and _PRONOUN.match(s.text, 0, name)):
            receiver = _HANDS.match(s.text, name) if "trao " in s.text else None
            subject = s.mentions[receiver.end() - 1 if receiver else name]
    return tuple(dict.fromkeys(found))


_SIGNATURE = 3  # lines from the office under a letter to the name below it
_OFFICE_SIGNS = plain(r"[^P]*T ?(?P<signed>\(đã k[ýí]\))? ?")
_OFFICE_ENDS = ("T", "T ", "T  ", ")", ") ")
_SIGNED = regex.compile(r"(?:.*[^\w])?\(?đã k[ýí]\)?[ .;]*")


def _signer(line: _Line, following: Sequence[Skeleton]) -> int | None:
    """Who signs for the office that ends a line: the name that ends one of the next lines, after ``(Đã ký)``."""
    if "P" in line.s.letters or "T" not in line.s.letters or line.owners.get(len(line.at) - 1):
        return None
    office = _OFFICE_SIGNS.fullmatch(line.s.text) if line.s.text.endswith(_OFFICE_ENDS) else None
    if office is None:
        return None
    signed = office["signed"] is not None
    for s in following:
        names = s.positions("PTR")
        if names and signed and s.text[names[-1]] == "P" and len(names) == 1 and s.text.rstrip(" .")[-1:] == "P":
            return s.mentions[names[0]]
        signed = signed or _SIGNED.fullmatch(s.text) is not None
        if names:
            return None
    return None


def _assign(line: _Line, has_subject: bool) -> None:
    """Fill ``line.owners``; the owner -1 is the person the page was talking about before this sentence."""
    group: list[int] = [-1] if has_subject else []
    for i in range(len(line.at)):
        if line.kinds[i] == "P":
            group = _grouped(line, i, group)
            _introduced(line, i)
            continue
        if line.kinds[i + 1] == "P" and _GLUE.fits(line.gap[i + 1]):
            line.give(i, [i + 1], "post.title-then-name")
        elif _given_to_next(line, i):
            names = _listed(line, _name_ahead(line, i + 1))
            names = names if _GIVES_UP.within(line.s, line.gap[i]) else _without_own(line, names)
            line.give(i, names, "post.given-to")
            line.verbs.add(i)
        elif _enumerated(line, i):
            line.give(i, _listed(line, _name_ahead(line, i + 1)), "post.title-then-list")
        elif line.kinds[i + 1] == "P" and _APPOSED.fits(line.gap[i + 1]) and _stands_alone(line, i):
            line.give(i, [i + 1], "post.title-comma-name")
        elif not _objects_own(line, i) and (rule := _belongs_left(line, i, group)):
            line.give(i, _holders(line, i, group), rule)
    for i in range(len(line.at) - 2, -1, -1):
        if line.kinds[i] in "TR" and i not in line.owners and _chained_right(line, i):
            line.give(i, line.owners[i + 1], "post.before-title")


def _grouped(line: _Line, i: int, group: list[int]) -> list[int]:
    """The names coordinated up to ``i``: ``bà P và ông P``."""
    before = i - 1
    while line.kinds[before] in "TR" and line.owners.get(before) == [i]:
        before -= 1
    if not group or group[-1] < 0 or not _AND.fits(line.gap[before + 1]):
        return [i]
    held = line.owners.get(before) == group[-1:] and before not in line.verbs
    return [*group, i] if held or before == group[-1] else [i]


def _introduced(line: _Line, i: int) -> None:
    """``các T: P, ..; P, ..``: the title before the first name is every listed name's."""
    title = i - 1
    if line.kinds[title] not in "TR":
        return
    gap = line.gap[i]
    if not (":" in gap or "gồm" in gap or _PLURAL_BEFORE.fits(line.gap[title])):
        return
    if title in line.owners and title not in line.verbs and _DOES.within(line.s, gap):
        return  # "P, T, đã trao quyết định chỉ định Q, gồm: P, T": the office acts
    if _INTRODUCES.fullmatch(gap):
        line.give(title, _listed(line, i), "post.title-then-list")


def _enumerated(line: _Line, i: int) -> bool:
    """``chỉ định Q giữ chức T, gồm: T P; T P``: a title of everybody who is listed with one of their own."""
    gap = line.gap[i + 1] if line.kinds[i + 1] in "TR" else ""
    return "gồm" in gap and bool(_INTRODUCES.fullmatch(gap)) and _name_ahead(line, i + 1) > 0


def _listed(line: _Line, i: int) -> list[int]:
    """The name at ``i`` and those listed after it, each perhaps with titles of its own behind it or a rank in front."""
    names = [i]
    dashed = line.kinds[i + 1] in "TR" and line.gap[i + 1].strip() in ("-", "–")
    titled = line.kinds[i - 1] == "T" and _GLUE.fits(line.gap[i])
    honours = line.kinds[i - 1] == "R" and ":" in line.gap[i]
    for j in range(i + 1, len(line.at)):
        gap, ahead = line.gap[j], line.kinds[j + 1] == "P" and _GLUE.fits(line.gap[j + 1])
        if ":" in gap:
            break
        if line.kinds[j] == "P":
            before = line.kinds[j - 1]
            if before == "R" and honours:
                break  # "các R: P, P; R P": another honour heads what follows
            glued = (before == "R" or titled) and _GLUE.fits(gap)
            if not (glued or before == "P" or ";" in gap or "và" in gap or (dashed and _COMMA_NAME.fullmatch(gap))):
                break
            if not (glued or _AND.fits(gap) or _NEXT_ITEM.fullmatch(gap)):
                break
            names.append(j)
        elif not _still_listed(line, j, ahead, titled):
            break
    return names


def _without_own(line: _Line, names: list[int]) -> list[int]:
    """Of ``chuẩn y T đối với P; P, T giữ chức T``, those that are given no other post of their own."""
    ends = [*names[1:], len(line.at)]
    kept = [n for n, end in zip(names, ends, strict=True) if not any("giữ chức" in g for g in line.gap[n + 1 : end])]
    return names[:1] + [n for n in kept if n != names[0]]


def _still_listed(line: _Line, j: int, ahead: bool, titled: bool) -> bool:
    """Whether a title inside a list belongs to it: in front of a listed name, or behind one."""
    gap = line.gap[j]
    if ahead:
        return _AND.fits(gap) and (titled or line.kinds[j] == "R")
    return bool(_SOFT.fits(gap) or _TAKEN.fits(gap) or _AND.fits(gap))


def _belongs_left(line: _Line, i: int, group: list[int]) -> str:
    """The rule by which a title is that of the people before it; empty when it is not."""
    gap = line.gap[i]
    if not group or _PROPOSED.within(line.s, gap) or gap.endswith(" của ") or _COUNTED.within(line.s, gap):
        return ""
    last = group[-1]
    if last < 0 and i == 0:
        if _ONLY_STATE.fits(gap) and not _LIFE.fullmatch(gap):
            return ""
        goes_on = _TAKEN.fits(gap) and _GOES_ON.fullmatch(gap) and _note(line, i)
        return "post.goes-on" if goes_on else ""
    if last < 0 and line.owners.get(i - 1) != [last]:
        # "Năm D, ông được T bổ nhiệm giữ chức T": the office in between only acts
        given = i == 1 and _GOT_FROM.fullmatch(line.gap[0]) and _TAKEN.fits(gap) and _note(line, i)
        return "post.goes-on" if given else ""
    attached = i - 1 == last or line.owners.get(i - 1, [None])[-1] == last
    if attached and _SOFT.fits(gap):
        taken = i - 1 in line.verbs or (_TAKEN.fits(gap) and not _STATE.within(line.s, gap))
        if taken:
            line.verbs.add(i)
        if _next_person_has_it(line, i, last):
            return ""
        return "post.taken" if taken else "post.name-then-title"
    if attached and ";" in gap and _NEXT_TITLE.fullmatch(gap):
        last_in_line = i == len(line.at) - 1 and _STATE.within(line.s, line.gap[i - 1]) is not None
        listed = (i - 1 in line.verbs or last_in_line) and _LISTED.match(line.s.text, line.at[i] + 1)
        return "post.next-in-list" if listed and _note(line, i) else ""
    if attached and _SUMS_UP.fits(gap):
        return "post.sums-up"
    if len(gap) > _FARTHEST or _ANOTHER.within(line.s, gap) or _heads_list(line, i):
        return ""
    if not attached and line.kinds[i - 1] in "TR" and i - 1 not in line.owners and _BESIDE_TITLE.fullmatch(gap):
        return ""  # "P; T, nguyên T": somebody else's, as the title before it
    return "post.taken" if _TAKEN.fits(gap) and _note(line, i) else ""


def _heads_list(line: _Line, i: int) -> bool:
    """``đến thăm nguyên T, T: P, P``: titles of those who are listed after the colon."""
    while line.kinds[i + 1] in "TR" and _SOFT.fits(line.gap[i + 1]):
        i += 1
    return line.kinds[i + 1] == "P" and ":" in line.gap[i + 1] and _INTRODUCES.fullmatch(line.gap[i + 1]) is not None


def _objects_own(line: _Line, i: int) -> bool:
    """``P đã điều động T, T P``: titles of the person who is moved, not of the one who moves."""
    return (
        bool(_TRANSITIVE.within(line.s, line.gap[i]))
        and line.kinds[i + 1] in "TR"
        and _SOFT.fits(line.gap[i + 1])
        and _name_ahead(line, i + 1) > 0
    )


def _stands_alone(line: _Line, i: int) -> bool:
    """``Với cương vị là T, ông P ..``, ``T, ông P, ..``: no name before it takes the title."""
    if _IN_THE_ROLE.within(line.s, line.gap[i]):
        return True
    return bool(_OPENS_CLAUSE.fullmatch(line.gap[i])) and not (line.kinds[i - 1] == "P" or i - 1 in line.owners)


def _given_to_next(line: _Line, i: int) -> bool:
    """``miễn nhiệm chức danh T đối với ông P``, ``.. đối với T P``."""
    return (
        "P" in line.kinds[i + 1 :]
        and _name_ahead(line, i + 1) > 0
        and _TO_PERSON.fits(line.gap[i + 1])
        and bool(_TAKEN.fits(line.gap[i]) or _GIVEN.fullmatch(line.gap[i]))
        and not _PROPOSED.within(line.s, line.gap[i])
    )


def _name_ahead(line: _Line, i: int) -> int:
    """The name at ``i``, or the one that the titles from ``i`` on stand before; 0 when there is none."""
    while line.kinds[i] in "TR":
        if line.kinds[i + 1] == "P" and _GLUE.fits(line.gap[i + 1]):
            return i + 1
        if line.kinds[i + 1] not in "TR" or not _SOFT.fits(line.gap[i + 1]):
            return 0
        i += 1
    return i if line.kinds[i] == "P" else 0


def _note(line: _Line, i: int) -> bool:
    line.verbs.add(i)
    return True


def _next_person_has_it(line: _Line, i: int, last: int) -> bool:
    """``T P, T, T P``: titles before a name when the name before had its own in front, or after ``và``."""
    j = i
    while line.kinds[j + 1] in "TR" and _SOFT.fits(line.gap[j + 1]):
        j += 1
    in_front = line.kinds[last - 1] == "T" and line.owners.get(last - 1) == [last]
    if i - 1 == last and in_front and line.gap[i] == " và " and not _LISTED.match(line.s.text, line.at[i] + 1):
        return True  # "T P và T chúc mừng": an office that acts beside the person
    if not (line.kinds[j + 1] == "P" and _GLUE.fits(line.gap[j + 1])) or j == i:
        return False
    return "và" in line.gap[i] or (i - 1 == last and in_front)


def _holders(line: _Line, i: int, group: list[int]) -> list[int]:
    """Whose a title after several names is: ``ông P và bà P, các T``, ``ông P, T và bà P, T làm T``."""
    if i - 1 == group[-1] and _SUMS_UP.fits(line.gap[i]):
        first = len(group) - 1
        while first and group[first - 1] == group[first] - 1:
            first -= 1
        return group[first:]
    if i not in line.verbs:
        return group[-1:]
    given = {n for j in line.verbs if j < i for n in line.owners.get(j, ())}
    return [n for n in group if n == group[-1] or n not in given]  # "T đối với P; P, T giữ chức T": not the first one's


def _chained_right(line: _Line, i: int) -> bool:
    """``T, nguyên T P``: a title before one that stands right before its name."""
    owners = line.owners.get(i + 1)
    if not owners or owners[0] < i or _PROPOSED.within(line.s, line.gap[i]):
        return False
    if _SOMEBODY_ELSES.within(line.s, line.gap[i]):
        return False
    given = i + 1 in line.verbs and _TAKEN.fits(line.gap[i + 1]) and _JOINED.match(line.gap[i + 1])
    return bool(given or _SOFT.fits(line.gap[i + 1]))


class _FullForms:
    """Where the fullest forms of the names of a page stand."""

    def __init__(self, doc: Document) -> None:
        self._doc = doc
        self._at: dict[str, tuple[int, int]] | None = None

    def evidence(self, person: int, name: str) -> tuple[Evidence, ...]:
        """Evidence of a name that is not the mention's own words."""
        doc = self._doc
        m = doc.mentions[person]
        if doc.text[m.start : m.end] == name:
            return ()
        if self._at is None:
            self._at = {}
            for x in doc.mentions:
                if x.label == "PERSON":
                    self._at.setdefault(one_line(doc.span(x)), (x.start, x.end))
        return (_evidence("post.person.fullest-form", *self._at.get(name, (-1, -1)), "person"),)


def _post(doc: Document, line: _Line, i: int, owner: int, person: int, full_forms: _FullForms) -> Post:
    s = line.s
    title = s.mentions[line.at[i]]
    name = doc.readings[person].value or doc.span(doc.mentions[person])
    organisation, of_body = _organisation(doc, s, line.at[i])
    start, end, of_term = _term(doc, s, line.at[i])
    status, of_status = _status(doc, line, i, owner)
    evidence = (
        _evidence(line.rules[i], *_told_at(doc, line, i, owner, person)),
        *full_forms.evidence(person, name),
        *of_body,
        of_status,
        *of_term,
    )
    return _post_of(person, title, name, organisation, status, start, end, evidence)


def _told_at(doc: Document, line: _Line, i: int, owner: int, person: int) -> tuple[int, int]:
    """The stretch of the page from the person to the title; without a named subject, from where the sentence begins."""
    title, holder = line.s.place(line.at[i], line.at[i] + 1), doc.mentions[person]
    if owner < 0:
        return line.s.start, title[1]
    return min(title[0], holder.start), max(title[1], holder.end)


_UNSAID = "current", Evidence("post.status.nothing-said", column="status")


def _status(doc: Document, line: _Line, i: int, owner: int) -> tuple[str, Evidence]:
    gap = line.gap[i]
    s, at = line.s, line.at[i]
    if state := _STATE.within(line.s, gap):
        begin = line.gap_start(i)
        where = s.place(begin + state.start("word"), begin + state.end("word"))
        return _STATES[state["word"]], _evidence("post.status.word-before", *where, "status")
    title = doc.mentions[s.mentions[at]]
    words = doc.span(title).lower()
    if words.startswith(_ACTING):
        acting = next(a for a in _ACTING if words.startswith(a))
        end = title.start + len(acting.rstrip())
        return "acting", _evidence("post.status.in-title", title.start, end, "status")
    if s.text[at] == "R":
        return _UNSAID
    if i in line.verbs:
        changed = _change(line, *_verb_gap(line, i), max(0, min(owner, i)))
        return changed or _UNSAID
    if line.verbs and not _MEMBER.match(doc.span(title)):
        for j in sorted(line.verbs):
            if j > i and line.owners[j] == line.owners[i]:
                changed = _change(line, j, j, j)
                if changed and changed[0] in ("new", "elected"):
                    where = changed[1].start, changed[1].end
                    return "old", _evidence("post.status.another-taken", *where, "status")
    return _UNSAID


def _verb_gap(line: _Line, i: int) -> tuple[int, int]:
    """The words before a title, or before the first of a list that it continues (``từng giữ chức T, T``); and ``i``."""
    first = i
    while (
        first - 1 in line.verbs
        and line.owners.get(first - 1) == line.owners.get(first)
        and line.gap[first]
        and not line.gap[first].strip(" ,;")
    ):
        first -= 1
    return first, i


def _change(line: _Line, near: int, last: int, first: int) -> tuple[str, Evidence] | None:
    """What a verb did, and that verb: in the words ``gap[near]`` before the title, or in all from ``gap[first]`` to
    ``gap[last]``."""
    gap, begin = line.gap[near], line.gap_start(near)
    for pattern, status in ((_GIVES_UP, "dismissed"), (_ONCE, "former")):
        if m := pattern.within(line.s, gap):
            return status, _by_verb(line, begin + m.start(), begin + m.end())
    gaps = range(first, last + 1)
    before = "".join(line.gap[j] for j in gaps)
    for change, status in ((_ELECTS, "elected"), (_APPOINTS, "new")):
        if m := change.search(before):
            at = [line.gap_start(j) + k for j in gaps for k in range(len(line.gap[j]))]
            return status, _by_verb(line, at[m.start()], at[m.end() - 1] + 1)
    return None


def _by_verb(line: _Line, start: int, end: int) -> Evidence:
    return _evidence("post.status.verb", *line.s.place(start, end), "status")


_PARENT = plain(
    r"(?: ?, |,? (?:trực )?thuộc | của | \((?:thuộc )?| - | )O(?! (?:đã|vừa|còn|cũng|sẽ|tổ chức|cùng|quyết định|"
    r"thống nhất|biểu quyết|tiếp tục|và)(?!\w))"
)
_WORKPLACE = regex.compile(r"(?:công tác|nhiệm vụ) tại (?P<body>O)[^.;PTR]{0,80}\Z")
_TERM = plain(
    r"(?:,? (?:khóa [^,;:.PTRD]{1,14}|này|[OL]|(?:tham gia|vào|phụ trách|thuộc|của|(?:(?:được|đến|về|điều động|nhận|"
    r"công tác|nhiệm vụ) )+tại) [OL]|thời (?:hạn|gian)(?: bổ nhiệm| giữ chức vụ| là| Q){0,4})){0,3},? \(?D"
)
"""The term behind a title: only what belongs to the post may stand between; a period after a verb is another's."""


def _organisation(doc: Document, s: Skeleton, at: int) -> tuple[str, tuple[Evidence, ...]]:
    """The body behind the title (``Trưởng phòng Nghiệp vụ, O``), inside it, or where the person is sent to hold it."""
    behind = _PARENT.match(s.text, at + 1) if "O" in s.letters else None
    if behind:
        return _body(doc, s, behind.end() - 1, "post.organisation.behind")
    title = doc.mentions[s.mentions[at]]
    words = doc.span(title)
    inside = body_in_title(words)
    sent = _WORKPLACE.search(s.text, max(0, at - 200), at) if "O" in s.letters and " " not in inside else None
    if sent:
        return _body(doc, s, sent.start("body"), "post.organisation.workplace")
    if not inside:
        return "", ()
    start = title.start + (0 if words.startswith(inside) else len(words) - len(inside))
    return inside, (_evidence("post.organisation.in-title", start, start + len(inside), "organisation"),)


def _body(doc: Document, s: Skeleton, at: int, rule: str) -> tuple[str, tuple[Evidence, ...]]:
    m = doc.mentions[s.mentions[at]]
    return doc.span(m), (_evidence(rule, m.start, m.end, "organisation"),)


def _term(doc: Document, s: Skeleton, at: int) -> tuple[str, str, tuple[Evidence, ...]]:
    """First and last day of the term that directly follows the title; empty when none is stated."""
    m = _TERM.match(s.text, at + 1) if "D" in s.letters else None
    detail = doc.readings[s.mentions[m.end() - 1]].detail if m else None
    if m is None or not isinstance(detail, TimeValue) or detail.kind not in ("term", "interval"):
        return "", "", ()
    days = (("start", detail.start_date), ("end", detail.end_date))
    where = s.place(m.end() - 1, m.end())
    evidence = tuple(_evidence("post.term-behind", *where, column) for column, day in days if day)
    return detail.start_date, detail.end_date, evidence
