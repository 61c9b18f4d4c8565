"""Where spans begin and end, by rule: a `Mender` corrects the edges of a span that the tagger proposed.

The tagger knows what a span is about and errs by a word at its edges; where the language leaves no choice, a rule
decides. What a correction leaves over is reported as free, so that the grammars' findings may fill it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal, NamedTuple

import regex

from dvextract.grammar.automaton import Automaton
from dvextract.grammar.engine import Engines, usual
from dvextract.grammar.fold import page_shadow, shadow
from dvextract.grammar.phrase import standing_phrases
from dvextract.lexicon.tsv import rows

BEFORE, BEHIND = 48, 96
"""How far around a span, in code points, the patterns may look."""
PRECEDING = 24
"""Code points that the patterns of ``precede`` match at most."""

Action = Literal["cut", "behead", "widen", "precede", "split", "drop"]


@dataclass(frozen=True, slots=True)
class Edge:
    """A regularity of one label's edges.

    ``cut``: the span ends where the pattern is found in it, and is none if that is where it starts. ``behead``: what
    matches at its start is left out. ``widen`` and ``precede``: what matches right behind it or right before it is
    taken in. ``split``: the span is two, and what matches lies between them. ``drop``: the pattern covers the whole
    span, which is no mention. Patterns see the folded text around the span, those of ``precede`` only what is before
    it; ``of`` must match from the span's start and sees nothing behind its end. Words of a lexicon stand for ``{rest}``
    (of counted_compounds.tsv, what follows the words the span ends with), ``{standing}`` (standing_phrases.tsv) and
    ``{country}`` (countries.tsv).
    Without the character ``mark`` in it a span is not tried. In ``cut``, a group ``body`` is an organisation of its
    own. ``examples`` map a text with the span in [brackets] to what it must become, pieces separated by ``|``.
    """

    name: str
    label: str
    action: Action
    pattern: str
    of: str = ""
    mark: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)


_BODY = (
    r"(?:HĐND|Hội đồng nhân dân|BCH|Ban [Cc]hấp hành|Ban Thường vụ|Ban Thường trực|Ban Bí thư|UBKT|UB [Kk]iểm tra"
    r"|[ỦU]y ban [Kk]iểm tra|Tỉnh ủy|Thành ủy|Huyện ủy|Quốc hội|UBND)"
    r"(?:(?:(?<=\p{L}) - |[ \n])(?:(?:tỉnh|huyện|quận|xã|phường|thị xã|thành phố|đặc khu|ủy|bộ|đoàn|lao động"
    r"|ban(?= MTTQ))(?!\p{L})|TP\.HCM|T\.Ư|\p{Lu}\p{L}*))*+"
)
_TERM = r"(?: khóa (?:\p{Lu}++|\d++))?+"
_YEARS = r"(?:,? nhiệm kỳ \d{4} ?- ?\d{4})?+"
_DOES = (
    r"(?:đã|sẽ|vừa(?! qua)|cũng|bầu|xem xét|họp|tiến hành|tổ chức(?! (?:trong|ngày|từ|vào|tại|sáng|chiều))"
    r"|chấp nhận|thông qua|công bố|biểu quyết|quyết định|thảo luận|thống nhất|miễn nhiệm|hiệp thương)(?!\p{L})"
)
_MEETS = r"(?:[Kk]ỳ họp|[Pp]hiên họp|[Hh]ội nghị|[Đđ]ại hội|[Pp]hiên (?:khai mạc|bế mạc))"
_ENVOY = (  # whose office the name of a country goes on with
    r"(?i:tổng thống|thủ tướng|ngoại trưởng|quốc vương|nhà vua|thái tử|đại sứ|tổng lãnh sự|thượng nghị sĩ|hạ nghị sĩ"
    r"|(?:bộ trưởng|người phát ngôn)(?: bộ)? (?:ngoại giao|quốc phòng)|chủ tịch (?:quốc hội|thượng viện|hạ viện))"
)


EDGES: tuple[Edge, ...] = (
    # -- PERSON, TITLE --
    Edge(
        "person.country",
        "PERSON",
        "behead",
        rf"(?<=(?<!\p{{L}}){_ENVOY} )(?:{{country}}) (?=\p{{Lu}})"
        r"|(?:Hàn Quốc|Triều Tiên|Trung Quốc|Nhật Bản|Hoa Kỳ) (?=\p{Lu})",  # no name of a person begins so
        examples={
            "Tổng thống [Pháp Jean Dupré] đến": "Jean Dupré",
            "Thủ tướng [Hàn Quốc Park Min Ho]": "Park Min Ho",
            "nhà lãnh đạo [Triều Tiên Han Min]-su": "Han Min-su",
            "ca sĩ [Mỹ Hạnh]": "Mỹ Hạnh",
        },
    ),
    Edge(
        "person.hyphen",
        "PERSON",
        "widen",
        r"-(?!(?:nguyên|cựu|cố|tân|kiêm|quyền|trưởng|phó|chủ|bí|thứ|ủy|giám|tổng|đại)(?!\p{L}))\p{Ll}{1,6}(?:-\p{Ll}{1,6})*(?!\p{L})",
        examples={
            "ông [Park Min]-ho nói": "Park Min-ho",
            "[Cầm Bun]-nhăng và": "Cầm Bun-nhăng",
            "bà [Lò Thị Én]-nguyên chủ tịch": "Lò Thị Én",
        },
    ),
    Edge(
        "title.country",
        "TITLE",
        "widen",
        r" (?:{country})(?= \p{Lu})",
        of=rf"(?:.* )?{_ENVOY}\Z",
        examples={
            "[Tổng thống] Pháp Jean Dupré": "Tổng thống Pháp",
            "[Phó Thủ tướng] Nguyễn Văn Bé": "Phó Thủ tướng",
            "[Thủ tướng] Anh, bà Mary": "Thủ tướng",
        },
    ),
    # -- QUANTITY --
    Edge(
        "quantity.comparator",
        "QUANTITY",
        "precede",
        r"(?<!\p{L})(?i:trên|gần|khoảng|chừng|xấp xỉ|dưới|ít nhất|tối thiểu|không quá|tối đa|xung quanh"
        r"|(?<!(?:sớm|muộn|rẻ|đắt|nhiều|ít|thấp|nhanh|chậm|già|trẻ|đông) )hơn) \Z"
        r"(?<!(?:rải rác|nằm|phát|có mặt|trải|chạy|tổ chức) trên )",
        examples={
            "ngôi chùa đã trên [200 năm] tuổi": "trên 200 năm",
            "xong sớm hơn [1 năm]": "1 năm",
            "Không quá [17 ngày]": "Không quá 17 ngày",
            "nương rải rác trên [25 km] dốc": "25 km",
        },
    ),
    Edge(
        "quantity.comparison",
        "QUANTITY",
        "behead",
        # dài hơn 12 mét is a length above twelve metres, no comparison
        r"(?<=(?:sớm|muộn|rẻ|đắt|thấp|nhanh|chậm|già|trẻ) )hơn "
        r"|(?<=(?:rải rác|nằm|phát|có mặt|trải) )trên ",
        examples={"bán rẻ [hơn 10%]": "10%", "thân dài [hơn 12 mét]": "hơn 12 mét"},
    ),
    Edge(
        "quantity.upwards",
        "QUANTITY",
        "widen",
        r" trở (?:lên|xuống)(?!\p{L})",
        examples={"dân số [18 tuổi] trở lên": "18 tuổi trở lên"},
    ),
    Edge(
        "quantity.from",
        "QUANTITY",
        "precede",
        r"(?<!\p{L})(?i:từ) \Z",
        of=r"\d.* trở (?:lên|xuống)\Z",
        examples={"phải từ [2 lần trở lên]": "từ 2 lần trở lên"},
    ),
    Edge(
        "quantity.range",
        "QUANTITY",
        "widen",
        r" (?:đến|tới) \d[\d.,]*%",
        of=r"từ [\d.,]+%",
        examples={"giảm [từ 40%] đến 55% số hộ": "từ 40% đến 55%"},
    ),
    Edge(
        "quantity.compound",
        "QUANTITY",
        "widen",
        r"(?i:{rest})(?!\p{L})",
        of=r".*\p{L}\Z",
        examples={
            "xét xử [8 phiên] tòa": "8 phiên tòa",
            "lập [3 tổ dân] vận": "3 tổ dân vận",
            "mở [8 phiên] họp": "8 phiên",
        },
    ),
    Edge(
        "quantity.weighed",
        "QUANTITY",
        "widen",
        r" (?:gạo|hàng|than|thóc|lúa|đường|đê|rau)(?!\p{L})",
        of=r".*\d(?: (?:nghìn|triệu))? (?:tấn|tạ|mét)\Z",
        examples={"chở [40 tấn] gạo": "40 tấn gạo", "làm [60 mét] đường": "60 mét đường"},
    ),
    Edge(
        "quantity.symbol",
        "QUANTITY",
        "cut",
        r"(?<=[\d/] ?(?:kg|ha|m2|m²|m 2|m|km)) (?!trở )\p{Ll}",
        of=r"(?=.*\d)[\s\S]*[ga2²m] ",
        examples={"phát [25 kg gạo]": "25 kg", "giá [4 triệu đồng/m2 nhà]": "4 triệu đồng/m2"},
    ),
    Edge(
        "quantity.two",
        "QUANTITY",
        "split",
        r"(?<=đồng|USD|đồng/\p{L}+|%) (?=\d+(?:[.,]\d+)? ?(?:m2|m²|m 2|ha|km|m)(?![\p{L}\d]))",
        of=r"[\s\S]*(?:đồng|USD|%)",
        examples={"làm [90 triệu đồng/căn 25 m2] là rẻ": "90 triệu đồng/căn|25 m2"},
    ),
    Edge(
        "quantity.clause",
        "QUANTITY",
        "cut",
        r" (?:là|đã|đang|sẽ|được|để|của|so với|theo)(?!\p{L})",
        of=r".*\d",
        examples={"thu [40 tỷ đồng so với] năm trước": "40 tỷ đồng", "có [3 bản đã] xong": "3 bản"},
    ),
    Edge(
        "quantity.money.of",
        "QUANTITY",
        "cut",
        r"(?<=(?:triệu|tỷ|tỉ|nghìn|ngàn) đồng|USD) (?!trở )\p{L}",
        of=r"[\s\S]*(?:đồng|USD) ",
        examples={
            "trao [30 triệu đồng học bổng] cho": "30 triệu đồng",
            "phạt [30 triệu đồng trở lên]": "30 triệu đồng trở lên",
        },
    ),
    Edge(
        "quantity.pair",
        "QUANTITY",
        "drop",
        # whom "the two" are is known: the sides of a deal, neighbours, a couple, the halves of the country
        r"(?:(?i:hai) (?:bên|nước|tỉnh|đơn vị|ông|bà|dân tộc|vợ chồng|miền)|2 bên)(?! \()",
        examples={"sau đó [hai bên] ký": "", "thăm [hai xã] vùng cao": "hai xã"},
    ),
    Edge(
        "quantity.both",
        "QUANTITY",
        "drop",
        r"(?<=(?<!\p{L})(?i:cả) )hai (?:bên|nước|tỉnh|xã|bản|việc|ngành|cấp|đơn vị|người|phía)",
        examples={"mừng vì cả [hai việc] đều xong": ""},
    ),
    Edge(
        "quantity.ordinal",
        "QUANTITY",
        "drop",
        r"\d[\d/.,]*+(?: [Đđ]iều \d++)?+"
        r"(?<=(?<!\p{L})(?:đợt|lớp|trình độ|văn hóa|khoản|[Đđ]iều|ngõ|ngách|hẻm|lớp \d,) ?\d[\d/.,]*(?: [Đđ]iều \d+)?)",
        examples={"đợt [1] năm 2014": "", "trình độ [12/12]": "", "theo khoản [1 Điều 15]": "", "đợt này [3] xã": "3"},
    ),
    Edge(
        "quantity.tet",
        "QUANTITY",
        "drop",
        r"(?:2[3-9]|30) [Tt]ết",
        examples={"đêm [30 Tết] ở bản": "", "trao [30 suất] quà Tết": "30 suất"},
    ),
    Edge(
        "quantity.awards",
        "QUANTITY",
        "drop",
        r"\d+(?= (?:Huân|Huy) chương)",
        examples={"trao [11] Huân chương": ""},
    ),
    # -- EVENT --
    Edge(
        "event.coordinated",
        "EVENT",
        "split",
        r" và (?=cuộc |[Đđ]ại hội |[Kk]ỳ họp |[Hh]ội nghị |[Ll]ễ |\d+ năm [Nn]gày |Quốc khánh)",
        examples={
            "mừng [Đại hội Đảng bộ xã lần thứ I và cuộc bầu cử đại biểu HĐND]": (
                "Đại hội Đảng bộ xã lần thứ I|cuộc bầu cử đại biểu HĐND"
            )
        },
    ),
    Edge(
        "event.session.apart",
        "EVENT",
        "cut",
        rf"(?<=thứ \w+),? (?P<body>{_BODY}){_TERM}(?={_YEARS},? {_DOES})",
        of=rf"(?<=(?:tại|Tại|của|trong) )(?:[Pp]hiên (?:khai mạc|bế mạc) )?{_MEETS} (?:lần )?thứ \w+",
        examples={
            "tại [kỳ họp thứ 13, HĐND tỉnh Hưng Sơn] đã bầu": "kỳ họp thứ 13|HĐND tỉnh Hưng Sơn",
            "tại [kỳ họp thứ 4, HĐND tỉnh khóa IX], ông": "kỳ họp thứ 4, HĐND tỉnh khóa IX",
        },
    ),
    Edge(
        "event.session.whole",
        "EVENT",
        "widen",
        rf", {_BODY}{_TERM}(?={_YEARS}(?:[.,;:)]|\s*\Z| (?:ngày|sáng|chiều|diễn ra)(?!\p{{L}})))(?!{_YEARS},? {_DOES})",
        of=rf"(?:[Pp]hiên (?:khai mạc|bế mạc) )?{_MEETS} (?:lần )?thứ \w+\Z",
        examples={
            "Tại [kỳ họp thứ 8], HĐND tỉnh Hưng Sơn, ông": "kỳ họp thứ 8, HĐND tỉnh Hưng Sơn",
            "tại [kỳ họp thứ 8], HĐND tỉnh khóa 17 đã bầu": "kỳ họp thứ 8",
        },
    ),
    Edge(
        "event.opening",
        "EVENT",
        "precede",
        r"(?<!\p{L})(?i:phiên) (?:khai mạc|bế mạc) \Z",
        of=r"[Kk]ỳ họp (?:lần )?thứ",
        examples={"nói tại phiên bế mạc [Kỳ họp thứ 4], ông": "phiên bế mạc Kỳ họp thứ 4"},
    ),
    Edge(
        "event.ordinal",
        "EVENT",
        "cut",
        r"(?<=(?:lần )?thứ (?:\d+|[IVX]+|\p{L}+)) (?:công bố|khai mạc|bế mạc|lựa chọn|gửi|diễn ra|bầu|thông qua"
        r"|xem xét|thảo luận|quyết định|được|đã|sẽ|vừa|cho ý kiến|tổ chức|triển khai)(?!\p{L})",
        examples={"tổ chức [Hội nghị lần thứ 27 công bố] việc": "Hội nghị lần thứ 27"},
    ),
    Edge(
        "event.preposition",
        "EVENT",
        "cut",
        r" (?:với|về(?! thăm)|do|Theo|cho(?! ý kiến)|nhằm|để|theo|tại|ở|trong(?! nhà)|tới|giữa(?! năm)"
        r"|nhân(?= (?:dịp|ngày|kỷ niệm|kỉ niệm))|hồi(?=,? \d)|bắt đầu|diễn ra|vào lúc)(?!\p{L})",
        of=r"(?!.* lần (?:thứ|[IVX\d]))(?!Tháng |Tuần |Đại hội đồng )",
        examples={
            "họp [Hội nghị công bố các quyết định về cán bộ]": "Hội nghị công bố các quyết định",
            "[Lễ truy điệu hồi] 9 giờ": "Lễ truy điệu",
            "[buổi gặp mặt già làng nhân dịp năm mới] ở": "buổi gặp mặt già làng",
        },
    ),
    Edge(
        "event.inspection",
        "EVENT",
        "widen",
        r"(?i: của (?:ủy ban|ub) kiểm tra (?:trung ương|tư|t\.ư|tw|tỉnh ủy|thành ủy|huyện ủy))"
        r"(?: (?!Đảng)\p{Lu}\p{Ll}+){0,3}+{TERM}(?! (?:đã|sẽ|vừa|họp))".replace("{TERM}", _TERM),
        of=r"(?i:(?:kỳ|phiên) (?:họp )?(?:thứ )?\w+)\Z",
        examples={"Báo cáo [kỳ họp thứ 12] của Ủy ban Kiểm tra Tỉnh ủy.": "kỳ họp thứ 12 của Ủy ban Kiểm tra Tỉnh ủy"},
    ),
    Edge(
        "event.bracket",
        "EVENT",
        "cut",
        r" ?\(",
        of=r"[^()]*\([^()]*\Z",
        examples={
            "tại [kỳ họp thứ 12 (bất thường]) HĐND": "kỳ họp thứ 12",
            "dự [Hội nghị Trưởng bản (HTB) lần thứ 3]": "Hội nghị Trưởng bản (HTB) lần thứ 3",
        },
    ),
    Edge(
        "event.quoted",
        "EVENT",
        "cut",
        r" ?[“\"]",
        of=r"[^“”\"]*[“\"][^“”\"]*\Z",
        examples={"bước vào [Hội thi “Bản làng em] ở xã": "Hội thi"},
    ),
    Edge(
        "event.term",
        "EVENT",
        "cut",
        r"(?<=khóa (?:[IVX]+|\d+)) của (?!Đảng)",
        examples={"trước [Kỳ họp thứ 3, HĐND xã khóa II của Tổ đại biểu]": "Kỳ họp thứ 3, HĐND xã khóa II"},
    ),
    Edge(
        "event.year.outside",
        "EVENT",
        "cut",
        r" (?:năm (?:học )?\d{4}|giai đoạn \d{4}|6 tháng)",
        of=r"(?i:hội nghị|lễ (?!hội|giáng|phật|vu lan|sen)|buổi|cuộc họp|hội thảo|tọa đàm)",
        examples={"dự [Hội nghị tổng kết công tác năm 2022]": "Hội nghị tổng kết công tác"},
    ),
    Edge(
        "event.year.inside",
        "EVENT",
        "widen",
        r"(?i: năm \d{4})(?! ?- ?\d{4}|\d)",
        of=r"(?i:lễ hội|hội lễ|ngày hội|đêm hội|hội xuân|giải (?!báo)|hội thi|hội thao|cuộc thi|liên hoan|tết|tháng"
        r"|lễ (?:giáng|phật|vu|sen))",
        examples={"dự [Lễ hội Ok Om Bok] năm 2019 ở": "Lễ hội Ok Om Bok năm 2019"},
    ),
    Edge(
        "event.years.of.day",
        "EVENT",
        "precede",
        r"(?<=(?:[Nn]hân|dịp|và|[,;]) )\d{1,3} năm \Z",
        of=r"(?i:ngày)",
        examples={
            "Nhân 85 năm [Ngày truyền thống công tác bản]": "85 năm Ngày truyền thống công tác bản",
            "họp kỷ niệm 46 năm [Ngày truyền thống]": "Ngày truyền thống",
        },
    ),
    Edge(
        "event.decision.about",
        "EVENT",
        "widen",
        r"(?:(?: |, | và )(?:điều động|luân chuyển|bổ nhiệm|chỉ định|phê chuẩn|chuẩn y|thành lập|sáp nhập|hợp nhất"
        r"|nghỉ hưu|nhân sự)(?: cán bộ)?)+(?!\p{L})",
        of=r"(?i:hội nghị|lễ|buổi).* quyết định(?: (?:điều động|bổ nhiệm))?\Z",
        examples={
            "sau [lễ trao quyết định] luân chuyển và bổ nhiệm hôm qua": "lễ trao quyết định luân chuyển và bổ nhiệm"
        },
    ),
    Edge(
        "event.body",
        "EVENT",
        "cut",
        rf"(?<=nghị) (?P<body>{_BODY})(?! \(kỳ)",
        of=rf"[Hh]ội nghị {_BODY}\Z",
        examples={"Tại [hội nghị Ban Chấp hành Đảng bộ tỉnh] mở rộng": "Ban Chấp hành Đảng bộ tỉnh"},
    ),
    Edge(
        "event.bare",
        "EVENT",
        "drop",
        r"(?i:hội nghị(?: lần)?|kỳ họp|đại hội|buổi lễ(?: trọng thể)?|đại lễ|phiên họp|cuộc họp|cuộc bầu cử|lễ kỷ niệm"
        r"|hội thảo|buổi họp)",
        examples={"Tại [kỳ họp], ông": "", "Tại [kỳ họp bất thường], ông": "kỳ họp bất thường"},
    ),
    # -- PHRASE --
    Edge(
        "phrase.standing",
        "PHRASE",
        "cut",
        r"(?<=(?i:{standing})),(?! ?- )",
        of=r"(?<![“\"'‘])(?!(?i:{standing})\Z)(?i:{standing}),",
        examples={
            "cuộc vận động [Toàn dân đoàn kết xây dựng nông thôn mới, đô thị văn minh] ở": (
                "Toàn dân đoàn kết xây dựng nông thôn mới, đô thị văn minh"
            ),
            "phong trào [Toàn dân đoàn kết xây dựng đời sống văn hóa, cảnh giác] với": (
                "Toàn dân đoàn kết xây dựng đời sống văn hóa"
            ),
        },
    ),
    # -- LEGALDOC --
    Edge(
        "legaldoc.regulation",
        "LEGALDOC",
        "widen",
        r" của hệ thống chính trị(?!\p{L})",
        of=r"Quy chế công tác dân vận\Z",
        examples={
            "theo [Quy chế công tác dân vận] của hệ thống chính trị": (
                "Quy chế công tác dân vận của hệ thống chính trị"
            )
        },
    ),
    Edge(
        "legaldoc.amending",
        "LEGALDOC",
        "widen",
        r" của (?:Bộ [Ll]uật|Luật|Pháp lệnh) \p{Lu}\p{L}*(?:,? (?!(?:của|và|được|có|đã|tại|về|do|năm|trong|cho|là|với"
        r"|theo|ngày|sẽ|vừa|cũng|để|từ|nhằm)(?!\p{L}))\p{Ll}+|(?<=\p{Ll}) và \p{Ll}+ \p{Ll}+){0,8}",
        of=r"Luật [Ss]ửa đổi.* điều\Z",
        examples={
            "thông qua [Luật sửa đổi, bổ sung một số điều] của Luật Giữ rừng đã sửa": (
                "Luật sửa đổi, bổ sung một số điều của Luật Giữ rừng"
            ),
        },
    ),
    Edge(
        "legaldoc.foreigners",
        "LEGALDOC",
        "widen",
        r" của người nước ngoài(?: tại Việt Nam)?(?!\p{L})",
        of=r"Luật .*(?:cư trú|quá cảnh)\Z",
        examples={
            "theo [Luật Nhập cảnh, xuất cảnh, quá cảnh, cư trú] của người nước ngoài tại Việt Nam": (
                "Luật Nhập cảnh, xuất cảnh, quá cảnh, cư trú của người nước ngoài tại Việt Nam"
            )
        },
    ),
    Edge(
        "legaldoc.coordinated",
        "LEGALDOC",
        "split",
        r" và (?=(?:[Bb]ộ )?[Ll]uật (?:\p{Lu}|về )|[Pp]háp lệnh )",
        examples={"dự án [luật Giữ rừng và luật về bản] được": "luật Giữ rừng|luật về bản"},
    ),
    Edge(
        "legaldoc.level",
        "LEGALDOC",
        "drop",
        r"[Nn]ghị quyết [Đđ]ại hội [Đđ]ảng(?: bộ)?(?: các cấp|(?= các cấp))",
        examples={"thực hiện [Nghị quyết Đại hội Đảng các cấp]": ""},
    ),
    # -- ORGANISATION --
    Edge(
        "organisation.short.form",
        "ORGANISATION",
        "cut",
        r" ?\((?=[\p{Lu}\d&.-]{2,12}+\)?+(?! ?(?:tỉnh|huyện|thành phố|thị xã|xã|phường|các cấp|\p{Lu})))",
        of=r"[^()]*\([\p{Lu}\d&.-]{2,12}\)?\Z",
        mark="(",
        examples={"gửi [Tòa án nhân dân (TAND)], Công an": "Tòa án nhân dân"},
    ),
)


CELL = "cell"
"""The rule by which a cell of a table ends a span."""

Span = tuple[int, int, str]
"""Start and end in code points, and the label."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of a span: the spans instead of it, and the stretches (code points) it no longer covers.

    ``rules`` are parallel to ``spans``: the name of the last rule that changed each, empty where none did.
    """

    spans: tuple[Span, ...]
    freed: tuple[tuple[int, int], ...]
    rules: tuple[str, ...] = ("",)


class _Rule:
    """An edge rule, its patterns compiled when first tried."""

    def __init__(self, edge: Edge) -> None:
        self.source = filled(edge.pattern)
        self.edge, self.pattern = edge, Engines(self.source)
        self.of = Engines(filled(edge.of)) if edge.of else None

    @cached_property
    def places(self) -> Automaton:
        """Tells where the pattern can match."""
        return Automaton({0: self.source})


_INSIDE: frozenset[Action] = frozenset({"cut", "split"})
_AT_START: frozenset[Action] = frozenset({"behead", "drop"})
_BEHIND: frozenset[Action] = frozenset({"widen"})
_BEFORE: frozenset[Action] = frozenset({"precede"})


class _Rules:
    """The rules of a label, and which of them can change a span: few can."""

    def __init__(self, label: str) -> None:
        self.rules = tuple(_Rule(e) for e in EDGES if e.label == label)
        self._mark = self.rules[0].edge.mark if len({r.edge.mark for r in self.rules}) == 1 else ""
        self._inside, self._at_start, self._behind = map(self._automaton, (_INSIDE, _AT_START, _BEHIND))
        self._before = self._automaton(_BEFORE)

    def _automaton(self, actions: frozenset[Action]) -> Automaton | None:
        patterns = {i: r.source for i, r in enumerate(self.rules) if r.edge.action in actions}
        return Automaton(patterns, backwards=actions == _BEFORE) if patterns else None

    def can_change(self, text: str, start: int, end: int) -> bool:
        return bool(self.rules) and (not self._mark or text.find(self._mark, start, end) >= 0)

    def possible(self, text: str, start: int, end: int) -> int:
        """The numbers of the rules whose patterns can match as they must to change text[start:end], as bits."""
        found = self._at_start.at(text, start) if self._at_start else 0
        if self._behind:
            found |= self._behind.at(text, end)
        if self._before:
            found |= self._before.at(text, start)
        return found | self._inside.within(text, start, end) if self._inside else found


rules_of = cache(_Rules)
"""The compiled rules of a label."""


@cache
def _rest_of_compounds() -> str:
    """What follows the words a span may end with, of every compound in counted_compounds.tsv."""
    rests = set()
    for (noun,) in rows("counted_compounds.tsv"):
        words = shadow(noun).split()
        for i in range(1, len(words)):
            rests.add(f"(?<= {' '.join(words[:i])}) {' '.join(words[i:])}")
    return "|".join(sorted(rests, key=lambda r: (-len(r), r)))


def _standing() -> str:
    """The standing names of movements and slogans, the longest first."""
    return "|".join(regex.escape(n) for n in sorted(standing_phrases(), key=lambda n: (-len(n), n)))


@cache
def _countries() -> str:
    """The names of countries, the longest first."""
    return "|".join(
        regex.escape(shadow(n)) for n in sorted((n for n, *_ in rows("countries.tsv")), key=lambda n: -len(n))
    )


def filled(pattern: str) -> str:
    """A pattern with the names of lexicons in braces replaced by their words."""
    for name, words in (("{rest}", _rest_of_compounds), ("{standing}", _standing), ("{country}", _countries)):
        if name in pattern:
            pattern = pattern.replace(name, words())
    return pattern


class Mender:
    """Corrects the edges of spans of one page; offsets are code points of its ``text``."""

    def __init__(self, text: str) -> None:
        folded = page_shadow(text)
        read = usual(folded)
        self._text, self._has_cells = text, "\t" in text
        self._folded, self._is_usual = (folded, False) if read is None else (read, True)

    def mend(self, start: int, end: int, label: str) -> Mended | None:
        """The span text[start:end] of ``label`` with its edges corrected, None if they are right.

        A cell of a table ends every span (rule `CELL`). The rules are tried in the order of `EDGES`, each on what the
        ones before left.
        """
        rules = rules_of(label)
        has_cells = self._has_cells and self._text.find("\t", start, end) >= 0
        cells = _cells(self._text, start, end, label) if has_cells else None
        if not rules.can_change(self._text, start, end):
            return cells
        span = (start, end, label)
        possible = 0 if cells else rules.possible(self._folded, start, end)
        if not possible and cells is None:
            return None
        view = _View(self._folded, self._is_usual, max(0, start - BEFORE), min(len(self._folded), end + BEHIND))
        if cells is None:
            tried = (i for i in range(len(rules.rules)) if possible >> i & 1)
            first = next((i for i in tried if _changed(rules.rules[i], view, span) is not None), None)
            if first is None:
                return None
            pieces = [(span, "")]
        else:
            first, pieces = 0, list(zip(cells.spans, cells.rules, strict=True))
        freed = list(cells.freed) if cells else []
        for rule in rules.rules[first:]:  # any rule can change what has become of it
            after: list[tuple[Span, str]] = []
            for piece, by in pieces:
                now = _changed(rule, view, piece) if piece[2] == label else None
                if now is None:
                    after.append((piece, by))
                    continue
                after += [(new, by if new == piece else rule.edge.name) for new in now]
                if now:  # what is no mention at all stays unmarked
                    freed += _left_over(piece, now)
            pieces = after
        mended = Mended(tuple(piece for piece, _ in pieces), tuple(freed), tuple(by for _, by in pieces))
        return None if mended.spans == (span,) else mended


class _View(NamedTuple):
    """The folded text of a page, whether it is of usual characters, and how far patterns may look around a span."""

    text: str
    is_usual: bool
    low: int
    high: int


def _cells(text: str, start: int, end: int, label: str) -> Mended:
    """A quantity is one in every cell; a name or an event is in the first, and the others are free."""
    pieces, at = [], start
    for cell in text[start:end].split("\t"):
        if cell.strip():
            pieces.append((at, at + len(cell), label))
        at += len(cell) + 1
    kept = pieces if label == "QUANTITY" else pieces[:1]
    rules = tuple("" if piece == (start, end, label) else CELL for piece in kept)
    return Mended(tuple(kept), tuple((s, e) for s, e, _ in pieces[len(kept) :]), rules)


def _changed(rule: _Rule, view: _View, span: Span) -> list[Span] | None:
    """What a rule makes of a span, None if it leaves it as it is."""
    text, is_usual, low, high = view
    start, end, label = span
    if rule.of is not None and not (rule.of.standard if is_usual else rule.of.own).match(text, start, end):
        return None
    pattern = rule.pattern.standard if is_usual else rule.pattern.own
    action = rule.edge.action
    if action in _INSIDE:  # what follows the span can belong to the match, but it begins inside
        places = rule.places.places(text, start, end)
        m = next((m for place, _ in places if (m := pattern.match(text, place, high))), None)
        if m is None:
            return None
        if action == "split":
            if m.end() >= end:
                return None
            rest = (m.end(), end, label)
            return [(start, m.start(), label), *(_changed(rule, view, rest) or [rest])]
        # where the pattern is found at the very start nothing is left before it
        kept = [(start, m.start(), label)] if start < m.start() else []
        return [*kept, (*m.span("body"), "ORGANISATION")] if "body" in pattern.groupindex else kept
    if action == "precede":
        m = pattern.search(text, max(low, start - PRECEDING), start)
        return [(m.start(), end, label)] if m else None
    m = pattern.match(text, end if action == "widen" else start, high)
    if m is None:
        return None
    if action == "widen":
        return [(start, m.end(), label)]
    if action == "behead":
        return [(m.end(), end, label)] if m.end() < end else None
    return [] if m.end() == end else None


def _left_over(span: Span, now: Sequence[Span]) -> list[tuple[int, int]]:
    """The stretches of a span that the spans instead of it, in text order, do not cover."""
    free, at = [], span[0]
    for s, e, _ in now:
        if s > at:
            free.append((at, s))
        at = max(at, e)
    if at < span[1]:
        free.append((at, span[1]))
    return free
