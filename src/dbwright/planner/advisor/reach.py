"""How long a plan of a statement takes at least: the pages and rows that it touches, at the speeds of the storage.

What is known of tables and indexes, candidates too, is what the laboratory was given. The rows that an index condition
finds before a filter are asked for, once for each condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dbwright.planner.advisor.live import tree_height
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.planner.advisor.trials import explain
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.workshop import PREFIX
from dbwright.planner.asking import rows_question
from dbwright.planner.pages import PAGE
from dbwright.planner.storage import Storage
from dbwright.planner.work import Relations, touched

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

RELATIONS = """
select c.relname, c.relkind::text, greatest(0, c.relpages), greatest(0, c.reltuples), greatest(0, c.relallvisible)
from pg_catalog.pg_class c
where c.relnamespace = %s::pg_catalog.regnamespace and c.relkind in ('r', 'm', 'i')
"""
INDEXES = """
select c.relname, x.indisunique and x.indpred is null and x.indexprs is null,
       array(select a.attname::text from pg_catalog.pg_attribute a
             where a.attrelid = x.indexrelid and a.attnum <= x.indnkeyatts order by a.attnum),
       coalesce(pg_catalog.pg_get_expr(x.indpred, x.indrelid), '')
from pg_catalog.pg_index x join pg_catalog.pg_class c on c.oid = x.indexrelid
where c.relnamespace = %s::pg_catalog.regnamespace
"""
HASHED = """
select c.relname, a.attname, count(*) over (partition by i.inhparent)
from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
join pg_catalog.pg_partitioned_table p on p.partrelid = i.inhparent
join pg_catalog.pg_attribute a on a.attrelid = i.inhparent and a.attnum = p.partattrs[0]
where p.partstrat = 'h' and p.partnatts = 1 and c.relnamespace = %s::pg_catalog.regnamespace
"""


class Reach:
    """Tells the least seconds of plans in one schema of a laboratory; `questions` counts what had to be asked."""

    def __init__(self, connection: Connection[TupleRow], schema: str, storage: Storage | None = None) -> None:
        """`schema` is quoted where it must be. Raise psycopg.Error."""
        self.storage = storage or Storage()
        self.questions = 0
        self._connection = connection
        self._schema = schema
        self._rows: dict[tuple[str, str], float] = {}
        relations = connection.execute(RELATIONS, [schema]).fetchall()
        indexes = connection.execute(INDEXES, [schema]).fetchall()
        hashed = connection.execute(HASHED, [schema]).fetchall()
        connection.rollback()
        self._predicates = {name: predicate for name, _, _, predicate in indexes if predicate}
        self._relations = Relations(
            rows={name: float(rows) for name, kind, _, rows, _ in relations if kind != "i"},
            pages={name: float(pages) for name, _, pages, _, _ in relations},
            visible={name: visible / pages if pages else 0.0 for name, _, pages, _, visible in relations},
            heights={name: tree_height(pages) for name, kind, pages, _, _ in relations if kind == "i"},
            unique={name: tuple(columns) for name, is_key, columns, _ in indexes if is_key},
            hashed={name: (column, number) for name, column, number in hashed},
        )
        # Candidates are left out: a choice has few of them, and memory holds what is read most.
        self._bytes = float(PAGE * sum(pages for name, _, pages, _, _ in relations if not _is_candidate(name)))

    def seconds(self, plan: Mapping[str, Any]) -> float:
        """Return the least seconds of a plan."""
        return self.storage.least_seconds(touched(plan, self._relations, self._found), self._bytes)

    def _found(self, node: Mapping[str, Any]) -> float:
        """The rows that an index condition finds before the filter."""
        relation, planned = str(node["Relation Name"]), float(node["Plan Rows"])
        predicate = self._predicates.get(str(node["Index Name"]), "")
        asked = rows_question(self._schema, node, predicate)
        if not asked:
            return self._relations.rows.get(relation, planned)
        if (relation, asked) not in self._rows:
            self._rows[relation, asked] = self._ask(asked, planned)
        return max(planned, self._rows[relation, asked])

    def _ask(self, asked: str, planned: float) -> float:
        """Ask as the login, without the policies that stand in the condition already."""
        self.questions += 1
        self._connection.execute("set local role none")
        try:
            return float(explain(self._connection, Asked("", asked, parameters=("$90",)))["Plan Rows"])
        except PlanningRefused:
            self._connection.rollback()
            return planned


def _is_candidate(index: str) -> bool:
    return PREFIX in index
