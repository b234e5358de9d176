"""What can go wrong where a command asks a laboratory about access patterns, as the messages that end it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dbwright.cli.parsing import UsageError


@contextmanager
def laboratory_failures() -> Iterator[None]:
    """Raise UsageError for a pattern that the design has not, Failure for what a server refuses."""
    import psycopg

    from dbwright.cli.endings import Failure
    from dbwright.server import ServerError

    try:
        yield
    except LookupError as error:
        raise UsageError(f"the design has no access pattern `{error.args[0]}`", error.args[1]) from error
    except ServerError as error:
        raise Failure(str(error), error.help) from error
    except psycopg.Error as error:
        raise Failure(f"the laboratory's server failed: {error}") from error
