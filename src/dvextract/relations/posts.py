"""Who holds which post: sentences with PERSON and TITLE mentions to `Post` rows.

A title belongs to the name it stands right before, else to the person whose apposition or appointment it continues,
else to the names it introduces or sums up; a sentence without a subject goes on about the person before it. Every
decision looks only at the words between two neighbouring names or titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from dvextract.document import Document, Post, TimeValue
from dvextract.relations.address import CALLED, ONE
from dvextract.relations.bodies import body_in_title
from dvextract.relations.skeleton import Skeleton

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
_SOFT = regex.compile(
    rf"\)?{_ASIDE}{{0,4}} ?(?:[,(/:-] ?)?(?:{_LINK}[ ,]*){{0,3}}(?:{_HELD} )?(?:(?:chức danh|chức vụ|chức|các|một) )?"
    rf"(?:(?:{_FORMER}|quyền|q\.|phụ trách|tân|cố) ?(?:là )?)?"
)
_GLUE = regex.compile(
    rf"(?:,? ?khóa [^,;:.PTR]{{1,14}}| ?\([^()PTR]{{1,60}}\)|(?:,| phụ trách| thuộc) O|, L)?\)?"
    rf"(?!\. {ONE}(?!\w))[ .]*(?:: |- |là )?{CALLED}"
)
_APPOSED = regex.compile(rf"{_ASIDE}{{0,2}}, {CALLED}")
_AND = regex.compile(rf"{_ASIDE}{{0,3}} ?(?:[,;] ?)?(?:(?:và|cùng|cùng với|với) )?(?:{_FORMER} )?{CALLED}")
_COMMA_NAME = regex.compile(rf", {ONE} ")
_NEXT_TITLE = regex.compile(rf"{_ASIDE}{{0,3}} ?; ?(?:và |D[:,]? )?(?:{_FORMER} )?")
_NEXT_ITEM = regex.compile(rf"[^;:.PTR]{{0,80}}; ?(?:và )?{CALLED}")
_INTRODUCES = regex.compile(rf"(?:{_ASIDE}{{0,3}}|[^;.PTR]{{0,80}} (?=gồm)) ?:? ?(?:gồm|gồm có|là|có)? ?:? ?{CALLED}")
_SUMS_UP = regex.compile(
    rf"{_ASIDE}{{0,2}} ?(?:[,-] ?)?(?:đều |cùng )?(?:là )?(?:các|cùng|đều|đồng|hai|ba) ?(?:là )?(?:{_FORMER} )?"
)
_PLURAL_BEFORE = regex.compile(rf"(?:\A|[^\w])(?:các|hai|ba|bốn|những|\d+) ?(?:{_FORMER} )?\Z")

_TAKES = (
    r"(?:giữ|làm|là|đảm nhiệm|đảm nhận|đảm trách|đảm đương|nhận|trở thành|bầu|bổ sung|bổ nhiệm|chức|chức vụ|chức danh|"
    r"cương vị|vị trí|trọng trách|nhiệm vụ|vai trò|tái cử|đắc cử|trúng cử|tham gia|chỉ định|phân công|cử|"
    r"phụ trách|quyền|"
    r"kiêm|kiêm nhiệm|nguyên|cựu|lên|vào|miễn nhiệm|thôi|bãi nhiệm|cách chức|tư cách|chuẩn y|phê chuẩn|hàm|danh hiệu|"
    r"cấp bậc|"
    r"ghế|rồi|sang|từ|công tác|bầu cử|như)"
)
_TAKEN = regex.compile(
    rf"(?:\A|.*[^\w]){_TAKES}(?:[ :,]+(?:{_TAKES}|O|Q|các|một|của|tân|như|sau|cụ thể|gồm|bao gồm|cả|đây|"
    rf"chủ chốt|quan trọng|cán bộ|giảng viên|giáo viên|chuyên viên|nhân viên)){{0,30}}[ :(,]*",
    regex.DOTALL,
)
_PROPOSED = regex.compile(
    r"giới thiệu|kiện toàn|khuyết|đề cử|ứng cử|ứng viên|quy hoạch|"
    r"để (?:[OT] )?(?:bổ nhiệm|hiệp thương|cử|bầu)|dự kiến|nhân sự"
)
_ANOTHER = regex.compile(
    r"(?<!\w)(?:thay|kế nhiệm|trao|ký|công bố|thông qua|cho biết|chúc mừng|bàn giao|tổ chức E|thi tuyển|kỳ thi|"
    r"tuyển chọn|đến khi|danh nghĩa|(?:ủy|uỷ) quyền|(?:trình bày|đọc) (?:báo cáo|tờ trình|dự thảo)|"
    r"(?:để|giúp|ủng hộ|mời) [LO])(?!\w)"
)
"""Verbs after which the title is somebody else's than the subject's: of whom they tell, or of the place or body that
they let do something (``ủng hộ L đảm nhiệm vai trò T``)."""
_DOES = regex.compile(r"(?<!\w)(?:trao|công bố|ký|quyết định|chỉ định|bổ nhiệm|thông qua)(?!\w)")
_TRANSITIVE = regex.compile(
    r"(?<!\w)(?<!được )(?:bổ nhiệm|điều động|luân chuyển|chuẩn y|chỉ định|bầu(?: bổ sung)?|phân công|miễn nhiệm)"
    r"(?: lại)? \Z"
)
"""A verb whose object is the person that the titles after it stand before: ``bổ nhiệm T, T P giữ chức T``."""
_FARTHEST = 240  # characters between a person and a title that a verb gives to them
_TO_PERSON = regex.compile(
    rf"(?!.*(?:thay|kế nhiệm)){_ASIDE}{{0,3}}[^;.PTR]{{0,40}}?(?:đối với|cho|của|là|gồm|với)"
    rf"(?: (?:Q|cán bộ)[^;.PTR]{{0,60}}?(?:gồm|:))? ?:? ?{CALLED}(?:{_FORMER} )?"
)
_GIVEN = regex.compile(r".*(?<!\w)giao(?: nhiệm vụ| quyền)?(?: cho)? ", regex.DOTALL)
_OPENS_CLAUSE = regex.compile(r"(?:\A|.*[:;,.-]) ?(?:nguyên |cựu )?", regex.DOTALL)
_SOMEBODY_ELSES = regex.compile(r"(?:ủy quyền|uỷ quyền|quyết định|cán bộ|chỉ đạo|đồng ý|luân chuyển|G|D) của \Z")
_GOT_FROM = regex.compile(rf"[^:;PTRO]{{0,60}}?(?<!\w){ONE} (?:đã |vừa |tiếp tục )*được ")
_JOINED = regex.compile(rf"{_ASIDE}{{0,3}} ?(?:,|;|và )")
_IN_THE_ROLE = regex.compile(
    r"(?:(?:cương vị|vai trò|tư cách|danh nghĩa)(?: là)?|\A(?:(?:đang|từng|khi|sau khi|trước khi|còn|hiện) )+"
    r"(?:là|làm|giữ chức(?: vụ)?)) ?\Z"
)
_GIVES_UP = regex.compile(r"(?<!\w)(?:thôi|miễn nhiệm|bãi nhiệm|cách chức|bãi miễn|từ chức|cho nghỉ|từ nhiệm)(?!\w)")
_ELECTS = regex.compile(r"(?<!\w)(?:bầu|trúng cử|đắc cử|tái cử|hiệp thương cử|(?:được|đồng chí|\A) ?cử)(?!\w)")
_APPOINTS = regex.compile(
    r"(?<!\w)(?:bổ nhiệm|điều động|luân chuyển|chỉ định|phân công|giữ chức|chuẩn y|phê chuẩn|đảm nhận|"
    r"nhận nhiệm vụ|lên (?:chức|làm|vị trí)|(?:được(?! biết)|cử|công)[^PTR]{0,40} làm)(?!\w)"
)
_ONCE = regex.compile(r"(?<!\w)(?:từng|đã qua)(?!\w)")
_STATE = regex.compile(r"(?<!\w)(?P<word>nguyên|cựu|cố|quyền|q\.|phụ trách|tân)[ :]*(?:là )?\Z")
_MEMBER = regex.compile(
    r"(?:nữ )?(?:(?:tỉnh|thành|huyện|thị|quận|đảng|quân) ủy viên|(?:ủy|uỷ) viên (?:dự khuyết )?(?:ban thường vụ|btv|"
    r"ban chấp hành|bch|trung ương|bộ chính trị)|đại biểu)(?!\w)",
    regex.IGNORECASE,
)
"""A seat in a committee or an assembly, which a new office does not end."""
_ACTING = regex.compile(r"(?:quyền|q\.|phụ trách) ")
_LISTED = regex.compile(rf"{_ASIDE}{{0,3}} ?(?:[,;.…)(-]|\Z|(?:kiêm|và|rồi) )")
"""What follows a title that is one of a list; a title that acts has its verb there."""
_GOES_ON = regex.compile(
    r"(?:[^:;PTRO]{0,60}?(?<!\w)(?:ông|bà|anh|chị|đồng chí|đ/c|cô|chú|bác)|[-*+ ]*(?:D[,:]? )?"
    r"(?:(?:trước đó|trước đây|sau đó|hiện nay|ngoài ra),? )?"
    r"(?:[^:;,PTRO]{0,30} )?(?:từng|quá trình|chức vụ|là|giữ|làm|nguyên|tái đắc cử))(?!\w)[^;]{0,160}"
)
"""How a sentence without a named subject goes on about the person before it."""

_PRONOUN = regex.compile(
    r"(?:[^PTR:;]{0,60}[,] )?(?:ông|bà|anh|chị|cụ)(?! [PTRA])(?= (?:đã|được|là|từng|\w+))[^:]*?[^: ] ?"
)
"""A sentence that goes on about the person before it (``Năm D, ông được gặp P``), whoever else it names."""
_LIFE = regex.compile(r"[-*+ ]*(?:nguyên|từng|đã từng|hiện là) ")
"""How a line of a life begins; it may stand in another block than the name."""

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
    """The names and titles of a sentence: ``at`` their positions, ``gap[i]`` the words before ``at[i]``.

    ``owners`` gives the people of every title decided so far, by place in ``at``; ``verbs`` the titles taken by a verb.
    """

    s: Skeleton
    at: list[int]
    gap: list[str]
    owners: dict[int, list[int]] = field(default_factory=dict)
    verbs: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, s: Skeleton) -> _Line:
        at = s.positions("PTR")
        edges = [-1, *at]
        return cls(s, at, [s.text[a + 1 : b] for a, b in zip(edges, at, strict=False)])

    def is_name(self, i: int) -> bool:
        return 0 <= i < len(self.at) and self.s.text[self.at[i]] == "P"

    def is_title(self, i: int) -> bool:
        return 0 <= i < len(self.at) and self.s.text[self.at[i]] in "TR"


def posts(doc: Document, sentences: Sequence[Skeleton]) -> tuple[Post, ...]:
    """Every post the page states, in text order; one row a person's mention, title and status."""
    found: list[Post] = []
    subject: int | None = None
    block = -1
    for k, s in enumerate(sentences):
        line = _Line.of(s)
        names = [i for i in range(len(line.at)) if line.is_name(i)]
        near = s.block == block or bool(_LIFE.match(s.text))
        block = s.block
        _assign(line, near and subject is not None)
        for i, owners in sorted(line.owners.items()):
            for owner in owners:
                person = subject if owner < 0 else s.mentions[line.at[owner]]
                if person is not None:
                    found.append(_post(doc, line, i, owner, person))
        signer = _signer(line, sentences[k + 1 : k + 1 + _SIGNATURE])
        if signer is not None:
            found.append(_post(doc, line, len(line.at) - 1, len(line.at) - 1, signer))
        if names and not (subject is not None and near and _PRONOUN.match(s.text, 0, line.at[names[0]])):
            subject = s.mentions[line.at[names[0]]]
    return tuple(dict.fromkeys(found))


