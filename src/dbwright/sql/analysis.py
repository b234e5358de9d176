"""Walks a statement level by level and gathers what it asks of each table."""

from __future__ import annotations

from itertools import chain, permutations
from typing import Any

from dbwright.records import replace
from dbwright.sql.conditions import conditions_of, orderings_of
from dbwright.sql.grammar import GrammarError, find, inside, kind, messages_in, scan, strings, tree
from dbwright.sql.levels import conjuncts_of, gathers, limit_text, limits_with_ties
from dbwright.sql.parameters import Numbered, number_parameters, parse_numbered
from dbwright.sql.queries import Columns, Condition, Level, Query, TableUse
from dbwright.sql.scopes import Scope, Source

_LEAVES = frozenset(("param_ref", "a_const", "string", ""))
"""Nodes that read nothing."""
_OPERANDS = {"a_expr": ("lexpr", "rexpr"), "type_cast": ("arg",), "null_test": ("arg",)}
"""Where the usual nodes hold what they read; any other node is walked as a whole."""
_BOTH_SIDES = (tree.JoinType.JOIN_FULL, tree.JoinType.JOIN_RIGHT)
"""Joins that may add rows which the sides before them do not have."""
_VERBS = {"select_stmt": "select", "insert_stmt": "insert", "update_stmt": "update", "delete_stmt": "delete"}


def analyse(statement: str, columns: Columns) -> Query:
    """Return what a statement (with `:name` parameters) asks of the tables in `columns`; raise GrammarError."""
    numbered = number_parameters(statement)
    node = parse_numbered(numbered)
    if "$" in statement:
        _refuse_numbers(numbered)
    walker = _Walker(columns, numbered.names)
    walker.statement(node, None)
    return Query(
        verb=_VERBS.get(kind(node), kind(node).removesuffix("_stmt")),
        sql=numbered.sql,
        parameters=numbered.names,
        uses=tuple(walker.uses),
        reads={t: tuple(c) for t, c in walker.reads.items()},
        writes={k: tuple(c) for k, c in walker.writes.items()},
        functions=tuple(walker.functions),
        locks=tuple(walker.locks),
        unknown_tables=tuple(walker.unknown_tables),
        unknown_columns=tuple(walker.unknown_columns),
        levels=tuple(walker.levels),
    )


def _refuse_numbers(numbered: Numbered) -> None:
    """A parameter without a name is none that a design can speak of."""
    for token in scan(numbered.sql):
        number = numbered.sql[token.start + 1 : token.end]
        if token.name == "PARAM" and int(number) > len(numbered.names):
            raise GrammarError(
                f"a parameter is written `:name`, and `${number}` has none", numbered.original(token.start)
            )


