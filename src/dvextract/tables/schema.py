"""Every table, declared once: names, columns, types, keys, what they mean.

From this declaration come the writers, the loader's types, the data dictionary, ``datapackage.json`` and its
validation. A table's first column is ``doc_id`` except in `entities`, `places` and `bodies`. They and `identities` are
built when the parts of a run are joined.
"""

from __future__ import annotations

from dataclasses import dataclass

from dvextract.document import BLOCK_KINDS, LABELS, WARNING_KINDS
from dvextract.identities.rules import RULES
from dvextract.tables.evidence import FACTS


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``type``: string integer number boolean date. ``values``: the closed list it is from, if any.

    An empty cell of a string column means "not stated"; ``required`` columns are never empty.
    """

    name: str
    type: str
    description: str
    example: str
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``columns`` of this table are a row of ``table``, by its primary key in the same order."""

    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row is, its columns in order, its keys."""

    name: str
    row: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(c.name for c in self.columns)


_DOC = Column("doc_id", "string", "The page: input path without suffix, or file stem / record id", "so-ket", True)
_START = Column("start", "integer", "First code point in the page's text, from 0", "19", True)
_END = Column("end", "integer", "One past the last code point", "25", True)
_TEXT = Column("text", "string", "The page's own characters, text[start:end]", "Sơn La", True)
_MENTION = Column("mention_id", "integer", "The mention, numbered from 0 in each page", "3", True)
_OF_PAGE = ForeignKey(("doc_id",), "documents")


def _mention(name: str, what: str, required: bool = True) -> Column:
    return Column(name, "integer", f"The mention of {what} (mentions.mention_id)", "3", required)


def _to_mention(*names: str) -> tuple[ForeignKey, ...]:
    return tuple(ForeignKey(("doc_id", name), "mentions") for name in names)


TABLES: tuple[Table, ...] = (
    Table(
        "documents",
        "a page",
        (
            _DOC,
            Column("source", "string", "The input it was read from", "seeds/so-ket.txt", True),
            Column("sha256", "string", "SHA-256 of the source's bytes (of a record: of its text)", "9f86d081…", True),
            Column("encoding", "string", "How the bytes were decoded", "utf-8", True),
            Column(
                "text_is_source", "boolean", "Whether the text has the source's own characters (no NFC)", "true", True
            ),
            Column("title", "string", "The headline", "Sơ kết chương trình phối hợp"),
            Column("displayed_date", "string", "The date the page shows in its furniture, EDTF", "2020-02-20"),
            Column(
                "displayed_date_trust",
                "string",
                "Whether that is the date of publication: pub yes, crawl proved not, suspect perhaps not, none shown",
                "suspect",
                True,
                ("pub", "crawl", "suspect", "none"),
            ),
            Column("published_date", "string", "The date of publication, EDTF", "2024-07-08T16:40"),
            Column("reference_date", "string", "The date relative times were resolved against, EDTF", "2024-07-08"),
            Column("dateline", "string", "The place the report is headed with", "Sơn La"),
            Column("outlet", "string", "The paper or portal", "baosonla.org.vn"),
            Column("author", "string", "The byline", "Hà Thu"),
            Column("n_chars", "integer", "Code points of the text", "2107", True),
            Column("n_sentences", "integer", "Sentences in content blocks", "9", True),
            Column("n_tokens", "integer", "Words in content blocks", "310", True),
            Column("n_mentions", "integer", "Mentions", "21", True),
        ),
        ("doc_id",),
    ),
    Table(
        "blocks",
        "a part of the page",
        (
            _DOC,
            Column("block_id", "integer", "Number of the block in its page, from 0", "1", True),
            _START,
            _END,
            Column("kind", "string", "What the block is for", "title", True, tuple(sorted(BLOCK_KINDS))),
            _TEXT,
        ),
        ("doc_id", "block_id"),
        (_OF_PAGE,),
    ),
    Table(
        "sentences",
        "a sentence",
        (
            _DOC,
            Column("sentence_id", "integer", "Number of the sentence in its page, from 0", "4", True),
            Column("block_id", "integer", "The block it stands in", "4", True),
            _START,
            _END,
            _TEXT,
        ),
        ("doc_id", "sentence_id"),
        (ForeignKey(("doc_id", "block_id"), "blocks"),),
    ),
    Table(
        "tokens",
        "a word",
        (
            _DOC,
            Column("sentence_id", "integer", "The sentence it stands in", "4", True),
            Column("token_id", "integer", "Number of the word in its page, from 0", "57", True),
            _START,
            _END,
            _TEXT,
            Column("pos", "string", "Part of speech (VLSP 2013 tags, by underthesea)", "N"),
        ),
        ("doc_id", "token_id"),
        (ForeignKey(("doc_id", "sentence_id"), "sentences"),),
    ),
    Table(
        "mentions",
        "a span of one of the ten labels",
        (
            _DOC,
            _MENTION,
            Column("sentence_id", "integer", "The sentence it begins in", "4", True),
            _START,
            _END,
            _TEXT,
            Column("label", "string", "What it is", "ORGANISATION", True, LABELS),
            Column("kind", "string", "The finer kind, by label", "model"),
            Column(
                "value",
                "string",
                "One normalised value: EDTF for TIME, number for QUANTITY, document number for LEGALDOC, canonical "
                "name for the rest",
                "lực lượng vũ trang tỉnh Sơn La",
            ),
            Column("entity_id", "string", "The entity it stands for; empty for TIME and QUANTITY", "org-5b0c1f2e9a7d"),
            Column(
                "method",
                "string",
                "`tagger`, the rule that found it, or the rule that corrected the edges of what the tagger found; of "
                "what you added `lexicon.<file>`, `follow`, `recogniser.<name>`",
                "tagger",
                True,
            ),
            Column("score", "number", "How sure the method is, 0 to 1", "0.98", True),
        ),
        ("doc_id", "mention_id"),
        (ForeignKey(("doc_id", "sentence_id"), "sentences"), ForeignKey(("entity_id",), "entities")),
    ),
    Table(
        "times",
        "a TIME mention, interpreted",
        (
            _DOC,
            _MENTION,
            Column(
                "edtf",
                "string",
                "EDTF value; ? when the page does not decide; days of a list joined by ;, a length before or after the"
                " page's day as P3Y, times of day without seconds, also of days not wholly known (XXXX-07-08T14:00)",
                "2016/2021",
                True,
            ),
            Column("start_date", "date", "First day, where known", "2016-01-01"),
            Column("end_date", "date", "Last day, where known", "2021-12-31"),
            Column(
                "kind",
                "string",
                "What sort of time",
                "interval",
                True,
                ("date", "interval", "term", "deictic", "recurring", "anniv", "era"),
            ),
            Column(
                "modifier",
                "string",
                "What narrows or opens it",
                "ongoing",
                False,
                ("now", "ongoing", "until", "before", "after", "start", "mid", "end", "approx", "last", "next"),
            ),
            Column(
                "part_of_day",
                "string",
                "The part of the day, if stated",
                "morning",
                False,
                ("dawn", "morning", "noon", "afternoon", "evening", "night"),
            ),
            Column(
                "calendar",
                "string",
                "The calendar it is given in",
                "gregorian",
                True,
                ("gregorian", "lunar", "buddhist"),
            ),
        ),
        ("doc_id", "mention_id"),
        _to_mention("mention_id"),
    ),
    Table(
        "quantities",
        "a QUANTITY mention, interpreted",
        (
            _DOC,
            _MENTION,
            Column("number", "number", "The number; the lower bound of a range; the part of a ratio", "1268"),
            Column("number_max", "number", "The upper bound of a range; the whole of a ratio", "71"),
            Column("unit", "string", "VND, USD, %, km, ha …, duration, or what is counted", "mô hình"),
            Column("comparator", "string", "= > < ~ >= <= vague", ">", True, ("=", ">", "<", "~", ">=", "<=", "vague")),
            Column("direction", "string", "up or down, when it is a change", "up", False, ("up", "down")),
            Column(
                "kind",
                "string",
                "What sort of quantity",
                "count",
                True,
                ("money", "percent", "ratio", "rate", "age", "duration", "measure", "count"),
            ),
        ),
        ("doc_id", "mention_id"),
        _to_mention("mention_id"),
    ),
    Table(
        "legal_references",
        "a LEGALDOC mention, interpreted",
        (
            _DOC,
            _MENTION,
            Column("type", "string", "Type of document", "Chỉ thị"),
            Column("number", "string", "Number in the standard shape of its system", "05-CT/TU"),
            Column("date", "string", "Date of issue, EDTF, from the text", "2021-05-20"),
            Column("issuer", "string", "Issuer, from the text or the number's suffix", "Bộ Chính trị"),
        ),
        ("doc_id", "mention_id"),
        _to_mention("mention_id"),
    ),
    Table(
        "phrases",
        "a PHRASE mention",
        (
            _DOC,
            _MENTION,
            Column("phrase", "string", "The wording", "Dân vận khéo", True),
            Column(
                "kind",
                "string",
                "movement model programme slogan award quoted-term, or what a lexicon of yours states",
                "model",
            ),
            Column("quoted", "boolean", "Whether it stands in quotation marks", "true", True),
        ),
        ("doc_id", "mention_id"),
        _to_mention("mention_id"),
    ),
    Table(
        "posts",
        "a person holding a post",
        (
            _DOC,
            _mention("person_mention_id", "the person"),
            _mention("title_mention_id", "the post"),
            Column("person", "string", "The fullest form of the name in the page", "Lò Thị Hương Ban", True),
            Column("title", "string", "The post in the page's words", "Trưởng Ban Dân vận Tỉnh ủy", True),
            Column("organisation", "string", "The body in the page's words, if stated", "Ban Dân vận Tỉnh ủy"),
            Column(
                "status",
                "string",
                "How the page says it is held",
                "former",
                True,
                ("current", "old", "new", "former", "acting", "elected", "dismissed", "late"),
            ),
            Column("start", "date", "First day, if stated", "2020-08-01"),
            Column("end", "date", "Last day, if stated", "2025-06-30"),
        ),
        ("doc_id", "person_mention_id", "title_mention_id"),
        _to_mention("person_mention_id", "title_mention_id"),
    ),
    Table(
        "statements",
        "who said what",
        (
            _DOC,
            _mention("speaker_mention_id", "the speaker"),
            Column("speaker", "string", "The speaker in the page's words", "Chá A Của", True),
            Column("verb", "string", "The reporting verb as written", "đề nghị", True),
            Column("content_start", "integer", "First code point of what was said", "1251", True),
            Column("content_end", "integer", "One past its last code point", "1636", True),
            Column("content", "string", "What was said, text[content_start:content_end]", "các bản duy trì …", True),
            Column(
                "mode",
                "string",
                "direct (between quotation marks) or indirect",
                "indirect",
                True,
                ("direct", "indirect"),
            ),
        ),
        (),
        _to_mention("speaker_mention_id"),
    ),
    Table(
        "cooperations",
        "two bodies working together",
        (
            _DOC,
            _mention("a_mention_id", "the first body"),
            _mention("b_mention_id", "the second body"),
            Column("organisation_a", "string", "The first body in the page's words", "Ban Dân vận Tỉnh ủy", True),
            Column("organisation_b", "string", "The second body in the page's words", "LLVT tỉnh", True),
            Column("programme", "string", "What they do together, verbatim", "chương trình phối hợp công tác"),
            Column("start_date", "date", "First day, if stated", "2016-01-01"),
            Column("end_date", "date", "Last day, if stated", "2021-12-31"),
        ),
        (),
        _to_mention("a_mention_id", "b_mention_id"),
    ),
    Table(
        "participations",
        "who took part in an event",
        (
            _DOC,
            _mention("event_mention_id", "the event"),
            _mention("participant_mention_id", "who took part"),
            Column("event", "string", "The event in the page's words", "Hội nghị tập huấn nghiệp vụ", True),
            Column("participant", "string", "The participant in the page's words", "Hội Nông dân tỉnh", True),
            Column(
                "role",
                "string",
                "What they did there",
                "organiser",
                True,
                ("organiser", "chair", "cochair", "speaker", "concludes", "host", "guest", "online"),
            ),
        ),
        (),
        _to_mention("event_mention_id", "participant_mention_id"),
    ),
    Table(
        "abbreviations",
        "a short form and its reading",
        (
            _DOC,
            Column("short", "string", "The short form", "LLVT", True),
            Column("long", "string", "Its reading in this page", "lực lượng vũ trang", True),
            Column(
                "source",
                "string",
                "text: the page defines it; infer: the long form stands elsewhere in it; know: standard",
                "infer",
                True,
                ("text", "infer", "know"),
            ),
        ),
        (),
        (_OF_PAGE,),
    ),
    Table(
        "evidence",
        "what a row of facts, or one cell of it, rests on",
        (
            _DOC,
            Column("table", "string", "The table of the row", "posts", True, FACTS),
            Column("row", "integer", "The row, numbered from 0 among those of its page in that table", "2", True),
            Column("column", "string", "The cell; empty: the row as a whole, once for every row", "organisation"),
            Column("rule", "string", "By which inference (docs/evidence.md)", "post.organisation.in-title", True),
            Column("start", "integer", "First code point it rests on; empty: none of the page's", "412"),
            Column("end", "integer", "One past the last code point", "437"),
            Column("text", "string", "The page's own characters, text[start:end]", "Ban Dân vận Tỉnh ủy"),
        ),
        (),
        (_OF_PAGE,),
    ),
    Table(
        "entities",
        "one person, body, place, phrase, event or document across the run",
        (
            Column(
                "entity_id",
                "string",
                "The same for the same label, name and official unit in every run; of persons see `identities`",
                "org-5b0c1f2e9a7d",
                True,
            ),
            Column("label", "string", "Label of its mentions", "ORGANISATION", True, LABELS),
            Column("name", "string", "Canonical name", "lực lượng vũ trang tỉnh Sơn La", True),
            Column("aliases", "string", "Forms found in the run, sorted, joined by |", "LLVT|LLVT tỉnh Sơn La", True),
            Column("admin_code", "string", "Official code of a place, where name and page decide", "14"),
            Column("n_mentions", "integer", "Mentions in the run", "6", True),
            Column("n_documents", "integer", "Pages with a mention", "1", True),
        ),
        ("entity_id",),
    ),
    Table(
        "places",
        "a place that is an administrative unit, across the run",
        (
            Column("entity_id", "string", "The place", "loc-c0ec06d32b0e", True),
            Column("level", "string", "Level of the unit", "commune", True, ("province", "district", "commune")),
            Column(
                "code",
                "string",
                "Official code: 2 digits a province, 3 a district, 5 a commune; empty if open",
                "04123",
            ),
            Column("valid_from", "date", "First day of the unit; empty: not recorded, before 2025", "2025-07-01"),
            Column("valid_to", "date", "Last day of the unit; empty: it still stands, or code is empty", "2025-06-30"),
            Column("parent_code", "string", "Code of the unit it belonged to on its last day or belongs to", "125"),
            Column("parent_name", "string", "That unit", "huyện Mai Sơn"),
            Column(
                "successor_code",
                "string",
                "Codes of the units it became part of the day after its last, joined by |, the main one first",
                "04123",
            ),
            Column("successor_name", "string", "Those units, in the same order", "xã Chiềng Mung"),
            Column("rule", "string", "How name and page decided which unit it is, or why not", "chain+date", True),
        ),
        ("entity_id",),
        (ForeignKey(("entity_id",), "entities"),),
    ),
    Table(
        "bodies",
        "a body in the order of levels, across the run",
        (
            Column("entity_id", "string", "The body", "org-5b0c1f2e9a7d", True),
            Column(
                "level",
                "string",
                "Level of the body; other: none, or no rule decides",
                "province",
                True,
                ("central", "province", "district", "commune", "other"),
            ),
            Column("place", "string", "The unit it belongs to", "tỉnh Sơn La"),
            Column("place_code", "string", "Official code of that unit, where name and page decide", "14"),
            Column("place_id", "string", "That unit as an entity, where the run mentions it", "loc-c0ec06d32b0e"),
            Column("parent", "string", "The body it is part of or under", "Tỉnh ủy Sơn La"),
            Column("parent_id", "string", "That body as an entity, where the run mentions it", "org-080b046f80a3"),
            Column(
                "rule",
                "string",
                "How level, place and parent were inferred, one word each; empty when none was",
                "level=unit place=page:name parent=whole",
            ),
        ),
        ("entity_id",),
        (
            ForeignKey(("entity_id",), "entities"),
            ForeignKey(("place_id",), "entities"),
            ForeignKey(("parent_id",), "entities"),
        ),
    ),
    Table(
        "identities",
        "a person of a page, and why that person is the entity it is",
        (
            _DOC,
            Column("person", "string", "The fullest form of the name in the page", "Lò Thị Hương Ban", True),
            Column(
                "entity_id",
                "string",
                "The entity that the mentions of the name in the page have",
                "per-5b0c1f2e9a7d",
                True,
            ),
            Column(
                "rule",
                "string",
                "Why these pages are one person, or this one is kept apart (docs/identities.md)",
                "identity.post",
                True,
                tuple(f"identity.{rule}" for rule in RULES),
            ),
            Column("score", "number", "How sure the decision is, 0 to 1", "0.998", True),
            Column(
                "evidence",
                "string",
                "What is shared, and a page where it stands too; of persons kept apart, what speaks against it",
                "Trưởng Ban Dân vận Tỉnh ủy (Sơn La) (also so-ket)",
            ),
        ),
        ("doc_id", "entity_id"),
        (_OF_PAGE, ForeignKey(("entity_id",), "entities")),
    ),
    Table(
        "origins",
        "a stretch of a page's text, and where in its source it stands",
        (
            _DOC,
            _START,
            _END,
            Column(
                "place",
                "string",
                "XPath of the element in an HTML page, paragraph or row of a DOCX, page of a PDF; pages of text and "
                "records have none, their text is the source's own",
                "/html/body/div[2]/p[3]",
                True,
            ),
        ),
        ("doc_id", "start"),
        (_OF_PAGE,),
    ),
    Table(
        "warnings",
        "something about a page that was read which its reader should know",
        (
            _DOC,
            Column("kind", "string", "What sort of thing (docs/reading.md)", "encoding-repaired", True, WARNING_KINDS),
            Column("message", "string", "What was found and what to do", "was TCVN3 (ABC) in 212 of 214 lines", True),
        ),
        ("doc_id", "kind"),
        (_OF_PAGE,),
    ),
    Table(
        "rejects",
        "an input that could not be read or worked on, and why",
        (
            Column("doc_id", "string", "The page it would have been", "bad/scan-07"),
            Column("source", "string", "The input", "bad/scan-07.txt", True),
            Column("stage", "string", "reading, or the stage that failed", "reading", True),
            Column("error", "string", "Short code of what is wrong", "not-utf-8", True),
            Column("message", "string", "What is wrong and what to do", "not valid UTF-8 at byte 17", True),
        ),
    ),
)

BY_NAME: dict[str, Table] = {t.name: t for t in TABLES}


def data_dictionary() -> str:
    """The tables as a Markdown page."""
    parts = [
        "# Data dictionary",
        "",
        "Written by `dvextract tables --markdown`; the declaration is `src/dvextract/tables/schema.py`.",
        "",
        "Each table is `<name>.csv` (UTF-8, RFC 4180) and `<name>.jsonl`, on request `<name>.parquet`. An empty cell",
        'means "not stated". Offsets count Unicode code points of the page\'s text from 0, the end is exclusive, and',
        "`text[start:end]` is always the `text` of the row. `records.jsonl` holds one nested object a page.",
    ]
    for table in TABLES:
        parts += ["", f"## {table.name}", "", f"A row is {table.row}.", ""]
        if table.primary_key:
            parts.append(f"Primary key: {', '.join(f'`{c}`' for c in table.primary_key)}.")
        parts += [f"{', '.join(f'`{c}`' for c in key.columns)} → `{key.table}`." for key in table.foreign_keys]
        parts += ["", "| column | type | what it holds | example |", "|---|---|---|---|"]
        for c in table.columns:
            what = c.description + (f"; one of: {', '.join(c.values)}" if c.values else "")
            cells = (f"`{c.name}`", c.type, what, c.example)
            parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(parts) + "\n"
