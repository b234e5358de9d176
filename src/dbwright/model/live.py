"""What only a running database has: its switches, its counters, and objects that no design of ours made."""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.records import field, record


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
class LiveChild:
    """A table below another one: a partition of it, or one that inherits from it."""

    table: str
    parent: str
    partition: bool


@record(frozen=True)
class LiveIndex:
    """An index that nobody has read: its bytes, and the rows of its table."""

    table: str
    name: str
    bytes: int
    rows: int


@record(frozen=True)
class LiveScans:
    """How a table was read: its rows, times and rows in order of place, and times by an index."""

    table: str
    rows: int
    scans: int
    rows_read: int
    by_index: int


@record(frozen=True)
class LiveSize:
    """Rows of a table, and bytes of it with its indexes, those of all partitions taken together."""

    table: str
    rows: int
    bytes: int


@record(frozen=True)
class LiveStatement:
    """A statement that was observed, its times in milliseconds; `share` is its part of all time spent."""

    text: str
    calls: int
    mean: float
    longest: float
    deviation: float
    share: float


@record(frozen=True)
class LiveBody:
    """A function in PL/pgSQL: its arguments with their types, and its body."""

    name: str
    arguments: str
    body: str


@record(frozen=True)
class LiveState:
    """The state of a database; tables by name, and (table, object) where an object belongs to one.

    `types` are the parts of domains (one, without a name) and composite types as (name, type). `foreign` are references
    to what a platform owns: (table, constraint, target). `watched` are the seconds for which counters have counted.
    """

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
    children: tuple[LiveChild, ...] = ()
    types: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    bodies: tuple[LiveBody, ...] = ()
    foreign: tuple[tuple[str, str, str], ...] = ()
    unread: tuple[LiveIndex, ...] = ()
    scans: tuple[LiveScans, ...] = ()
    sizes: tuple[LiveSize, ...] = ()
    watched: float = 0.0
    controls: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[LiveStatement, ...] = ()