class _Walker:
    """Gathers facts over all levels of one statement."""

    def __init__(self, columns: Columns, parameters: tuple[str, ...]) -> None:
        self.columns = columns
        self.parameters = parameters
        self.uses: list[TableUse] = []
        self.reads: dict[str, dict[str, None]] = {}
        self.writes: dict[tuple[str, str], dict[str, None]] = {}
        self.locks: dict[str, None] = {}
        self.functions: dict[str, None] = {}
        self.unknown_tables: list[tuple[str, int]] = []
        self.unknown_columns: list[tuple[str, int]] = []
        self.levels: list[Level] = []

    def statement(self, node: Any, outer: Scope | None) -> None:
        """Dispatch on the kind of statement; others (utility statements) touch no table here."""
        body = inside(node)
        match kind(node):
            case "select_stmt":
                self.select(body, outer)
            case "insert_stmt":
                self.insert(body, outer)
            case "update_stmt":
                self.update(body, outer)
            case "delete_stmt":
                self.delete(body, outer)
            case "merge_stmt":
                self.merge(body, outer)

    def select(self, body: Any, outer: Scope | None) -> None:
        """A select, a values list, or a set operation."""
        scope = self.open(body, outer)
        if body.op != tree.SetOperation.SETOP_NONE:
            self.select(body.larg, scope)
            self.select(body.rarg, scope)
            self.level(scope, gathers=True)
            return
        quals = self.sources(body.from_clause, scope)
        conjuncts = [*quals, (body.where_clause, False)] if body.HasField("where_clause") else quals
        if body.locking_clause:
            self.locks |= dict.fromkeys(s.table for s in scope.sources.values() if s.table)
        scope.outputs = {t.res_target.name: t.res_target.val for t in body.target_list if t.res_target.name}
        lists = (body.distinct_clause, body.target_list, body.group_clause, body.values_lists, body.window_clause)
        for part in chain(*lists, (body.having_clause, body.limit_offset, body.limit_count)):
            self.expression(part, scope)
        self.close(scope, conjuncts, body.sort_clause, body.HasField("limit_count"), grouped=bool(body.group_clause))
        self.limits(body, scope)

    def insert(self, body: Any, outer: Scope | None) -> None:
        """An insert, with what its source, its conflict clause and `returning` read."""
        scope = self.open(body, outer)
        table = self.target(body.relation, scope)
        named = [c.res_target.name for c in body.cols]
        self.write("insert", table, named or list(self.columns.get(table, ())))
        if body.HasField("select_stmt"):
            scope.stands_for[""] = len(self.levels)
            self.statement(body.select_stmt, scope.above_target())
        conjuncts = []
        if body.HasField("on_conflict_clause"):
            conjuncts = self.conflict(body.on_conflict_clause, table, scope)
        for part in body.returning_clause.exprs:
            self.expression(part, scope)
        self.close(scope, conjuncts, [], False, target=table)

    def conflict(self, clause: Any, table: str, scope: Scope) -> list[tuple[Any, bool]]:
        """The `on conflict` clause: it reads the key and what it compares, and may update."""
        for element in clause.infer.index_elems:
            if element.index_elem.name:
                self.read(table, element.index_elem.name)
        if clause.action != tree.OnConflictAction.ONCONFLICT_UPDATE:
            return []
        scope.sources["excluded"] = Source(table, self.columns.get(table, ()))
        self.write("update", table, [t.res_target.name for t in clause.target_list])
        for item in clause.target_list:
            self.expression(item, scope)
        return [(clause.where_clause, False)] if clause.HasField("where_clause") else []

    def update(self, body: Any, outer: Scope | None) -> None:
        """An update, with the tables it joins."""
        scope = self.open(body, outer)
        table = self.target(body.relation, scope)
        self.write("update", table, [t.res_target.name for t in body.target_list])
        quals = self.sources(body.from_clause, scope)
        for part in (*body.target_list, *body.returning_clause.exprs):
            self.expression(part, scope)
        conjuncts = [*quals, (body.where_clause, False)] if body.HasField("where_clause") else quals
        self.close(scope, conjuncts, [], False, target=table)

    def delete(self, body: Any, outer: Scope | None) -> None:
        """A delete, with the tables it joins."""
        scope = self.open(body, outer)
        table = self.target(body.relation, scope)
        self.write("delete", table, [])
        quals = self.sources(body.using_clause, scope)
        for part in body.returning_clause.exprs:
            self.expression(part, scope)
        conjuncts = [*quals, (body.where_clause, False)] if body.HasField("where_clause") else quals
        self.close(scope, conjuncts, [], False, target=table)

    def merge(self, body: Any, outer: Scope | None) -> None:
        """A merge: each `when` clause writes what it names."""
        scope = self.open(body, outer)
        table = self.target(body.relation, scope)
        quals = self.sources([body.source_relation], scope)
        verbs = {
            tree.CmdType.CMD_INSERT: "insert",
            tree.CmdType.CMD_UPDATE: "update",
            tree.CmdType.CMD_DELETE: "delete",
        }
        for clause in body.merge_when_clauses:
            when = clause.merge_when_clause
            if when.command_type in verbs:
                self.write(verbs[when.command_type], table, [t.res_target.name for t in when.target_list])
            for part in (*when.target_list, *when.values):
                self.expression(part, scope)
        self.close(scope, [*quals, (body.join_condition, False)], [], False, target=table)

    def open(self, body: Any, outer: Scope | None) -> Scope:
        """A new level; its common table expressions are walked first."""
        scope = Scope(self.columns, outer, len(self.levels))
        self.levels.append(Level())
        if body.HasField("with_clause"):
            for cte in body.with_clause.ctes:
                expression = cte.common_table_expr
                scope.derived.add(expression.ctename)
                number = scope.common[expression.ctename] = len(self.levels)
                self.statement(expression.ctequery, scope)
                if body.with_clause.recursive:
                    self.levels[number] = replace(self.levels[number], recursive=True)
        return scope

    def level(self, scope: Scope, unread: int = 0, sorts: bool = False, gathers: bool = False) -> None:
        """Write down how a level stands among the others."""
        above = scope.outer.number if scope.outer is not None else -1
        derived = tuple(scope.stands_for.items())
        self.levels[scope.number] = Level(
            above,
            scope.correlated,
            "",
            "",
            gathers or scope.whole,
            sorts,
            unread,
            tuple(sorted(scope.nullable)),
            derived,
        )

    def limits(self, body: Any, scope: Scope) -> None:
        """Write down how many rows a select lets out, and whether it must read all of them first."""
        known = self.levels[scope.number]
        self.levels[scope.number] = replace(
            known,
            limit=limit_text(body.limit_count, self.parameters) if not limits_with_ties(body) else "",
            offset=limit_text(body.limit_offset, self.parameters),
            gathers=known.gathers or gathers(body),
            values=len(body.values_lists),
        )

    def target(self, relation: Any, scope: Scope) -> str:
        """The table that a statement writes."""
        self.sources([tree.Node(range_var=relation)], scope)
        return str(relation.relname)

    def sources(self, items: Any, scope: Scope) -> list[tuple[Any, bool]]:
        """Enter the tables of a from clause; return join conditions, each with whether an outer join made it."""
        quals: list[tuple[Any, bool]] = []
        for item in items:
            quals += self.source(item, scope)
        return quals

    def source(self, item: Any, scope: Scope) -> list[tuple[Any, bool]]:
        """Enter one item of a from clause."""
        body = inside(item)
        match kind(item):
            case "range_var":
                self.table(body, scope)
            case "join_expr":
                quals = self.sources([body.larg, body.rarg], scope)
                scope.whole |= body.jointype in _BOTH_SIDES
                outer = body.jointype != tree.JoinType.JOIN_INNER
                scope.nullable |= self.nullable_sides(body, scope)
                self.using(strings(body.using_clause) or self.shared(body, scope), scope, outer)
                return [*quals, (body.quals, outer)] if body.HasField("quals") else quals
            case "range_subselect":
                scope.stands_for[body.alias.aliasname] = len(self.levels)
                self.statement(body.subquery, scope)
                scope.sources[body.alias.aliasname] = Source("", ())
            case "range_function":
                for function in find(body, tree.FuncCall):
                    self.expression(tree.Node(func_call=function), scope)
                scope.stands_for[body.alias.aliasname] = -1
                scope.sources[body.alias.aliasname] = Source("", ())
        return []

    def nullable_sides(self, join: Any, scope: Scope) -> set[str]:
        """The aliases of an outer join's side that may be missing: only they are looked up by its condition."""
        kinds = {tree.JoinType.JOIN_LEFT: [join.rarg], tree.JoinType.JOIN_RIGHT: [join.larg]}
        found = set()
        for side in kinds.get(join.jointype, []):
            for table in find(side, tree.RangeVar):
                found.add(table.alias.aliasname if table.HasField("alias") else table.relname)
        return found & set(scope.sources)

    def shared(self, join: Any, scope: Scope) -> list[str]:
        """The columns by which a natural join joins: those of both sides."""
        if not join.is_natural:
            return []
        here = [s.columns for a, s in scope.sources.items() if s.table]
        return [name for name in here[-1] if any(name in columns for columns in here[:-1])] if here else []

    def using(self, names: list[str], scope: Scope, outer: bool) -> None:
        """Note the join conditions that `using (…)` stands for."""
        for name in names:
            sides = [(a, s) for a, s in scope.sources.items() if name in s.columns or not s.table]
            for (alias, source), (other, _) in permutations(sides, 2):
                self.read(source.table, name)
                scope.joined.append((alias, Condition(name, "=", other=(other, name), from_outer_join=outer)))

    def table(self, body: Any, scope: Scope) -> None:
        """Enter a table, a view or a common table expression."""
        alias = body.alias.aliasname if body.HasField("alias") else body.relname
        if scope.is_derived(body.relname):
            scope.stands_for[alias] = scope.common_level(body.relname)
            scope.sources[alias] = Source("", ())
            return
        if body.relname not in self.columns:
            self.unknown_tables.append((body.relname, body.location))
            scope.sources[alias] = Source("", ())
            return
        scope.sources[alias] = Source(body.relname, self.columns[body.relname])
        self.reads.setdefault(body.relname, {})

    def expression(self, node: Any, scope: Scope) -> None:
        """Record every column that an expression reads; subqueries are levels of their own."""
        which = kind(node)
        if which in _LEAVES:
            return
        if which == "res_target" and not node.res_target.indirection:
            self.expression(node.res_target.val, scope)
            return
        if which in _OPERANDS:
            body = inside(node)
            for operand in _OPERANDS[which]:
                self.expression(getattr(body, operand), scope)
            return
        if which == "sub_link":
            self.statement(node.sub_link.subselect, scope)
            if node.sub_link.HasField("testexpr"):
                self.expression(node.sub_link.testexpr, scope)
            return
        if which == "column_ref":
            self.column(node.column_ref, scope)
            return
        if which == "func_call":
            self.functions[".".join(strings(node.func_call.funcname))] = None
        for child in _children(inside(node)):
            self.expression(child, scope)

    def column(self, reference: Any, scope: Scope) -> None:
        """Record a column reference, or every column that a star stands for."""
        found = scope.resolve(reference)
        if found is None:
            name = strings(reference.fields)[-1:]
            if name and not scope.has_derived() and name[0] not in scope.outputs and name[0] not in scope.sources:
                self.unknown_columns.append((name[0], reference.location))
            return
        if scope.outer is not None and len(found) == 1:
            names = strings(reference.fields)
            scope.note_outside(names[-2] if len(names) > 1 else "", names[-1])
        for table, _, column in found:
            self.read(table, column)

    def read(self, table: str, column: str) -> None:
        """Note that a column is read."""
        if table:
            self.reads.setdefault(table, {})[column] = None

    def write(self, verb: str, table: str, columns: list[str]) -> None:
        """Note that columns are written; for an update or insert only those the table has."""
        self.writes.setdefault((verb, table), {}).update(dict.fromkeys(columns))

    def close(
        self,
        scope: Scope,
        conjuncts: list[tuple[Any, bool]],
        sort: Any,
        limited: bool,
        target: str = "",
        grouped: bool = False,
    ) -> None:
        """End a level: split conditions and order by table, and note one use for each table entered."""
        conditions: dict[str, list[Condition]] = {}
        unread = 0
        for whole, outer in conjuncts:
            self.expression(whole, scope)
            for node in conjuncts_of(whole):
                found = list(conditions_of(node, scope, self.parameters, outer))
                unread += not found
                for alias, condition in found:
                    if not outer or alias in scope.nullable:
                        conditions.setdefault(alias, []).append(condition)
        self.level(scope, unread, bool(sort))
        for item in sort:
            self.expression(item.sort_by.node, scope)
        for alias, condition in scope.joined:
            conditions.setdefault(alias, []).append(condition)
        alias, orders = ("", ()) if grouped else orderings_of(sort, scope)
        for name, source in scope.sources.items():
            if not source.table or name == "excluded":
                continue
            self.uses.append(
                TableUse(
                    table=source.table,
                    alias=name,
                    conditions=tuple(conditions.get(name, ())),
                    orders=orders if name == alias else (),
                    reads=tuple(self.reads.get(source.table, ())),
                    limited=limited,
                    target=source.table == target,
                    level=scope.number,
                )
            )


def _children(message: Any) -> list[Any]:
    """The nodes directly below a message, looking through messages that are no `Node` themselves."""
    found: list[Any] = []
    if message is None:
        return found
    for child in messages_in(message):
        found += [child] if isinstance(child, tree.Node) else _children(child)
    return found