_SIGNATURE = 3  # lines from the office under a letter to the name below it
_OFFICE_SIGNS = regex.compile(r"[^P]*T ?(?P<signed>\(đã k[ýí]\))? ?")
_SIGNED = regex.compile(r"(?:.*[^\w])?\(?đã k[ýí]\)?[ .;]*")


def _signer(line: _Line, following: Sequence[Skeleton]) -> int | None:
    """Who signs for the office that ends a line: the name that ends one of the next lines, after ``(Đã ký)``."""
    office = _OFFICE_SIGNS.fullmatch(line.s.text)
    if office is None or line.owners.get(len(line.at) - 1):
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
        if line.is_name(i):
            group = _grouped(line, i, group)
            _introduced(line, i)
            continue
        if line.is_name(i + 1) and _GLUE.fullmatch(line.gap[i + 1]):
            line.owners[i] = [i + 1]
        elif _given_to_next(line, i):
            names = _listed(line, _name_ahead(line, i + 1))
            line.owners[i] = names if _GIVES_UP.search(line.gap[i]) else _without_own(line, names)
            line.verbs.add(i)
        elif _enumerated(line, i):
            line.owners[i] = _listed(line, _name_ahead(line, i + 1))
        elif line.is_name(i + 1) and _APPOSED.fullmatch(line.gap[i + 1]) and _stands_alone(line, i):
            line.owners[i] = [i + 1]
        elif not _objects_own(line, i) and _belongs_left(line, i, group):
            line.owners[i] = _holders(line, i, group)
    for i in range(len(line.at) - 2, -1, -1):
        if line.is_title(i) and i not in line.owners and _chained_right(line, i):
            line.owners[i] = line.owners[i + 1]


