import numpy as np
from numpy.typing import NDArray

def array_lines(rows: bytes, before: tuple[bytes, ...], last: bytes, csv: bool) -> bytes: ...
def packed_words(
    sentence: NDArray[np.int32], start: NDArray[np.int32], end: NDArray[np.int32], pos: tuple[str, ...]
) -> tuple[list[str], int, bytes]: ...
def word_lines(
    text: bytes, words: bytes, width: int, tags: tuple[bytes, ...], before: tuple[bytes, ...], last: bytes, csv: bool
) -> bytes: ...
