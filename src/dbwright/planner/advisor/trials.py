"""What a statement costs under a set of indexes: asked from the laboratory, remembered, and derived where it can be.

A planner takes the cheapest plan it sees. So if it used the indexes U while C were there, then it costs the same under
every set between U and C; fewer indexes than C never cost less, more than U never cost more. Most questions of a search
are answered by these three, and only the rest is asked. Sets of indexes are integers, one bit an option.
Source: Papadomanolakis, Dash, Ailamaki, "Efficient Use of the Query Optimizer for Automated Physical Design" (INUM,
VLDB 2007); Siddiqui et al., "Wii: Dynamic Budget Reallocation in Index Tuning" (SIGMOD 2024), for the bounds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dbwright.planner.advisor.definition import Definition
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.planner.advisor.workload import Asked
from dbwright.records import record
from dbwright.sql.names import quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

SAME = 1e-6
"""Two costs that differ by less than this share are the same."""


@record(frozen=True)
class Option:
    """An index that may be there or not: `size` in bytes, `oids` in the laboratory (one a partition as well).

    One that stands already on the real server has its `name` there; a new one is only a definition.
    """

    definition: Definition
    size: int
    oids: tuple[int, ...]
    name: str = ""

    @property
    def exists(self) -> bool:
        """Whether it stands already."""
        return bool(self.name)


class Answer(NamedTuple):
    """What a statement costs, in the planner's units, and which options its plan uses."""

    cost: float
    used: int


_NEVER = Answer(float("inf"), 0)


class Known(NamedTuple):
    """What was asked: under which options, and the answer."""

    there: int
    cost: float
    used: int


class Trials:
    """Asks a laboratory what statements cost; `questions` counts the EXPLAINs, `requests` what was wanted of it."""

    def __init__(
        self,
        connection: Connection[TupleRow],
        statements: Sequence[Asked],
        options: Sequence[Option],
        relevant: Sequence[int],
        skips: bool = True,
    ) -> None:
        """`relevant` holds for each statement the options on its tables.

        `skips` says that the real server skips over a leading column without a condition, as from PostgreSQL 18 on.
        """
        self._connection = connection
        self.statements = statements
        self.options = options
        self.relevant = relevant
        self.skips = skips
        self.questions = 0
        self.requests = 0
        self._known: list[list[Known]] = [[] for _ in statements]
        self._certain: list[dict[int, tuple[int, Answer]]] = [{} for _ in statements]
        self._exact: list[dict[int, Answer]] = [{} for _ in statements]
        self._by_oid = {oid: number for number, option in enumerate(options) for oid in option.oids}
        self._by_name = self._names()

    def cost(self, statement: int, there: int) -> float:
        """Return what a statement costs under these options."""
        return self.answer(statement, there).cost

    def answer(self, statement: int, there: int) -> Answer:
        """Return what a statement costs under these options, and what its plan uses."""
        self.requests += 1
        there &= self.relevant[statement]
        found = self._exact[statement].get(there) or self._derive(statement, there)
        if found is None:
            with self._switched(there):
                found, skipped = self._ask(statement, there)
            if skipped:
                found = self.answer(statement, there & ~skipped)
        return self._remember(statement, there, found)

    def answers(self, there: int, statements: Iterable[int]) -> list[Answer]:
        """Return the answers of several statements under the same options; those are switched once."""
        wanted = list(statements)
        open_ones = [s for s in wanted if self.derived(s, there) is None]
        if open_ones:
            with self._switched(there):
                asked = [(s, *self._ask(s, there & self.relevant[s])) for s in open_ones]
            for statement, found, skipped in asked:
                mine = there & self.relevant[statement]
                self._remember(statement, mine, self.answer(statement, mine & ~skipped) if skipped else found)
        return [self.answer(s, there) for s in wanted]

    def derived(self, statement: int, there: int) -> Answer | None:
        """Return the answer where it need not be asked."""
        there &= self.relevant[statement]
        return self._exact[statement].get(there) or self._derive(statement, there)

    def at_most(self, statement: int, there: int) -> Answer:
        """Return the least cost that is certain under these options, without asking."""
        there &= self.relevant[statement]
        return self._cheapest(statement, there)

    def at_least(self, statement: int, there: int) -> float:
        """Return a bound below the cost under these options, without asking."""
        there &= self.relevant[statement]
        return max((k.cost for k in self._known[statement] if not there & ~k.there), default=0.0)

    def plans(self, statement: int) -> list[Answer]:
        """Return every plan that was met: its cost and what it used, none of which another makes superfluous."""
        found = sorted(
            {Answer(k.cost, k.used) for k in self._known[statement]}, key=lambda a: (a.cost, a.used.bit_count())
        )
        kept: list[Answer] = []
        for plan in found:
            if not any(not k.used & ~plan.used for k in kept):
                kept.append(plan)
        return kept

    def _derive(self, statement: int, there: int) -> Answer | None:
        best = None
        lower = 0.0
        for k in self._known[statement]:
            if not k.used & ~there and (best is None or k.cost < best.cost):
                best = Answer(k.cost, k.used)
            if not there & ~k.there and k.cost > lower:
                lower = k.cost
        return best if best is not None and best.cost <= lower * (1 + SAME) else None

    def _cheapest(self, statement: int, there: int) -> Answer:
        known = self._known[statement]
        count, best = self._certain[statement].get(there, (0, _NEVER))
        if count < len(known):
            # Only what was learnt since is looked at; whoever walks through choices asks for the same ones again.
            for k in known[count:]:
                if k.cost < best.cost and not k.used & ~there:
                    best = Answer(k.cost, k.used)
            self._certain[statement][there] = len(known), best
        return best

    def _remember(self, statement: int, there: int, answer: Answer) -> Answer:
        if there not in self._exact[statement]:
            self._exact[statement][there] = answer
            self._known[statement].append(Known(there, answer.cost, answer.used))
        return answer

    def _ask(self, statement: int, there: int) -> tuple[Answer, int]:
        """The answer, and the options that the plan uses as the real server cannot."""
        self.questions += 1
        asked = self.statements[statement]
        plan = explain(self._connection, asked)
        used = skipped = 0
        for node in index_scans(plan):
            number = self._by_name.get(node["Index Name"])
            if number is not None:
                used |= 1 << number
                skipped |= 1 << number if not self.skips and self._is_skipping(node, number) else 0
        return Answer(float(plan["Total Cost"]), used & there), skipped & there

    def _is_skipping(self, node: Any, number: int) -> bool:
        """Whether conditions on later columns are all that a scan of a B-tree has to go by."""
        definition = self.options[number].definition
        condition = node.get("Index Cond", "")
        return definition.method == "btree" and bool(condition) and definition.keys[0].text not in condition

    def _names(self) -> dict[str, int]:
        rows = self._connection.execute(
            "select oid::bigint, relname from pg_catalog.pg_class where oid = any(%s::bigint[]::oid[])",
            [list(self._by_oid)],
        ).fetchall()
        self._connection.rollback()
        return {name: self._by_oid[oid] for oid, name in rows}

    def _switched(self, there: int) -> Switch:
        oids = [oid for number in bits(there) for oid in self.options[number].oids]
        return Switch(self._connection, oids)


