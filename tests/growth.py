"""Time per character of work on texts made of one piece again and again: whether it grows with the text's length."""

import gc
import time

LIMIT = 100e-6  # seconds a character, on a busy machine
NOTHING = 0.05  # seconds too short to compare: a sentence whose words are tied costs so much once
GROWTH = 3  # times the work for twice the text; linear is 2, quadratic 4


def repeated(piece, length):
    return (piece * (length // len(piece) + 1))[:length]


def seconds(work, text):
    gc.disable()  # a collection looks at everything that other tests have left
    try:
        begin = time.process_time()
        work(text)
        return time.process_time() - begin
    finally:
        gc.enable()


def superlinear(work, pieces, length):
    """What is wrong with ``work`` on each of the pieces, repeated to ``length`` and twice that; empty if nothing is."""
    wrong = []
    for piece in pieces:
        once, twice = repeated(piece, length), repeated(piece, 2 * length)
        longer = seconds(work, twice)
        if longer < NOTHING:
            continue
        longer = min(longer, *(seconds(work, twice) for _ in range(2)))
        growth = longer / min(seconds(work, once) for _ in range(3))
        if longer / len(twice) > LIMIT or (longer > NOTHING and growth > GROWTH):
            wrong.append(f"{piece!r}: {longer / len(twice) * 1e6:.0f} us a character, {growth:.1f} times for twice")
    return wrong
