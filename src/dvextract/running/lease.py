"""A lock where there are no file locks: an object with a time in it that its owner renews.

An object store cannot promise more without a service beside it: two runs that begin in the same second may both believe
they hold it. Since parts are named by what is in them and tables are the same bytes, they would do work twice and no
harm.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from dvextract import storage
from dvextract.errors import UsageError

RENEWED = 20.0
"""Seconds after which the owner says again that it is there."""
EXPIRES = 120.0
"""Seconds after which an owner that has said nothing is gone."""


@contextmanager
def leased(name: str, what: str) -> Iterator[None]:
    """Hold the lease ``name`` of ``what``; raises UsageError when somebody else does."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{time.time_ns()}"
    with suppress(OSError, ValueError, KeyError, TypeError):
        held = json.loads(storage.read_bytes(name))
        if time.time() - held["time"] < EXPIRES:
            why = f"another run ({held['owner']}) is writing to {what}, or was killed in the last two minutes"
            raise UsageError(f"{why}; wait for it or give another folder")
    ended = Event()

    def renew() -> None:
        with storage.writing(name) as file:
            file.write(json.dumps({"owner": owner, "time": time.time()}).encode())

    def keep_on() -> None:
        while not ended.wait(RENEWED):
            with suppress(Exception):  # stores raise errors of their own; the next time may do
                renew()

    renew()
    thread = Thread(target=keep_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        storage.remove(name)