def _grouped(line: _Line, i: int, group: list[int]) -> list[int]:
    """The names coordinated up to ``i``: ``bà P và ông P``."""
    before = i - 1
    while line.is_title(before) and line.owners.get(before) == [i]:
        before -= 1
    if not group or group[-1] < 0 or not _AND.fullmatch(line.gap[before + 1]):
        return [i]
    held = line.owners.get(before) == group[-1:] and before not in line.verbs
    return [*group, i] if held or before == group[-1] else [i]


def _introduced(line: _Line, i: int) -> None:
    """``các T: P, ..; P, ..``: the title before the first name is every listed name's."""
    title = i - 1
    if not line.is_title(title):
        return
    plural = _PLURAL_BEFORE.search(line.gap[title])
    listed = ":" in line.gap[i] or "gồm" in line.gap[i]
    if title in line.owners and title not in line.verbs and _DOES.search(line.gap[i]):
        return  # "P, T, đã trao quyết định chỉ định Q, gồm: P, T": the office acts
    if title in line.owners and not (plural or listed):
        return
    if _INTRODUCES.fullmatch(line.gap[i]) and (listed or plural):
        line.owners[title] = _listed(line, i)


def _enumerated(line: _Line, i: int) -> bool:
    """``chỉ định Q giữ chức T, gồm: T P; T P``: a title of everybody who is listed with one of their own."""
    gap = line.gap[i + 1] if line.is_title(i + 1) else ""
    return "gồm" in gap and bool(_INTRODUCES.fullmatch(gap)) and _name_ahead(line, i + 1) > 0


