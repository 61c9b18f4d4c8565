from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_Encode = Callable[[Iterable[Any], bytes, bytes], list[bytes]]

def row_lines(
    rows: Sequence[Sequence[Any]], before: tuple[bytes, ...], last: bytes, csv: bool, encode: _Encode
) -> bytes: ...
def word_lines(
    text: str,
    sentence: NDArray[np.int32],
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    pos: Sequence[str],
    before: tuple[bytes, ...],
    last: bytes,
    csv: bool,
    encode: _Encode,
) -> bytes: ...
