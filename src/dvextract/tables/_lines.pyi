from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dvextract.document import Mention, Reading

def array_lines(rows: bytes, before: tuple[bytes, ...], last: bytes, csv: bool) -> bytes: ...
def renamed_rows(
    rows: bytes, width: int, page: int, entity: int, changes: dict[bytes, dict[bytes, bytes]]
) -> bytes: ...
def packed_words(
    sentence: NDArray[np.int32], start: NDArray[np.int32], end: NDArray[np.int32], pos: tuple[str, ...]
) -> tuple[list[str], int, bytes]: ...
def word_lines(
    text: bytes, words: bytes, width: int, tags: tuple[bytes, ...], before: tuple[bytes, ...], last: bytes, csv: bool
) -> bytes: ...
def mention_objects(
    text: str,
    mentions: tuple[Mention, ...],
    readings: tuple[Reading, ...],
    attributes: Callable[[Mention, str, Reading], bytes],
) -> bytes: ...
