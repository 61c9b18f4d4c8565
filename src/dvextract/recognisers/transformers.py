"""Token-classification models of the transformers library as recognisers.

A model is a folder or a name on the hub (the library then downloads it: the one thing here that may use the network).
Every content block is read by itself, in overlapping windows where it is longer than the model reads at once; a word
gets the tag of its first piece, from the window in which it stands furthest from an edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar, NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from dvextract.document import LABELS, Document
from dvextract.errors import OptionError
from dvextract.recognisers import Span

USUAL: Mapping[str, str] = {
    **{label: label for label in LABELS},
    "PER": "PERSON",
    "ORG": "ORGANISATION",
    "ORGANIZATION": "ORGANISATION",
    "LOC": "LOCATION",
    "GPE": "LOCATION",
    "DATE": "TIME",
}
"""What the names that most models give their labels mean here."""

LONGEST = 512
"""Pieces in a window where the tokenizer does not say how many the model reads."""

_WORD = regex.compile(r"[\p{L}\p{M}\d]+|[^\s\p{L}\p{M}\d]")
_PREFIX = regex.compile(r"(?P<part>[BIESLU])[-_](?P<label>.+)")


class _Word(NamedTuple):
    """A word of a block: code points of the page, the tag of its first piece, and that tag's probability."""

    start: int
    end: int
    tag: int
    score: float


