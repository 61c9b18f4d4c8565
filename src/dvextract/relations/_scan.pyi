from collections.abc import Sequence

class Vocabulary:
    def __init__(self, sets: Sequence[Sequence[str]], verbs: Sequence[str]) -> None: ...

class Skeleton:
    text: str
    letters: str
    mentions: dict[int, int]
    block: int
    start: int
    end: int
    holds: int
    verbs: list[int]
    def offset(self, position: int) -> int: ...
    def place(self, start: int, end: int) -> tuple[int, int]: ...
    def positions(self, letters: str) -> list[int]: ...
    def split(self, letters: str) -> tuple[list[int], list[str], str]: ...

def skeletons(
    vocabulary: Vocabulary,
    folded: str,
    stretches: list[tuple[int, int, int, int, int]],
    begins: list[int],
    ends: list[int],
    letters: str,
) -> list[Skeleton]: ...
def places(text: str, characters: str) -> list[int]: ...
