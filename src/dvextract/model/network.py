"""Training the context network with PyTorch (extra ``context``): first raw articles, then annotated pages.

Pretraining hides syllables of articles and lets the network guess them from their neighbours; its weights are data that
ships (pretrained.npz). Fine-tuning goes on from there on annotated pages, adds what else is known of a syllable, and
gives scores of tags, with transitions of its own. Running a trained network needs no PyTorch: see `context`.

Run as ``python -m dvextract.model.network ARTICLES.jsonl.gz OUT.npz`` to pretrain.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import torch
import torch.nn.functional as fn
from numpy.typing import NDArray
from torch import nn

from dvextract.errors import UsageError
from dvextract.lookup import look_up
from dvextract.model.arrays import DAMAGED, opened
from dvextract.model.context import FIRST_WORD, MASK, PAD, Context, form_rows, from_arrays, to_arrays
from dvextract.model.features import CHANNELS, SYLLABLE, Encoded, key_of, reduced, shape
from dvextract.model.layers import SMALL
from dvextract.segmentation.sentences import sentences

WIDTH = 128
DILATIONS = (1, 3, 9, 1)  # 27 neighbours without a hole
SHAPES = ("x", "X", "Xx", "XX", "xX", "9", "99", "999", "9999", "99999")
LEAST = 8  # occurrences a form needs to have a vector of its own
COLUMNS = (*CHANNELS, "gaz", "cue", "word", "pos", "block", "family")
"""What fine-tuning adds to form and shape, by the encoder's names."""

PRETRAIN = {"steps": 4400, "rows": 32, "length": 256, "rate": 2e-3, "hidden": 0.15}
TUNE = {
    "epochs": 30,
    "syllables": 2000,
    "rate": 5e-3,
    "rate_new": 8e-3,
    "longest": 400,
    "forget": 0.15,
    "forget_column": 0.2,
}
"""``syllables`` a batch; ``rate`` of what was pretrained, ``rate_new`` of the rest; ``longest`` sentence used.

``forget`` and ``forget_column``: how often a form, or what else is known of a syllable, is hidden from the network, so
that it relies on none of them alone.
"""

Tensor = Any


class Encoder(nn.Module):
    """Vectors of forms and shapes, then residual dilated convolutions; (sentences, syllables, width) comes out.

    Layers are normalised by their root mean square (Zhang and Sennrich 2019) and bent by a squared ramp (So et al.
    2021): both are cheap without a framework.
    """

    def __init__(self, forms: int, drop: float) -> None:
        super().__init__()
        self.form = nn.Embedding(forms, WIDTH, padding_idx=PAD)
        self.shape = nn.Embedding(len(SHAPES) + 3, WIDTH, padding_idx=0)  # nothing, other, known ones, hidden
        for table in (self.form, self.shape):
            nn.init.normal_(table.weight, 0, WIDTH**-0.5)
            nn.init.zeros_(table.weight[:1])
        self.layer = nn.ModuleList([nn.Linear(3 * WIDTH, WIDTH) for _ in DILATIONS])
        self.gain = nn.Parameter(torch.ones(len(DILATIONS) + 1, WIDTH))
        self.drop = nn.Dropout(drop)

    def forward(self, forms: Tensor, shapes: Tensor, more: Tensor | float = 0.0) -> Tensor:
        """Mix the syllables; ``more`` is added to the vectors at the bottom."""
        there = (forms > PAD).unsqueeze(-1).float()
        x = self.drop(self.form(forms) + self.shape(shapes) + more) * there
        for layer, gain, d in zip(self.layer, self.gain, DILATIONS, strict=False):
            padded = fn.pad(_normalised(x, gain), (0, 0, d, d))
            length = x.shape[1]
            around = torch.cat([padded[:, :length], padded[:, d : d + length], padded[:, 2 * d :]], dim=2)
            x = (x + self.drop(fn.relu(layer(around)).square())) * there
        return _normalised(x, self.gain[-1])


def _normalised(x: Tensor, gain: Tensor) -> Tensor:
    return fn.rms_norm(x, (WIDTH,), eps=SMALL) * gain


