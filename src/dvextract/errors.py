"""The one root of what we raise on purpose: a message says what was wrong, where, and what to do."""

from __future__ import annotations


class DvextractError(Exception):
    """Something the user can mend; the command line prints the message on one line and exits non-zero."""


class UsageError(DvextractError):
    """A wrong argument, option or pipeline file."""


class InputError(DvextractError):
    """An input that cannot be read; becomes a row of the table `rejects`."""