def _listed(line: _Line, i: int) -> list[int]:
    """The name at ``i`` and those listed after it, each perhaps with titles of its own behind it or a rank in front."""
    names = [i]
    dashed = line.is_title(i + 1) and line.gap[i + 1].strip() in ("-", "–")
    titled = line.is_title(i - 1) and line.s.text[line.at[i - 1]] == "T" and bool(_GLUE.fullmatch(line.gap[i]))
    for j in range(i + 1, len(line.at)):
        gap, ahead = line.gap[j], line.is_name(j + 1) and bool(_GLUE.fullmatch(line.gap[j + 1]))
        if ":" in gap:
            break
        if line.is_name(j):
            before = line.s.text[line.at[j - 1]]
            glued = (before == "R" or titled) and _GLUE.fullmatch(gap)
            if not (glued or before == "P" or ";" in gap or "và" in gap or (dashed and _COMMA_NAME.fullmatch(gap))):
                break
            if not (glued or _AND.fullmatch(gap) or _NEXT_ITEM.fullmatch(gap)):
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
        return bool(_AND.fullmatch(gap)) and (titled or line.s.text[line.at[j]] == "R")
    return bool(_SOFT.fullmatch(gap) or _TAKEN.fullmatch(gap) or _AND.fullmatch(gap))