class Tagger(nn.Module):
    """An encoder with tables for the columns, scores of the tags and transitions between them."""

    def __init__(self, encoder: Encoder, sizes: Mapping[str, int], tags: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.tables = nn.ModuleDict({n: nn.Embedding(size + 1, WIDTH, padding_idx=0) for n, size in sizes.items()})
        for table in self.tables.values():
            nn.init.normal_(table.weight, 0, 0.02)
            nn.init.zeros_(table.weight[:1])
        self.out = nn.Linear(WIDTH, tags)
        self.drop = nn.Dropout(0.3)
        self.transition = nn.Parameter(torch.zeros(tags, tags))

    def forward(self, forms: Tensor, shapes: Tensor, columns: Mapping[str, Tensor]) -> Tensor:
        """Scores (sentences, syllables, tags)."""
        more = sum(self.tables[name](column) for name, column in columns.items())
        return self.out(self.drop(self.encoder(forms, shapes, more)))


def shape_keys() -> NDArray[np.uint64]:
    """Keys of the shapes with a vector of their own, sorted."""
    return np.sort(np.array([key_of(s) for s in SHAPES], dtype=np.uint64))


def read_articles(path: Path) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint64]]:
    """A JSONL file's syllables, sentence after sentence with one `PAD` between them.

    Returns rows of the table of forms, rows of the table of shapes, and the sorted keys of the forms that are known.
    """
    numbers: dict[str, int] = {}
    forms: list[int] = []
    keys: dict[int, int] = {}
    reduced_number: list[int] = []
    shape_number: list[int] = []
    places = {key: i + 2 for i, key in enumerate(shape_keys().tolist())}
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            text = orjson.loads(line)["text"]
            for start, end in sentences(text, 0, len(text)):
                for form in SYLLABLE.findall(text, start, end):
                    number = numbers.get(form)
                    if number is None:
                        number = numbers[form] = len(reduced_number)
                        reduced_number.append(keys.setdefault(key_of(reduced(form)), len(keys)))
                        shape_number.append(places.get(key_of(shape(form)), 1))
                    forms.append(number)
                forms.append(-1)
    stream = np.array(forms, dtype=np.int64)
    there = stream >= 0
    reduced_of, shape_of = np.array(reduced_number), np.array(shape_number)
    key_of_reduced = np.array(list(keys), dtype=np.uint64)
    counts = np.bincount(reduced_of[stream[there]], minlength=len(keys))
    known = np.sort(key_of_reduced[counts >= LEAST])
    rows = np.full(len(stream), PAD, dtype=np.int32)
    rows[there] = form_rows(key_of_reduced, known)[reduced_of[stream[there]]]
    shapes_of = np.zeros(len(stream), dtype=np.int64)
    shapes_of[there] = shape_of[stream[there]]
    return rows, shapes_of, known


@contextmanager
def one_thread() -> Iterator[None]:
    """The order of sums, and so the last bits of weights, must not depend on the machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@one_thread()
def pretrain(articles: Path, out: Path, seed: int = 0) -> float:
    """Train an encoder on raw articles and write it; returns the last mean loss (nats a hidden syllable)."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    forms, shapes, known = read_articles(articles)
    length, rows, steps = int(PRETRAIN["length"]), int(PRETRAIN["rows"]), int(PRETRAIN["steps"])
    whole = len(forms) // length * length
    blocks, outlines = forms[:whole].reshape(-1, length), shapes[:whole].reshape(-1, length)
    size = FIRST_WORD + len(known)
    encoder, head, bias = Encoder(size, 0.1), nn.Linear(WIDTH, WIDTH), nn.Parameter(torch.zeros(size))
    parameters = [*encoder.parameters(), *head.parameters(), bias]
    optimiser = torch.optim.AdamW(parameters, lr=PRETRAIN["rate"], weight_decay=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: min(1, (i + 1) / 200) * max(0.02, 1 - i / steps))
    mean = 0.0
    order = np.zeros(0, dtype=np.int64)
    for step in range(steps):
        if len(order) < rows:
            order = rng.permutation(len(blocks))
        chosen, order = order[:rows], order[rows:]
        x, s = torch.from_numpy(blocks[chosen]).long(), torch.from_numpy(outlines[chosen])
        hidden = (torch.rand(x.shape) < PRETRAIN["hidden"]) & (x >= FIRST_WORD)
        how = torch.rand(x.shape)
        seen = torch.where(hidden & (how < 0.8), torch.full_like(x, MASK), x)
        seen = torch.where(hidden & (how > 0.9), torch.randint(FIRST_WORD, max(size, FIRST_WORD + 1), x.shape), seen)
        covered = hidden & (torch.rand(x.shape) < 0.5)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            mixed = encoder(seen, torch.where(covered, torch.full_like(s, len(SHAPES) + 2), s))[hidden]
            guess = fn.gelu(head(mixed), approximate="tanh") @ encoder.form.weight.t() + bias
        loss = fn.cross_entropy(guess.float(), x[hidden])
        update(loss, optimiser, schedule, parameters)
        mean = loss.item() if step == 0 else 0.98 * mean + 0.02 * loss.item()
        if step % 100 == 99:
            print(f"{step + 1} of {steps}: {mean:.3f}", file=sys.stderr)
    nothing = np.zeros((WIDTH, 0), dtype=np.float32)
    arrays = to_arrays(_context(encoder, known, {}, nothing, nothing[0]))
    with out.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return mean


