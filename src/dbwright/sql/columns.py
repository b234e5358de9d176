"""Column lines: `numeric(12,2) not null check (total >= 0)` taken apart, with the user's own spelling kept."""

from __future__ import annotations

from typing import Any

from dbwright.model.columns import ColumnCheck, ColumnDefinition, ColumnReference
from dbwright.sql.grammar import (
    GrammarError,
    blank_comments,
    character_offset,
    find,
    inside,
    kind,
    parse,
    scan,
    strings,
    tree,
)
from dbwright.sql.names import quote

_ACTIONS = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_ATTRIBUTES = {
    tree.CONSTR_ATTR_DEFERRABLE,
    tree.CONSTR_ATTR_NOT_DEFERRABLE,
    tree.CONSTR_ATTR_DEFERRED,
    tree.CONSTR_ATTR_IMMEDIATE,
}


def parse_column(name: str, line: str) -> ColumnDefinition:
    """Return a column line taken apart; raise GrammarError with the offset inside `line`."""
    line = blank_comments(line)
    prefix = f"create table t ({quote(name)} "
    sql = f"{prefix}{line}\n)"
    column = _only_column(sql, len(prefix), line)
    definition = column.column_def
    marks = _marks(sql, definition)
    slices = [(c, sql[a:b]) for c, a, b in marks[1:]]
    type_text = sql[marks[0][1] : marks[0][2]]
    return _assemble(type_text, slices, definition, len(prefix))


def _only_column(sql: str, start: int, line: str) -> Any:
    try:
        statements = parse(sql)
    except GrammarError as error:
        offset = min(max(0, error.offset - start), max(0, len(line) - 1))
        raise GrammarError(error.message, offset) from None
    elements = statements[0].create_stmt.table_elts
    if len(statements) != 1 or len(elements) != 1 or kind(elements[0]) != "column_def":
        raise GrammarError("more than one column in a column line", 0)
    table = statements[0].create_stmt
    if table.options or table.inh_relations or table.HasField("partspec"):
        raise GrammarError("text after the end of the column line", 0)
    return elements[0]


def _marks(sql: str, definition: Any) -> list[tuple[Any, int, int]]:
    """Return (node, start, end) of the type and each clause: a clause ends where the next one starts."""
    nodes = [(None, definition.type_name.location)]
    if definition.HasField("coll_clause"):
        nodes.append((definition.coll_clause, definition.coll_clause.location))
    nodes += [(inside(c), inside(c).location) for c in definition.constraints]
    nodes.sort(key=lambda pair: pair[1])
    starts = [character_offset(sql, at) for _, at in nodes]
    ends = [*starts[1:], len(sql) - 2]
    return [(node, a, b) for (node, _), a, b in zip(nodes, starts, ends, strict=True)]


def _assemble(type_text: str, slices: list[tuple[Any, str]], definition: Any, start: int) -> ColumnDefinition:
    facts: dict[str, Any] = {"type": " ".join(type_text.split())}
    checks: list[ColumnCheck] = []
    for node, text in slices:
        _refuse_lost(node, text, start)
        if isinstance(node, tree.CollateClause):
            facts["collation"] = text.split(None, 1)[1].strip()
            continue
        if node.contype == tree.CONSTR_CHECK:
            checks.append(ColumnCheck(in_parentheses(text), node.conname))
        elif node.contype == tree.CONSTR_FOREIGN:
            facts["reference"] = _reference(node)
        elif node.contype in _ATTRIBUTES:
            _defer(facts, node)
        else:
            facts |= _clause(node, text, start)
    return ColumnDefinition(checks=tuple(checks), **facts)


def _refuse_lost(node: Any, text: str, start: int) -> None:
    """What a blueprint cannot hold is refused, not dropped."""
    if not isinstance(node, tree.Constraint):
        return
    lost = {
        "match full": node.fk_matchtype == "f",
        "no inherit": node.is_no_inherit,
        "sequence options": bool(node.options),
        "a schema before the referenced table": bool(node.pktable.schemaname),
        "not valid": node.skip_validation,
        "not enforced": node.contype in (tree.CONSTR_CHECK, tree.CONSTR_FOREIGN) and not node.is_enforced,
    }
    for what, present in lost.items():
        if present:
            offset = max(0, node.location - start)
            raise GrammarError(f"{what} is not supported in a column line; write it under `sql:`", offset)


def _clause(node: Any, text: str, start: int) -> dict[str, Any]:
    match node.contype:
        case tree.CONSTR_NOTNULL:
            return {"not_null": True}
        case tree.CONSTR_NULL:
            return {"not_null": False}
        case tree.CONSTR_PRIMARY:
            return {"primary_key": True, "not_null": True}
        case tree.CONSTR_UNIQUE:
            return {"unique": True, "nulls_not_distinct": node.nulls_not_distinct}
        case tree.CONSTR_DEFAULT:
            return {"default": text.split(None, 1)[1].strip()}
        case tree.CONSTR_IDENTITY:
            return {"identity": "always" if node.generated_when == "a" else "by default", "not_null": True}
        case tree.CONSTR_GENERATED:
            stored = getattr(node, "generated_kind", "s") != "v"
            return {"generated": in_parentheses(text), "stored": stored}
    raise GrammarError(f"`{text.strip()}` cannot stand in a column line", max(0, node.location - start))


def _reference(node: Any) -> ColumnReference:
    target = strings(node.pk_attrs)
    return ColumnReference(
        table=node.pktable.relname,
        column=target[0] if target else "",
        on_delete=_ACTIONS[node.fk_del_action or "a"],
        on_update=_ACTIONS[node.fk_upd_action or "a"],
        name=node.conname,
    )


def _defer(facts: dict[str, Any], node: Any) -> None:
    reference = facts.get("reference")
    if reference is None or node.contype == tree.CONSTR_ATTR_NOT_DEFERRABLE:
        return
    facts["reference"] = ColumnReference(
        reference.table, reference.column, reference.on_delete, reference.on_update, True, reference.name
    )


def in_parentheses(text: str) -> str:
    """Return what stands inside the first pair of parentheses of `text`."""
    depth, start = 0, -1
    for token in scan(text):
        if token.name == "ASCII_40":
            start = token.end if depth == 0 else start
            depth += 1
        elif token.name == "ASCII_41":
            depth -= 1
            if depth == 0:
                return text[start : token.start].strip()
    raise GrammarError(f"no parentheses in `{text.strip()}`", 0)


def columns_in(expression: str) -> list[str]:
    """Return the column names that an SQL expression mentions, each once, in order; raise GrammarError."""
    statement = parse(f"select {expression}")
    names = [strings(ref.fields)[-1:] for ref in find(statement[0], tree.ColumnRef)]
    return list(dict.fromkeys(n[0] for n in names if n))