class Transformers:
    """Tags content blocks with a token-classification model.

    ``model`` is a folder or a hub name, ``revision`` a version of the latter. ``labels`` maps the model's labels,
    without B- and I-, to the ten; labels that are mapped to nothing known are left out. ``window`` is the number of
    pieces read at once (0: what the model can), ``overlap`` how many of them two windows share (left out: 64, at most a
    quarter), ``batch`` how many windows are computed together. ``device`` is PyTorch's name. Raises OptionError naming
    the option.
    """

    files: ClassVar[tuple[str, ...]] = ("model",)

    def __init__(
        self,
        model: str,
        labels: Mapping[str, str] | None = None,
        revision: str = "",
        window: int = 0,
        overlap: int | None = None,
        batch: int = 16,
        device: str = "cpu",
    ) -> None:
        try:
            import torch
            from transformers import AutoModelForTokenClassification, AutoTokenizer
        except ImportError as e:
            raise OptionError(
                "use", f"needs {e.name or 'transformers'}; do: pip install 'dvextract[transformers]'"
            ) from e
        version = {"revision": revision} if revision else {}
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(model, use_fast=True, **version)
            self._model = AutoModelForTokenClassification.from_pretrained(model, **version).eval().to(device)
        except (OSError, ValueError) as e:
            first = str(e).strip().split("\n")[0]
            raise OptionError("model", f"cannot load '{model}' as a token-classification model: {first}") from e
        except RuntimeError as e:
            raise OptionError("device", f"cannot be used: {str(e).strip().splitlines()[0]}") from e
        if not self._tokenizer.is_fast:
            raise OptionError("model", f"'{model}' has no fast tokenizer, which alone tells where a piece stands")
        self._torch = torch
        self._device = device
        self._batch = max(1, batch)
        self._labels = self._meanings(labels)
        self._window, self._overlap = self._widths(window, overlap)
        self.fingerprint = _weights(self._model)

    def _meanings(self, labels: Mapping[str, str] | None) -> list[tuple[str, str]]:
        """For each tag of the model the part (B, I …; empty without one) and our label, empty for none."""
        for label in (labels or {}).values():
            if label not in LABELS:
                raise OptionError("labels", f"no label '{label}'; there are: {', '.join(LABELS)}")
        names: dict[int, str] = self._model.config.id2label
        known = USUAL if labels is None else labels
        meanings = []
        for i in range(len(names)):
            m = _PREFIX.fullmatch(names[i])
            part, label = (m["part"], m["label"]) if m else ("", names[i])
            meanings.append((part, known.get(label, "")))
        if not any(label for _, label in meanings):
            theirs = sorted({(_PREFIX.fullmatch(n) or {"label": n})["label"] for n in names.values()} - {"O"})
            raise OptionError("labels", f"none of the model's labels is mapped; it has: {', '.join(theirs)}")
        return meanings

    def _widths(self, window: int, overlap: int | None) -> tuple[int, int]:
        most = min(self._tokenizer.model_max_length, getattr(self._model.config, "max_position_embeddings", LONGEST))
        if self._model.config.model_type in ("roberta", "xlm-roberta", "camembert"):
            most = min(most, self._model.config.max_position_embeddings - 2)  # two positions are for padding
        width = window or min(most, LONGEST)
        content = width - self._tokenizer.num_special_tokens_to_add()
        if width > most or content < 1:
            raise OptionError("window", f"the model reads 3 to {most} pieces at once")
        shared = min(64, content // 4) if overlap is None else overlap
        if not 0 <= shared < content:
            raise OptionError("overlap", f"must be at least 0 and below {content}")
        return width, shared

    def __call__(self, docs: Sequence[Document]) -> list[list[Span]]:
        """The spans of every page, each with the mean probability of its words' tags."""
        blocks = [(d, start, end) for d, doc in enumerate(docs) for start, end in doc.content_spans()]
        found: list[list[Span]] = [[] for _ in docs]
        if not blocks:
            return found
        for (d, start, _), words in zip(blocks, self._words([docs[d].text[a:b] for d, a, b in blocks]), strict=True):
            found[d] += self._spans(words, start)
        return found

    def _words(self, texts: Sequence[str]) -> list[list[_Word]]:
        """The tagged words of every text."""
        encoded = self._tokenizer(
            list(texts),
            truncation=True,
            max_length=self._window,
            stride=self._overlap,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
        )
        # By code point at which a piece begins: its distance from the edge of its window, its tag and probability.
        pieces: list[dict[int, tuple[int, int, float]]] = [{} for _ in texts]
        for i, (tags, scores) in enumerate(self._tagged(encoded["input_ids"])):
            of = pieces[encoded["overflow_to_sample_mapping"][i]]
            last = len(tags) - 1
            for k, (start, end) in enumerate(encoded["offset_mapping"][i]):
                if end <= start or encoded["special_tokens_mask"][i][k]:
                    continue
                depth = min(k, last - k)
                if start not in of or of[start][0] < depth:
                    of[start] = (depth, int(tags[k]), float(scores[k]))
        return [_as_words(text, of) for text, of in zip(texts, pieces, strict=True)]

    def _tagged(self, rows: Sequence[Sequence[int]]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """The likeliest tag of every piece and its probability, for each window."""
        torch, pad = self._torch, self._tokenizer.pad_token_id or 0
        for at in range(0, len(rows), self._batch):
            batch = rows[at : at + self._batch]
            width = max(map(len, batch))
            ids = torch.tensor([[*row, *[pad] * (width - len(row))] for row in batch], device=self._device)
            mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in batch], device=self._device)
            with torch.inference_mode():
                odds = self._model(input_ids=ids, attention_mask=mask).logits.softmax(-1).float().cpu().numpy()
            for row, scores in zip(batch, odds, strict=True):
                scores = scores[: len(row)]
                yield scores.argmax(-1), scores.max(-1)

    def _spans(self, words: Sequence[_Word], offset: int) -> list[Span]:
        """Runs of words with one label as spans of the page; B, S and U begin another, E, L, S and U end one."""
        runs: list[list[_Word]] = []
        going = ""
        for word in words:
            part, label = self._labels[word.tag]
            if label and label == going and part not in ("B", "S", "U"):
                runs[-1].append(word)
            elif label:
                runs.append([word])
            going = "" if part in ("E", "L", "S", "U") else label
        spans = []
        for run in runs:
            score = round(sum(w.score for w in run) / len(run), 3)
            label = self._labels[run[0].tag][1]
            spans.append(Span(offset + run[0].start, offset + run[-1].end, label, min(score, 1.0)))
        return spans


def _as_words(text: str, pieces: Mapping[int, tuple[int, int, float]]) -> list[_Word]:
    """The words of a text that have a piece beginning in them, each with the tag of the first one."""
    starts = sorted(pieces)
    words, k = [], 0
    for m in _WORD.finditer(text):
        while k < len(starts) and starts[k] < m.start():
            k += 1
        # A piece of some tokenizers begins with the blank before its word.
        here = starts[k] if k < len(starts) and starts[k] < m.end() else -1
        if here < 0 and k and starts[k - 1] == m.start() - 1 and text[m.start() - 1].isspace():
            here = starts[k - 1]
        if here >= 0:
            _, tag, score = pieces[here]
            words.append(_Word(*m.span(), tag, score))
    return words


def _weights(model: Any) -> str:
    """A hash of a model's weights, whatever file they came from."""
    whole = sha256()
    for name, tensor in sorted(model.state_dict().items()):
        whole.update(name.encode())
        whole.update(tensor.detach().cpu().contiguous().view(-1).float().numpy().tobytes())
    return whole.hexdigest()