def update(loss: Tensor, optimiser: Any, schedule: Any, parameters: Sequence[Tensor]) -> None:
    """One step down the slope of a loss."""
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, 1.0)
    optimiser.step()
    schedule.step()


def _numbers(tensor: Tensor) -> NDArray[np.float32]:
    result: NDArray[np.float32] = tensor.detach().numpy()
    return result


def _context(
    encoder: Encoder,
    known: NDArray[np.uint64],
    tables: Mapping[str, tuple[NDArray[np.uint64], NDArray[np.float32]]],
    out: NDArray[np.float32],
    out_bias: NDArray[np.float32],
) -> Context:
    """What the network has learnt as plain arrays."""
    gain = _numbers(encoder.gain)
    taps = [_numbers(layer.weight).T for layer in encoder.layer]
    return Context(
        known,
        _numbers(encoder.form.weight),
        {"shape": (shape_keys(), _numbers(encoder.shape.weight)[1:-1]), **tables},  # "other" becomes row 0
        np.stack([np.tile(g, 3)[:, None] * t for g, t in zip(gain[:-1], taps, strict=True)]),
        np.stack([_numbers(m.bias) for m in encoder.layer]),
        gain[-1][:, None] * out,
        out_bias,
        DILATIONS,
    )


def _loaded(pretrained: Path, drop: float) -> tuple[Encoder, NDArray[np.uint64]]:
    """An encoder with pretrained weights, and the keys of the forms it knows; raises UsageError for another file."""
    try:
        with opened(pretrained.read_bytes()) as file:
            context = from_arrays(file)
    except DAMAGED as e:
        raise UsageError(f"cannot read the pretrained encoder {pretrained}: {e}") from e
    if context is None or (context.dilations, context.weights.shape[1:]) != (DILATIONS, (3 * WIDTH, WIDTH)):
        raise UsageError(f"{pretrained} is no pretrained encoder of this version; make one with {__name__}")
    encoder = Encoder(len(context.form_table), drop)
    with torch.no_grad():
        encoder.form.weight.copy_(torch.from_numpy(context.form_table))
        encoder.shape.weight[1:-1].copy_(torch.from_numpy(context.tables["shape"][1]))
        for i, layer in enumerate(encoder.layer):
            layer.weight.copy_(torch.from_numpy(np.ascontiguousarray(context.weights[i].T)))
            layer.bias.copy_(torch.from_numpy(context.bias[i]))
    return encoder, context.forms


