"""What only a running database has: its switches, its counters, and objects that no design of ours made."""

from __future__ import annotations

from dbwright.records import record


@record(frozen=True)
class LivePolicy:
    """A row-level security policy as the catalog prints it; `command` is `*` for all."""

    table: str
    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: str
    check: str


@record(frozen=True)
class LiveFunction:
    """A function that runs with its owner's rights; `path` is its own search_path, empty where it has none."""

    name: str
    path: str
    public: bool


@record(frozen=True)
class LiveSequence:
    """A sequence: the last number that it gave, and the last that it can give."""

    name: str
    last: int
    most: int


@record(frozen=True)
class LiveState:
    """The state of a database; tables by name, and (table, object) where an object belongs to one."""

    secured: frozenset[str] = frozenset()
    forced: frozenset[str] = frozenset()
    unlogged: frozenset[str] = frozenset()
    inheriting: frozenset[str] = frozenset()
    policies: tuple[LivePolicy, ...] = ()
    not_valid: tuple[tuple[str, str], ...] = ()
    invalid_indexes: tuple[tuple[str, str], ...] = ()
    definers: tuple[LiveFunction, ...] = ()
    definer_views: tuple[tuple[str, str], ...] = ()
    sequences: tuple[LiveSequence, ...] = ()
    public_extensions: tuple[str, ...] = ()
    dead: tuple[tuple[str, int, int], ...] = ()
