"""The verbs by which a page reports what somebody said (reporting_verbs.tsv)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dvextract.grammar.rule import any_of
from dvextract.lexicon.tsv import rows


@dataclass(frozen=True, slots=True)
class Verb:
    """``kind`` is what is done with words; ``marked`` verbs need a mark of content behind them, and with ``comma`` one
    is enough."""

    kind: str
    marked: bool
    comma: bool


@cache
def reporting_verbs() -> Mapping[str, Verb]:
    """The verbs, lower case, with their kind and use."""
    return {verb: Verb(kind, use != "free", use == "comma") for verb, kind, use in rows("reporting_verbs.tsv")}


@cache
def asking_verbs() -> frozenset[str]:
    """Those with which others are asked to do something."""
    return frozenset(verb for verb, about in reporting_verbs().items() if about.kind == "ask")


# "bảo đảm", "kể từ", "nói chung": the first syllable is not the verb; "sự chia sẻ của", "yêu cầu đề ra": a noun
_SECOND = ("đảm", "vệ", "chung", "riêng", "cả", "từ", "hiểm", "tồn", "tàng", "trì", "thư", "chờ")
NOT_BEFORE = (*_SECOND, "của", "đề ra", "đặt ra")
"""What follows a word that is no reporting verb there."""


@cache
def verb_pattern() -> re.Pattern[str]:
    """A pattern for any of the verbs as a whole word that is used as one."""
    # of `re`, which is twice as fast at it; a mark belongs to its word, a superscript behind it does not
    begins, ends = r"(?<![\w\u0300-\u036f])", r"(?![^\W²³¹¼-¾]|[\u0300-\u036f])"
    other = rf"(?! (?:{'|'.join(NOT_BEFORE)}){ends})"
    return re.compile(rf"{begins}{any_of(reporting_verbs())}{ends}{other}")