@one_thread()
def finetune(
    encoded: Encoded, tags: NDArray[np.int8], n_tags: int, pretrained: Path, seed: int = 0
) -> tuple[Context, NDArray[np.float32]]:
    """A context network for annotated syllables, and its transitions (tags, tags).

    ``tags`` is the tag of every syllable of ``encoded``.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    encoder, known = _loaded(pretrained, 0.2)
    keys = {name: np.unique(encoded.columns[name]) for name in COLUMNS}
    keys = {name: k[k != 0] for name, k in keys.items()}
    tagger = Tagger(encoder, {name: len(k) for name, k in keys.items()}, n_tags)
    rows = {name: look_up(encoded.columns[name], k) for name, k in keys.items()}
    rows["form"] = form_rows(encoded.columns["token"], known)
    rows["shape"] = look_up(encoded.columns["shape"], shape_keys()) + 1
    rows["tag"] = tags.astype(np.int64)
    first = encoded.flat.first
    length = np.diff(first)
    chosen = np.flatnonzero(length <= TUNE["longest"])
    epochs, most = int(TUNE["epochs"]), int(TUNE["syllables"])
    steps = int(1.15 * epochs * length[chosen].sum() / most) + epochs
    inner = list(encoder.parameters())
    ids = {id(p) for p in inner}
    outer = [p for p in tagger.parameters() if id(p) not in ids]
    groups = [{"params": inner, "lr": TUNE["rate"]}, {"params": outer, "lr": TUNE["rate_new"]}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: min(1, (i + 1) / 100) * max(0.0, 1 - i / steps))
    tagger.train()
    for _ in range(epochs):
        for batch in batches(chosen, length, most, rng):
            tensors, there = padded(batch, first, rows)
            forget = torch.from_numpy(rng.random(there.shape) < TUNE["forget"]) & there  # read from its neighbours
            forms = torch.where(forget, torch.full_like(tensors["form"], MASK), tensors["form"])
            columns = {
                name: tensors[name] * torch.from_numpy(rng.random(there.shape) >= TUNE["forget_column"])
                for name in COLUMNS
            }
            scores = tagger(forms, tensors["shape"], columns)
            loss = _surprise(scores, tensors["tag"], there.float(), tagger.transition) / there.sum()
            update(loss, optimiser, schedule, [*inner, *outer])
    tables = {name: (keys[name], _numbers(tagger.tables[name].weight)) for name in COLUMNS}
    out, bias = _numbers(tagger.out.weight).T, _numbers(tagger.out.bias)
    return _context(encoder, known, tables, out, bias), _numbers(tagger.transition)


def batches(
    chosen: NDArray[np.int64], length: NDArray[np.int64], most: int, rng: np.random.Generator
) -> list[list[int]]:
    """Sentences of about one length together, in a random order of batches."""
    order = chosen[np.argsort(length[chosen] + rng.random(len(chosen)) * 10, kind="stable")]
    found: list[list[int]] = []
    size = most
    for sentence in order.tolist():
        if size >= most:
            found.append([])
            size = 0
        found[-1].append(sentence)
        size += int(length[sentence])
    return [found[i] for i in rng.permutation(len(found))]


def padded(
    batch: Sequence[int], first: NDArray[np.int64], rows: Mapping[str, NDArray[Any]]
) -> tuple[dict[str, Tensor], Tensor]:
    """Columns as (sentences, syllables, ...), zero where a sentence has ended, and where it has not."""
    longest = max(int(first[i + 1] - first[i]) for i in batch)
    there = np.zeros((len(batch), longest), dtype=bool)
    found = {name: np.zeros((len(batch), longest, *c.shape[1:]), dtype=c.dtype) for name, c in rows.items()}
    for row, i in enumerate(batch):
        a, b = int(first[i]), int(first[i + 1])
        there[row, : b - a] = True
        for name, column in rows.items():
            found[name][row, : b - a] = column[a:b]
    return {name: torch.from_numpy(column) for name, column in found.items()}, torch.from_numpy(there)


def _surprise(scores: Tensor, tags: Tensor, there: Tensor, transition: Tensor) -> Tensor:
    """Minus the log probability of the sentences' tags in a linear chain, summed."""
    gold = (scores.gather(2, tags.unsqueeze(2)).squeeze(2) * there).sum(1)
    gold = gold + (transition[tags[:, :-1], tags[:, 1:]] * there[:, 1:]).sum(1)
    state = scores[:, 0]
    for t in range(1, scores.shape[1]):
        following = torch.logsumexp(state.unsqueeze(2) + transition, 1) + scores[:, t]
        goes_on = there[:, t : t + 1]
        state = following * goes_on + state * (1 - goes_on)
    return (torch.logsumexp(state, 1) - gold).sum()


if __name__ == "__main__":
    print(f"{pretrain(Path(sys.argv[1]), Path(sys.argv[2])):.3f}")
