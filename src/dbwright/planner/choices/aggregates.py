"""A pattern that adds up rows, taken apart: what it groups by, what it compares with parameters, what it adds up.

From these a summary can be written that answers it for all values of its parameters, and the pattern over the summary.
Only what adds up again is taken (count, sum, min, max): an average is asked for as a sum and a count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dbwright.records import record
from dbwright.sql.conditions import unqualified
from dbwright.sql.grammar import (
    expression_text,
    find,
    kind,
    messages_in,
    parse,
    scan,
    statement_text,
    strings,
    tree,
)
from dbwright.sql.parameters import Numbered, number_parameters
from dbwright.sql.rewriting import plain_sources

AGAIN: Mapping[str, str] = {"count": "sum", "sum": "sum", "min": "min", "max": "max"}
"""Aggregates that can be made of their own results, and by which one."""
_COMPARED = ("=", "<", "<=", ">", ">=")
_KINDS = (tree.A_Expr_Kind.AEXPR_OP, tree.A_Expr_Kind.AEXPR_OP_ANY, tree.A_Expr_Kind.AEXPR_IN,
          tree.A_Expr_Kind.AEXPR_BETWEEN)  # fmt: skip


class NotAdditive(Exception):  # noqa: N818 - named after what was found
    """The pattern is none that a summary could answer; the text says why, in a few words."""


@record(frozen=True)
class Dimension:
    """What rows are grouped by: an expression with its columns by their tables, its name in the summary.

    `equal` tells one that is compared with one value, `ranged` one that a range of values is asked for.
    """

    text: str
    name: str
    equal: bool = False
    ranged: bool = False


@record(frozen=True)
class Sum:
    """An aggregate of the pattern: its text, the function, its name in the summary."""

    text: str
    function: str
    name: str


@record(frozen=True)
class Aggregated:
    """A pattern taken apart: `sources` by alias, `kept` conditions without parameters, all as text.

    `grouped` tells one that returns groups from one that returns one row. With `samples` a literal that a column is
    compared with stands for others of its kind, as a parameter does.
    """

    numbered: Numbered
    sources: Mapping[str, str]
    origin: str
    kept: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    sums: tuple[Sum, ...]
    grouped: bool
    node: Any
    samples: bool = False

    def asks(self, condition: Any) -> bool:
        """Whether a condition differs from call to call, so that it cannot be a part of what is stored."""
        return differs(condition, self.samples)


def take_apart(sql: str, columns: Mapping[str, tuple[str, ...]], samples: bool = False) -> Aggregated:
    """Take a pattern apart; raise NotAdditive for one that no summary can answer, GrammarError."""
    numbered = number_parameters(sql)
    node = parse(numbered.sql)[0]
    sources = plain_sources(node)
    if not sources or any(t not in columns for t in sources.values()):
        raise NotAdditive("it is more than one select over tables")
    select = node.select_stmt
    for part in ("having_clause", "window_clause", "distinct_clause", "locking_clause"):
        if getattr(select, part) and (part != "having_clause" or select.HasField("having_clause")):
            raise NotAdditive(f"it has a {part.removesuffix('_clause')} clause")
    if any(True for _ in find(select, tree.SubLink)):
        raise NotAdditive("a query stands inside it")
    qualify_columns(select, sources, columns)
    names = _Names()
    sums = tuple(_sums(select, names))
    if not sums:
        raise NotAdditive("it adds nothing up")
    kept, compared = _conditions(select, samples)
    grouped = list(_grouped(select))
    asked = dict.fromkeys(grouped) | dict.fromkeys(compared)
    dimensions = [
        Dimension(
            text,
            names.of(text, aliases_of(select).get(text, "")),
            compared.get(text) is False,
            bool(compared.get(text)),
        )
        for text in asked
    ]
    origin = ", ".join(_from(item) for item in select.from_clause)
    return Aggregated(numbered, sources, origin, kept, tuple(dimensions), sums, bool(grouped), node, samples)


class _Names:
    """Names in the summary that nothing else has."""

    def __init__(self) -> None:
        self._taken: set[str] = {"as_of"}

    def of(self, text: str, wanted: str) -> str:
        """Return the name that is wanted, else that of the column, else one that says what is computed."""
        name = wanted or text.rpartition(".")[2].strip('"')
        if not name.isidentifier():
            words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
            name = "_".join(words[-2:]) if words else "value"
        found, number = name, 2
        while found in self._taken:
            found, number = f"{name}_{number}", number + 1
        self._taken.add(found)
        return found


def qualify_columns(select: Any, sources: Mapping[str, str], columns: Mapping[str, tuple[str, ...]]) -> None:
    """Write every column with the alias of its table; what names an output stays as it is. Raise NotAdditive."""
    outputs = {t.res_target.name for t in select.target_list if t.res_target.name}
    for reference in find(select, tree.ColumnRef):
        names = strings(reference.fields)
        if len(names) != len(reference.fields):
            raise NotAdditive("it returns whole rows")
        if len(names) == 1:
            owners = [alias for alias, table in sources.items() if names[0] in columns[table]]
            if len(owners) == 1:
                field = tree.Node(string=tree.String(sval=owners[0]))
                reference.fields.insert(0, field)
            elif names[0] not in outputs:
                raise NotAdditive(f"`{names[0]}` is no column of its tables")


def aliases_of(select: Any) -> Mapping[str, str]:
    """Return the name of each output by its text."""
    return {expression_text(t.res_target.val): t.res_target.name for t in select.target_list if t.res_target.name}


def _from(item: Any) -> str:
    select = tree.SelectStmt(
        target_list=[parse("select 1")[0].select_stmt.target_list[0]],
        from_clause=[item],
        limit_option=tree.LimitOption.LIMIT_OPTION_DEFAULT,
        op=tree.SetOperation.SETOP_NONE,
    )
    return statement_text(tree.Node(select_stmt=select)).partition(" FROM ")[2]


def unqualified_text(text: str) -> str:
    """Return an expression with bare column names."""
    return unqualified(parse(f"select {text}")[0].select_stmt.target_list[0].res_target.val)


def _sums(select: Any, names: _Names) -> Iterator[Sum]:
    seen: set[str] = set()
    for call in find(select, tree.FuncCall):
        function = strings(call.funcname)[-1]
        if function not in (*AGAIN, "avg", "array_agg", "string_agg", "jsonb_agg", "json_agg", "bool_or", "bool_and"):
            continue
        if function not in AGAIN or call.agg_distinct or call.HasField("agg_filter") or call.agg_order:
            raise NotAdditive(f"{function} over parts does not add up to {function} of the whole")
        text = expression_text(tree.Node(func_call=call))
        if text not in seen:
            seen.add(text)
            yield Sum(text, function, names.of(text, aliases_of(select).get(text, "") or _called(select, text)))


def _called(select: Any, text: str) -> str:
    """The name of the output that is an aggregate but for a cast."""
    for target in select.target_list:
        value = target.res_target.val
        while kind(value) == "type_cast":
            value = value.type_cast.arg
        if expression_text(value) == text and target.res_target.name:
            return str(target.res_target.name)
    return ""


def _grouped(select: Any) -> Iterator[str]:
    """What it groups by, outputs that are named by number or alias told by their expression."""
    outputs = [t.res_target for t in select.target_list]
    for item in select.group_clause:
        if kind(item) == "a_const":
            yield expression_text(outputs[item.a_const.ival.ival - 1].val)
        elif kind(item) == "column_ref" and len(item.column_ref.fields) == 1:
            name = strings(item.column_ref.fields)[0]
            yield next(expression_text(o.val) for o in outputs if o.name == name)
        elif kind(item) == "grouping_set":
            raise NotAdditive("it has grouping sets")
        else:
            yield expression_text(item)


def _conditions(select: Any, samples: bool) -> tuple[tuple[str, ...], dict[str, bool]]:
    """The conditions that stay inside of the summary, and what is compared with parameters: as a range or not."""
    kept: list[str] = []
    compared: dict[str, bool] = {}
    for node in conjuncts(select):
        if not differs(node, samples):
            kept.append(expression_text(node))
            continue
        side, ranged = compared_side(node)
        compared[side] = compared.get(side, False) or ranged
    return tuple(kept), compared


def conjuncts(select: Any) -> Iterator[Any]:
    """Yield the conditions of a where clause that must all hold."""
    ahead = [select.where_clause] if select.HasField("where_clause") else []
    while ahead:
        node = ahead.pop(0)
        if kind(node) == "bool_expr" and node.bool_expr.boolop == tree.BoolExprType.AND_EXPR:
            ahead = [*node.bool_expr.args, *ahead]
        else:
            yield node


def differs(node: Any, samples: bool) -> bool:
    """Whether a condition differs from call to call: by a parameter, or by a literal that is one of many."""
    if any(True for _ in find(node, tree.ParamRef)):
        return True
    if not samples:
        return False
    try:
        compared_side(node)
    except NotAdditive:
        return False
    return True


def compared_side(node: Any) -> tuple[str, bool]:
    """Return what is compared with parameters, and whether as a range; raise NotAdditive for other conditions."""
    if kind(node) != "a_expr" or node.a_expr.kind not in _KINDS:
        raise NotAdditive(f"`{expression_text(node)}` is no comparison that a group could answer")
    operator = strings(node.a_expr.name)[-1]
    between = node.a_expr.kind == tree.A_Expr_Kind.AEXPR_BETWEEN
    if operator not in _COMPARED and not between:
        raise NotAdditive(f"`{operator}` is no comparison that a group could answer")
    for side, other in ((node.a_expr.lexpr, node.a_expr.rexpr), (node.a_expr.rexpr, node.a_expr.lexpr)):
        bare = not any(True for _ in find(side, tree.ParamRef)) and any(True for _ in find(side, tree.ColumnRef))
        if bare and not any(True for _ in find(other, tree.ColumnRef)):
            return expression_text(side), between or operator != "="
    raise NotAdditive(f"`{expression_text(node)}` is no comparison that a group could answer")


def substitute(message: Any, change: Callable[[Any], Any]) -> None:
    """Put in place of each node below a message what `change` returns for it, where it returns something."""
    for below in messages_in(message):
        made = change(below) if isinstance(below, tree.Node) else None
        if made is not None:
            below.CopyFrom(made)
        else:
            substitute(below, change)


def written_small(sql: str, names: tuple[str, ...] = ()) -> str:
    """Return SQL with its words small and its parameters by name, as it stands in a design."""
    pieces, done = [], 0
    for token in scan(sql):
        text = sql[token.start : token.end]
        pieces.append(sql[done : token.start])
        if token.name == "PARAM" and names:
            text = f":{names[int(text[1:]) - 1]}"
        elif text.isupper() and text.isidentifier():
            text = text.lower()
        pieces.append(text)
        done = token.end
    return "".join([*pieces, sql[done:]])