def _belongs_left(line: _Line, i: int, group: list[int]) -> bool:
    gap = line.gap[i]
    if not group or _PROPOSED.search(gap) or gap.endswith(" của "):
        return False
    last = group[-1]
    if last < 0 and i == 0:
        return bool(_TAKEN.fullmatch(gap) and _GOES_ON.fullmatch(gap) and _note(line, i))
    if last < 0 and line.owners.get(i - 1) != [last]:
        # "Năm D, ông được T bổ nhiệm giữ chức T": the office in between only acts
        return i == 1 and bool(_GOT_FROM.fullmatch(line.gap[0]) and _TAKEN.fullmatch(gap)) and _note(line, i)
    attached = i - 1 == last or line.owners.get(i - 1, [None])[-1] == last
    if attached and _SOFT.fullmatch(gap):
        if i - 1 in line.verbs or (_TAKEN.fullmatch(gap) and not _STATE.search(gap)):
            line.verbs.add(i)
        return not _next_person_has_it(line, i, last)
    if attached and ";" in gap and _NEXT_TITLE.fullmatch(gap):
        last_in_line = i == len(line.at) - 1 and _STATE.search(line.gap[i - 1]) is not None
        return (
            (i - 1 in line.verbs or last_in_line)
            and bool(_LISTED.match(line.s.text, line.at[i] + 1))
            and _note(line, i)
        )
    if _SUMS_UP.fullmatch(gap) and attached:
        return True
    if len(gap) > _FARTHEST or _ANOTHER.search(gap) or _heads_list(line, i):
        return False
    return bool(_TAKEN.fullmatch(gap)) and _note(line, i)


def _heads_list(line: _Line, i: int) -> bool:
    """``đến thăm nguyên T, T: P, P``: titles of those who are listed after the colon."""
    while line.is_title(i + 1) and _SOFT.fullmatch(line.gap[i + 1]):
        i += 1
    return line.is_name(i + 1) and ":" in line.gap[i + 1] and _INTRODUCES.fullmatch(line.gap[i + 1]) is not None


def _objects_own(line: _Line, i: int) -> bool:
    """``P đã điều động T, T P``: titles of the person who is moved, not of the one who moves."""
    return (
        bool(_TRANSITIVE.search(line.gap[i]))
        and line.is_title(i + 1)
        and bool(_SOFT.fullmatch(line.gap[i + 1]))
        and _name_ahead(line, i + 1) > 0
    )


def _stands_alone(line: _Line, i: int) -> bool:
    """``Với cương vị là T, ông P ..``, ``T, ông P, ..``: no name before it takes the title."""
    if _IN_THE_ROLE.search(line.gap[i]):
        return True
    return bool(_OPENS_CLAUSE.fullmatch(line.gap[i])) and not (line.is_name(i - 1) or i - 1 in line.owners)


def _given_to_next(line: _Line, i: int) -> bool:
    """``miễn nhiệm chức danh T đối với ông P``, ``.. đối với T P``."""
    return (
        i + 1 < len(line.at)
        and bool(_TO_PERSON.fullmatch(line.gap[i + 1]))
        and bool(_TAKEN.fullmatch(line.gap[i]) or _GIVEN.fullmatch(line.gap[i]))
        and not _PROPOSED.search(line.gap[i])
        and _name_ahead(line, i + 1) > 0
    )


def _name_ahead(line: _Line, i: int) -> int:
    """The name at ``i``, or the one that the titles from ``i`` on stand before; 0 when there is none."""
    while line.is_title(i):
        if line.is_name(i + 1) and _GLUE.fullmatch(line.gap[i + 1]):
            return i + 1
        if not line.is_title(i + 1) or not _SOFT.fullmatch(line.gap[i + 1]):
            return 0
        i += 1
    return i if line.is_name(i) else 0


def _note(line: _Line, i: int) -> bool:
    line.verbs.add(i)
    return True


def _next_person_has_it(line: _Line, i: int, last: int) -> bool:
    """``T P, T, T P``: titles before a name when the name before had its own in front, or after ``và``."""
    j = i
    while line.is_title(j + 1) and _SOFT.fullmatch(line.gap[j + 1]):
        j += 1
    in_front = line.is_title(last - 1) and line.owners.get(last - 1) == [last] and line.s.text[line.at[last - 1]] == "T"
    if i - 1 == last and in_front and line.gap[i] == " và " and not _LISTED.match(line.s.text, line.at[i] + 1):
        return True  # "T P và T chúc mừng": an office that acts beside the person
    if not (line.is_name(j + 1) and _GLUE.fullmatch(line.gap[j + 1])) or j == i:
        return False
    return "và" in line.gap[i] or (i - 1 == last and in_front)


