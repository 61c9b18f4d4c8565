from collections.abc import Collection, Sequence

from dvextract.document import Mention, Reading

class Vocabulary:
    def __init__(self, sets: Collection[Collection[str]], verbs: Collection[str], others: Collection[str]) -> None: ...

class Skeleton:
    text: str
    letters: str
    mentions: dict[int, int]
    block: int
    start: int
    end: int
    holds: int
    verbs: list[tuple[int, int, int]]
    def offset(self, position: int) -> int: ...
    def place(self, start: int, end: int) -> tuple[int, int]: ...
    def positions(self, letters: str) -> list[int]: ...
    def split(self, letters: str) -> tuple[list[int], list[str], str]: ...

def skeletons(
    vocabulary: Vocabulary,
    folded: str,
    mentions: Sequence[Mention],
    readings: Sequence[Reading],
    letters: dict[str, str],
    sentences: list[tuple[int, int, int]],
) -> list[Skeleton]: ...
def places(text: str, characters: str) -> list[int]: ...