class Switch:
    """Some indexes count as there until the end; all other options are invalid."""

    def __init__(self, connection: Connection[TupleRow], oids: Sequence[int]) -> None:
        self._connection = connection
        self._oids = list(oids)

    def __enter__(self) -> None:
        self._connection.execute("set transaction read write")
        if self._oids:
            self._connection.execute(
                "update pg_catalog.pg_index set indisvalid = true where indexrelid = any(%s::bigint[]::oid[])",
                [self._oids],
            )
        self._connection.execute("set transaction read only")

    def __exit__(self, *_: object) -> None:
        self._connection.rollback()


def explain(connection: Connection[TupleRow], asked: Asked) -> Any:
    """Return the plan of one statement; raise PlanningRefused.

    The text was parsed: it is one statement that is planned. One without parameters is sent in the extended protocol,
    in which a server takes no second one; there a parameter would be planned as the value that is bound to it.
    """
    if asked.role or asked.settings:
        _act(connection, asked)
    if asked.parameters:
        prefix = "explain (format json, generic_plan) "
        result = connection.pgconn.exec_((prefix + asked.sql).encode())
    else:
        prefix = "explain (format json) "
        result = connection.pgconn.exec_params((prefix + asked.sql).encode(), [])
    value = result.get_value(0, 0)
    if value is None:
        position = int(_field(result, "P") or 0)
        raise PlanningRefused(_field(result, "M"), max(0, position - 1 - len(prefix)), _field(result, "H"))
    return json.loads(value)[0]["Plan"]


def _act(connection: Connection[TupleRow], asked: Asked) -> None:
    """Be the role of a statement until the transaction ends or another one is taken."""
    connection.execute("set local role none")
    for name, value in asked.settings:
        connection.execute("select set_config(%s, %s, true)", [name, value])
    if asked.role:
        connection.execute(f"set local role {quote(asked.role)}".encode())


def _field(result: Any, letter: str) -> str:
    raw = result.error_field(ord(letter))
    return raw.decode(errors="replace") if raw else ""


def index_scans(plan: Any) -> Iterator[Any]:
    """Yield the nodes of a plan that read an index, in order."""
    if "Index Name" in plan:
        yield plan
    for child in plan.get("Plans", ()):
        yield from index_scans(child)


def relation_names(plan: Any) -> Iterator[str]:
    """Yield the tables that a plan reads or writes, in order."""
    if "Relation Name" in plan:
        yield plan["Relation Name"]
    for child in plan.get("Plans", ()):
        yield from relation_names(child)


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
