"""The command line from its first moment: an interrupt before it knows what to do ends it without a word."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command line; where interrupts are ignored, as under nohup, they stay so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # `cli.main` gives it back
    from dvextract.cli import app

    app()


if __name__ == "__main__":
    main()
