"""What a statement costs under a set of indexes: asked from the laboratory, remembered, and derived where it can be.

Most questions of a search are answered by what is remembered, and only the rest is asked. Sets of indexes are integers,
one bit an option.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from dbwright.planner.advisor.options import Answer, Option, bits
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.planner.advisor.remembered import Remembered
from dbwright.planner.advisor.switchboard import Switchboard
from dbwright.planner.advisor.workload import Asked
from dbwright.sql.names import quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

__all__ = ["Answer", "Option", "Trials", "bits", "explain", "index_scans", "relation_names"]


class Trials:
    """Asks a laboratory what statements cost; `questions` counts the EXPLAINs, `requests` what was wanted of it.

    `seconds` tells the least time of a plan, where somebody wants to know.
    """

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
        self.seconds: Callable[[Any], float] = lambda plan: 0.0
        self.questions = 0
        self.requests = 0
        self._remembered = [Remembered() for _ in statements]
        self._every = (1 << len(options)) - 1
        self._switchboard = Switchboard(connection, options)
        self._by_oid = {oid: number for number, option in enumerate(options) for oid in option.oids}
        self._by_name = self._names()

    @property
    def connection(self) -> Connection[TupleRow]:
        """The connection that is asked; its indexes are switched."""
        return self._connection

    def cost(self, statement: int, there: int) -> float:
        """Return what a statement costs under these options."""
        return self.answer(statement, there).cost

    def answer(self, statement: int, there: int) -> Answer:
        """Return what a statement costs under these options, and what its plan uses."""
        self.requests += 1
        there &= self.relevant[statement]
        remembered = self._remembered[statement]
        found = remembered.answer(there)
        if found is None:
            self._switchboard.turn(there, self.relevant[statement])
            found, skipped = self._ask(statement, there)
            if skipped:
                found = self.answer(statement, there & ~skipped)
        remembered.learn(there, found)
        return found

    def confirmed(self, there: int) -> list[Answer]:
        """Return the answers of all statements under exactly these options, each asked anew, and remember them.

        What follows from other answers may be a bit off: the planner takes plans within a hundredth of each other for
        the same, and looks at the ends of any index to see how far values reach.
        """
        found = []
        for statement, relevant in enumerate(self.relevant):
            self._switchboard.turn(there, self._every)
            answer, skipped = self._ask(statement, there)
            found.append(self.answer(statement, there & ~skipped) if skipped else answer)
            self._remembered[statement].correct(there & relevant, found[-1])
        return found

    def answers(self, there: int, statements: Iterable[int]) -> list[Answer]:
        """Return the answers of several statements under the same options."""
        return [self.answer(s, there) for s in statements]

    def derived(self, statement: int, there: int) -> Answer | None:
        """Return the answer where it need not be asked."""
        return self._remembered[statement].answer(there & self.relevant[statement])

    def at_most(self, statement: int, there: int) -> Answer:
        """Return the least cost that is certain under these options, without asking."""
        return self._remembered[statement].at_most(there)

    def at_least(self, statement: int, there: int) -> float:
        """Return a bound below the cost under these options, without asking."""
        return self._remembered[statement].at_least(there & self.relevant[statement])

    def plans(self, statement: int) -> list[Answer]:
        """Return every plan that was met, the cheapest first, none of which another makes superfluous."""
        return list(self._remembered[statement].plans)

    def carry(self, other: Trials) -> None:
        """Take over what other trials of the same statements learnt, as far as it needs no option that is not here."""
        own = {_identity(option): 1 << number for number, option in enumerate(self.options)}
        places = [own.get(_identity(option), 0) for option in other.options]

        @cache
        def translated(mask: int) -> int:
            return sum(places[number] for number in bits(mask))

        missing = sum(1 << number for number, place in enumerate(places) if not place)
        for mine, theirs in zip(self._remembered, other._remembered, strict=True):
            for there, answer in theirs.exact.items():
                if not answer.used & missing:
                    mine.learn(translated(there), answer._replace(used=translated(answer.used)))

    def reset(self) -> None:
        """Switch every option off, where somebody else has switched them."""
        self._switchboard = Switchboard(self._connection, self.options)

    def _ask(self, statement: int, there: int) -> tuple[Answer, int]:
        """The answer, and the options that the plan uses as the real server cannot."""
        self.questions += 1
        asked = self.statements[statement]
        if not (asked.role or asked.settings):
            self._connection.rollback()  # and be again who the session is
        plan = explain(self._connection, asked)
        used = skipped = 0
        for node in index_scans(plan):
            number = self._by_name.get(node["Index Name"])
            if number is not None:
                used |= 1 << number
                skipped |= 1 << number if not self.skips and self._is_skipping(node, number) else 0
        return Answer(float(plan["Total Cost"]), used & there, self.seconds(plan)), skipped & there

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


def _identity(option: Option) -> tuple[Any, str]:
    return option.definition, option.name


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
        _see_that_it_is_there(connection, result)
        position = int(_field(result, "P") or 0)
        raise PlanningRefused(_field(result, "M"), max(0, position - 1 - len(prefix)), _field(result, "H"))
    return json.loads(value)[0]["Plan"]


def _see_that_it_is_there(connection: Connection[TupleRow], result: Any) -> None:
    """Raise psycopg.OperationalError where it is not the statement that was refused: the server is gone."""
    from psycopg import OperationalError
    from psycopg.pq import ConnStatus

    if connection.pgconn.status != ConnStatus.OK:
        raise OperationalError(_field(result, "M") or "the server closed the connection")


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
