"""The one root of what we raise on purpose: a message says what was wrong, where, and what to do."""

from __future__ import annotations


class DvextractError(Exception):
    """Something the user can mend; the command line prints the message on one line and exits non-zero."""


class UsageError(DvextractError):
    """A wrong argument, option or pipeline file."""


class InputError(DvextractError):
    """An input that cannot be read; becomes a row of the table `rejects`."""


class OptionError(UsageError):
    """A value that a stage or recogniser cannot use for its option ``key``."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


class PipelineError(UsageError):
    """All that is wrong with one pipeline file, a line for each fault: ``FILE:LINE: key: what and what to do``."""

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each fault."""
        return tuple(str(self).splitlines())


class RecogniserError(DvextractError):
    """A plugged-in recogniser fell, or gave what is no span: a fault of its package; the page becomes a reject."""
