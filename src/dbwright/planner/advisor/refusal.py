"""The error of a statement that the planner does not take."""

from __future__ import annotations


class PlanningRefused(Exception):  # noqa: N818 - named after what happened
    """The server cannot plan a statement; `offset` is the character in it, `hint` what the server advises."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.hint = hint
