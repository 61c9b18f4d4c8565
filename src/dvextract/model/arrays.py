"""The arrays of a model file, each looked at before it is used.

A model may come from anywhere. It is read without pickle, so nothing in it can run; but numbers that lead outside an
array, negative counts or a few bytes that unfold to more than memory holds would end the process all the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

import numpy as np
from numpy.typing import NDArray

LARGEST = 1 << 30
"""Bytes of all arrays of the largest model that is read; the shipped ones have some million."""

DAMAGED = (
    ValueError, KeyError, TypeError, OSError, EOFError, BadZipFile, ZlibError, NotImplementedError, MemoryError,
    RuntimeError, SyntaxError, OverflowError,
)  # fmt: skip
"""What reading a file raises that is no .npz, or a broken one: zipfile and NumPy's parser of headers have no root."""


class Arrays:
    """The arrays of an open .npz file by name."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.names: tuple[str, ...] = tuple(file.files)

    def take(self, name: str, kind: str, *shape: int | None) -> NDArray[Any]:
        """An array of this type and shape (None: any length); raises ValueError for another, KeyError for none.

        Floating-point numbers must be finite and may be of any width; ``kind`` is ``float`` for them, else the exact
        type.
        """
        array = self._file[name]
        right = array.dtype.kind == "f" if kind == "float" else array.dtype == np.dtype(kind)
        if not right or array.ndim != len(shape):
            raise ValueError(f"array '{name}' is {array.dtype} of {array.ndim} dimensions, not {kind} of {len(shape)}")
        if any(n is not None and n != m for n, m in zip(shape, array.shape, strict=True)):
            raise ValueError(f"array '{name}' has the shape {array.shape}")
        if kind == "float" and not np.isfinite(array).all():
            raise ValueError(f"array '{name}' has numbers that are none")
        return array  # type: ignore[no-any-return]

    def keys(self, name: str) -> NDArray[np.uint64]:
        """Keys in ascending order, none twice."""
        array = self.take(name, "uint64", None)
        if not (array[1:] > array[:-1]).all():
            raise ValueError(f"array '{name}' is not in order")
        return array


@contextmanager
def opened(raw: bytes) -> Iterator[Arrays]:
    """The arrays in the bytes of an .npz file; raises one of `DAMAGED` where it, or what is taken of it, is broken."""
    with ZipFile(io.BytesIO(raw)) as packed:
        if sum(member.file_size for member in packed.infolist()) > LARGEST:
            raise ValueError(f"it unfolds to more than {LARGEST >> 20} MB")
    with np.load(io.BytesIO(raw), allow_pickle=False) as file:
        yield Arrays(file)
