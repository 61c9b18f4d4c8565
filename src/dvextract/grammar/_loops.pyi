from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

class Fold:
    def __init__(self, single: dict[str, str], moved: dict[str, str], is_letter: Callable[[str], Any]) -> None: ...
    def fold(self, text: str) -> str: ...
    def both(self, text: str) -> tuple[str, str]: ...

def within(text: str, characters: bytes) -> bool: ...

class Walks:
    meant: list[int]
    def __init__(
        self,
        graph: Any,
        classes: NDArray[np.uint16],
        members: NDArray[np.bool_],
        direction: int,
        farthest: int,
        most: int,
    ) -> None: ...
    def at(self, text: str, place: int) -> int: ...
    def places(self, text: str, start: int, end: int) -> list[tuple[int, int]]: ...
