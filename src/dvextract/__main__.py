"""The command line from its first moment: an interrupt before it knows what to do ends it without a word."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading

_YOUNG = 50_000
"""Objects after which cycles are looked for: while modules are loaded there are many objects, and none to be found."""


def main() -> None:
    """Run the command line; where interrupts are ignored, as under nohup, they stay so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # `cli.main` gives it back
    gc.set_threshold(_YOUNG)
    from dvextract.cli import app

    try:
        app()
    except SystemExit as e:
        _leave(e.code)
        raise


def _leave(status: object) -> None:
    """End the process at once, which leaves what it holds to the system: taking that apart takes a quarter of a second.

    Returns where Python should rather end it: when there is something left to say or to wait for.
    """
    if not isinstance(status, int | None) or threading.active_count() > 1:
        return
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):  # none there, or nobody to read it
        return
    os._exit(status or 0)


if __name__ == "__main__":
    main()
