"""The rules by which rows of facts and their cells are inferred: the names that the table `evidence` gives.

A rule is named where its decision is made, in the module of the fact; here every name has the line that says what it
means. ``docs/evidence.md`` is written from this.
"""

from __future__ import annotations

from collections.abc import Mapping

FACTS = (
    "times",
    "quantities",
    "legal_references",
    "phrases",
    "posts",
    "statements",
    "cooperations",
    "participations",
    "abbreviations",
)
"""The tables whose rows have evidence, in the order in which it is written."""

UNSAID = "unsaid"
"""The rule of a row from a stage of your own that names none."""

RULES: Mapping[str, str] = {
    UNSAID: "a stage that is not part of dvextract gave the row and named no rule",
    # times: the row by how its words are read, cells by what else completes them
    "time.date": "a day, month, quarter or year as written",
    "time.list-or-range": "several days, months or years, or the first and last of a period",
    "time.open": "a period with words for its ends: từ … đến …, từ, đến, trước, sau, đến nay",
    "time.months": "so many months at the beginning or end of a year",
    "time.length": "a length before or after the page's day: 5 năm qua",
    "time.deictic": "words that point from the page's day: năm nay, chiều nay, tháng trước",
    "time.recurring": "every year's or month's: hằng năm",
    "time.era": "a century or decade",
    "time.lunar": "a date of the lunar or the Buddhist calendar",
    "time.reference-date": "without the page's date the value would be another",
    "time.same-year": "năm đó, cùng năm: the last year named before",
    "time.other-half": "the year of the other half of the year, named after it",
    "time.narrated": "Đến năm 2003, ông …: in a life that is told the date says when, not until when",
    "time.gregorian-beside": "the Gregorian date written beside a lunar one",
    "time.lunar-agrees": "the one year in which the lunar date written beside it is that day",
    "time.term-before": "khóa, nhiệm kỳ before two years: a term",
    # quantities
    "quantity.figures": "a number in figures",
    "quantity.words": "a number in words",
    "quantity.range": "two numbers, the bounds of a range",
    "quantity.ratio": "a part and a whole: 64/71",
    "quantity.vague": "an order of magnitude: hàng trăm",
    "quantity.duration": "a length of time",
    "quantity.undecided": "no number can be read",
    "quantity.change-before": "tăng, giảm before it: a change",
    # documents
    "legal.numbered": "a type and a number, or a number",
    "legal.named": "a document by its name or type only",
    "legal.type.of-number": "the type that the code in the number stands for (document_types.tsv)",
    "legal.number.of-next": "the suffix of the number that follows: Công văn số 2522, 2523/UBND-VX",
    "legal.date.behind": "the day of issue written behind it",
    "legal.issuer.behind": "the issuer written behind it: … của Ban Thường vụ Tỉnh ủy",
    "legal.issuer.in-name": "the congress in the document's own name: Nghị quyết Đại hội …",
    "legal.issuer.issues": "the body that the clause says to issue it: UBND tỉnh ban hành Kế hoạch …",
    "legal.issuer.of-number": "the issuer that the suffix of the number stands for (issuers.tsv)",
    # phrases: the kind
    "phrase.head-noun": "the noun before it: phong trào, mô hình, chương trình …",
    "phrase.enumerated": "the kind of the phrase before it in one enumeration",
    "phrase.own-words": "the words it begins with: Bằng khen",
    "phrase.no-head-noun": "no such noun: a term that is quoted",
    "phrase.own-lexicon": "a lexicon of your own states the kind",
    # posts: how a title gets to a person, then the cells
    "post.title-then-name": "the title stands right before the name: Trưởng ban A",
    "post.title-comma-name": "a title that opens a clause, a comma, the name: Với cương vị là Trưởng ban, ông A …",
    "post.before-title": "it stands before another title that stands before the name: Tỉnh ủy viên, Trưởng ban A",
    "post.title-then-list": "it introduces the names listed after it: các Phó Chủ tịch: A, B",
    "post.given-to": "a verb gives it to, or takes it from, the name after it: miễn nhiệm chức danh … đối với ông A",
    "post.name-then-title": "it stands behind the name: A, Trưởng ban, Tỉnh ủy viên",
    "post.next-in-list": "it goes on a list of titles behind the name, after a semicolon",
    "post.sums-up": "it sums up the names before it: A và B, các Phó Chủ tịch",
    "post.taken": "a verb whose subject is the name takes it: A được bầu giữ chức …",
    "post.goes-on": "a sentence that names nobody goes on about the person before it",
    "post.signature": "the name signs below the title, after (Đã ký)",
    "post.person.fullest-form": "the fullest form of the name in the page; without a place where it is put together",
    "post.organisation.behind": "the body behind the title: Trưởng phòng, Sở Nội vụ",
    "post.organisation.in-title": "the body in the title's own words",
    "post.organisation.workplace": "the body that the person is sent to: đến công tác tại …",
    "post.status.word-before": "nguyên, cựu, cố, quyền, phụ trách, tân before the title",
    "post.status.in-title": "quyền, phụ trách in the title",
    "post.status.verb": "what the verb did: elected, appointed, dismissed, once held",
    "post.status.another-taken": "the same sentence appoints the person to another post: this is the old one",
    "post.status.nothing-said": "nothing is said: current",
    "post.term-behind": "the term that follows the title",
    # statements
    "statement.speaker-then-verb": "the speaker stands before the reporting verb (reporting_verbs.tsv)",
    "statement.verb-joined": "another reporting verb of the same speaker: …, đồng thời đề nghị …",
    "statement.paper-asks": "what a paper asks is asked by who signs or issues it",
    "statement.in-next-line": "the verb and a colon end a line, what is asked is the next one",
    "statement.then-speaker": "the speaker stands behind what was said: “…”, ông A nói",
    "statement.according-to": "theo A, …",
    "statement.verb-before-quote": "any verb before a colon and a quotation",
    "statement.turn": "a turn of an interview: a name and a colon open the block",
    "statement.request-goes-on": "a sentence without a subject goes on with the request of the one before it",
    "statement.verb": "the verb as written",
    # cooperations
    "cooperation.works-with": "A phối hợp với B",
    "cooperation.agrees-with": "A ký kết … với B",
    "cooperation.together": "A và B phối hợp, ký kết",
    "cooperation.twins": "A và B kết nghĩa, places too",
    "cooperation.leads-with": "A chủ trì, phối hợp với B tổ chức an event",
    "cooperation.agree-at-event": "A và B tổ chức … ký kết",
    "cooperation.along-with": "A cùng B ký, tổ chức",
    "cooperation.between": "giữa A với B",
    "cooperation.among": "giữa A, B và C",
    "cooperation.programme.in-clause": "the words that name what they do together, near the parties",
    "cooperation.programme.in-event": "those words in the name of the event that stands before giữa",
    "cooperation.period-behind": "the period that stands behind the parties",
    "cooperation.opening-date": "the date that opens the sentence",
    # participations
    "participation.organises": "A tổ chức the event",
    "participation.organised-by": "the event do A tổ chức",
    "participation.chairs": "chủ trì, chủ tọa, điều hành",
    "participation.attended-by": "dự … có A",
    "participation.came-to": "A dự the event",
    "participation.held": "A có buổi … of their own",
    "participation.speaks-at": "phát biểu tại the event, A",
    "participation.at-event-speaks": "tại the event, A, who reports something there",
    "participation.speech-of": "phát biểu của A tại the event",
    "participation.said-at": "A phát biểu tại the event",
    "participation.event.of-sentence": "the event that the sentence names elsewhere",
    "participation.event.same-head": "a bare hội nghị, buổi lễ: the event told of with that head word",
    "participation.event.last-organised": "no such event: the last one that somebody organised",
    "participation.event.full-name": "the event's full name: its core and what completes it, here or elsewhere",
    "participation.when": "the time of the event in the same sentence",
    "participation.where": "the place of the event in the same sentence",
    # abbreviations
    "abbreviation.defined": "the page gives the long form before the parentheses",
    "abbreviation.elsewhere": "a long form of the lexicon stands elsewhere in the page",
    "abbreviation.lexicon": "the standard long form (abbreviations.tsv, abbreviated_terms.tsv)",
}