def _holders(line: _Line, i: int, group: list[int]) -> list[int]:
    """Whose a title after several names is: ``ông P và bà P, các T``, ``ông P, T và bà P, T làm T``."""
    if i - 1 == group[-1] and _SUMS_UP.fullmatch(line.gap[i]):
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
    if not owners or owners[0] < i or _PROPOSED.search(line.gap[i]):
        return False
    if _SOMEBODY_ELSES.search(line.gap[i]):
        return False
    given = i + 1 in line.verbs and _TAKEN.fullmatch(line.gap[i + 1]) and _JOINED.match(line.gap[i + 1])
    return bool(given or _SOFT.fullmatch(line.gap[i + 1]))


def _post(doc: Document, line: _Line, i: int, owner: int, person: int) -> Post:
    s = line.s
    title = s.mentions[line.at[i]]
    name = doc.readings[person].value or doc.span(doc.mentions[person])
    organisation = _organisation(doc, s, line.at[i])
    start, end = _term(doc, s, line.at[i])
    return Post(person, title, name, organisation, _status(doc, line, i, owner), start, end)


def _status(doc: Document, line: _Line, i: int, owner: int) -> str:
    gap = line.gap[i]
    if state := _STATE.search(gap):
        return _STATES[state["word"]]
    if _ACTING.match(doc.span(doc.mentions[line.s.mentions[line.at[i]]]).lower()):
        return "acting"
    if line.s.text[line.at[i]] == "R":
        return "current"
    before = "".join(line.gap[max(0, min(owner, i)) : i + 1])
    if i in line.verbs:
        return _change(_verb_gap(line, i), before) or "current"
    if not _MEMBER.match(doc.span(doc.mentions[line.s.mentions[line.at[i]]])) and any(
        line.owners[j] == line.owners[i] and _change(line.gap[j], line.gap[j]) in ("new", "elected")
        for j in line.verbs
        if j > i
    ):
        return "old"
    return "current"


def _verb_gap(line: _Line, i: int) -> str:
    """The words before a title, or before the first of a list that it continues (``từng giữ chức T, T``)."""
    while (
        i - 1 in line.verbs and line.owners.get(i - 1) == line.owners.get(i) and regex.fullmatch(r"[ ,;]+", line.gap[i])
    ):
        i -= 1
    return line.gap[i]


def _change(gap: str, before: str) -> str:
    """What a verb did: the words before the title, then all words since the person and before the person."""
    if _GIVES_UP.search(gap):
        return "dismissed"
    if _ONCE.search(gap):
        return "former"
    if _ELECTS.search(before):
        return "elected"
    return "new" if _APPOINTS.search(before) else ""


_PARENT = regex.compile(
    r"(?: ?, |,? (?:trực )?thuộc | của | \((?:thuộc )?| - | )O(?! (?:đã|vừa|tổ chức|cùng|quyết định|"
    r"và)(?!\w))"
)
_WORKPLACE = regex.compile(r"(?:công tác|nhiệm vụ) tại (?P<body>O)[^.;PTR]{0,80}\Z")
_TERM = regex.compile(r"(?:[^;.PTR]{0,40}?)[, (]D")


def _organisation(doc: Document, s: Skeleton, at: int) -> str:
    """The body behind the title (``Trưởng phòng Nghiệp vụ, O``), inside it, or where the person is sent to hold it."""
    behind = _PARENT.match(s.text, at + 1)
    if behind:
        return doc.span(doc.mentions[s.mentions[behind.end() - 1]])
    inside = body_in_title(doc.span(doc.mentions[s.mentions[at]]))
    if " " in inside:
        return inside
    sent = _WORKPLACE.search(s.text, max(0, at - 200), at)
    return doc.span(doc.mentions[s.mentions[sent.start("body")]]) if sent else inside


def _term(doc: Document, s: Skeleton, at: int) -> tuple[str, str]:
    """First and last day of the term that directly follows the title; empty when none is stated."""
    m = _TERM.match(s.text, at + 1)
    detail = doc.readings[s.mentions[m.end() - 1]].detail if m else None
    if isinstance(detail, TimeValue) and detail.kind in ("term", "interval"):
        return detail.start_date, detail.end_date
    return "", ""
