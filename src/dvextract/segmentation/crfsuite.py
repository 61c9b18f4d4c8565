"""CRFsuite model files to arrays: a first-order chain's labels, attributes, state weights and transitions.

Only the strings and the features are read; the file's hash tables and reference lists repeat what they say. The format
is that of CRFsuite 0.12 (``lib/crf/src/crf1d_model.c`` and ``lib/cqdb/src/cqdb.c`` of its source), version 100.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dvextract.errors import DvextractError

_HEADER = struct.Struct("<4sI4s9I")  # magic, size, type, version, counts of 3, offsets of 5
_VERSION = 100
_FEATURE = np.dtype([("kind", "<u4"), ("source", "<u4"), ("label", "<u4"), ("weight", "<f8")])
_STATE, _TRANSITION = 0, 1
_LEAST = 1e-10  # underthesea_core drops state weights no greater than this


@dataclass(frozen=True)
class Chain:
    """A linear chain: attribute strings by row of ``state`` (attributes, labels); ``transition`` is row to column."""

    labels: tuple[str, ...]
    attributes: tuple[str, ...]
    state: NDArray[np.float64]
    transition: NDArray[np.float64]


def load(path: Path) -> Chain:
    """Read a model file; raises DvextractError when it is not there or not a CRFsuite model of version 100."""
    try:
        return _parsed(path.read_bytes())
    except (OSError, ValueError, IndexError, struct.error) as e:
        raise DvextractError(f"cannot read the CRFsuite model {path}: {e}; install underthesea 9.5 again") from e


def _parsed(raw: bytes) -> Chain:
    magic, _, _, version, _, _, _, at_features, at_labels, at_attributes, _, _ = _HEADER.unpack_from(raw)
    if magic != b"lCRF" or version != _VERSION:
        raise ValueError("not a model of this format")
    labels, attributes = _strings(raw, at_labels), _strings(raw, at_attributes)
    count = struct.unpack_from("<I", raw, at_features + 8)[0]  # the header's own count is 0 in files of CRFsuite
    features = np.frombuffer(raw, _FEATURE, count, at_features + 12)
    state = np.zeros((len(attributes), len(labels)))
    transition = np.zeros((len(labels), len(labels)))
    s = features[(features["kind"] == _STATE) & (np.abs(features["weight"]) > _LEAST)]
    state[s["source"], s["label"]] = s["weight"]
    t = features[features["kind"] == _TRANSITION]
    transition[t["source"], t["label"]] = t["weight"]
    return Chain(labels, attributes, state, transition)


def _strings(raw: bytes, at: int) -> tuple[str, ...]:
    """The strings of a constant quark database, by id: its backward links lead to (id, size, bytes with a final 0)."""
    magic, _, _, _, count, links = struct.unpack_from("<4s5I", raw, at)
    if magic != b"CQDB":
        raise ValueError("a string table is missing")
    size = struct.Struct("<I").unpack_from
    begins = (np.frombuffer(raw, "<u4", count, at + links).astype(np.int64) + (at + 8)).tolist()
    return tuple(raw[b : b + size(raw, b - 4)[0] - 1].decode() for b in begins)