def rules_page() -> str:
    """The rules as a Markdown page, a section for every kind of fact."""
    parts = [
        "# What a fact rests on",
        "",
        "Written by `docs/generate.py`; the rules are declared in `src/dvextract/tables/evidence.py`.",
        "",
        "Every row of the tables",
        ", ".join(f"`{table}`" for table in FACTS),
        "has one row in the table `evidence` for the row as a whole, and one for every cell that was inferred apart",
        "from it: the rule, and the characters it rests on. Where these are empty, the rule rests on no words of the",
        "page: a lexicon it names, or that nothing is said. `row` counts from 0 among the page's rows of the table;",
        '`dvextract.load("data/out").evidence_of("posts")` joins the two.',
        "",
        "Evidence of a participation also has what that table has no column for: `when` and `where` the event was",
        "held, and its `full_name`, where the page states them.",
        "",
        "What comes from outside the page is in these rules: `legal.type.of-number`, `legal.issuer.of-number`,",
        "`abbreviation.lexicon`, `phrase.own-words`, `phrase.own-lexicon` and the calendars of `time.lunar` and",
        "`time.lunar-agrees`. Places and bodies have rules of their own ([entities](entities.md)), and so have persons",
        "across pages ([identities](identities.md)).",
    ]
    section = ""
    for rule, meaning in RULES.items():
        if (kind := rule.partition(".")[0]) != section:
            section = kind
            parts += ["", f"## {kind}", "", "| rule | what it means |", "|---|---|"]
        parts.append(f"| `{rule}` | {meaning} |")
    return "\n".join(parts) + "\n"
