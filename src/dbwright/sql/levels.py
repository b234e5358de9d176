"""What one level of a statement does with its rows: how many it lets out, and whether it reads all of them first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbwright.sql.grammar import find, kind, strings, tree

AGGREGATES = frozenset(
    "any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every grouping "
    "json_agg json_agg_strict json_object_agg jsonb_agg jsonb_agg_strict jsonb_object_agg max min mode percentile_cont "
    "percentile_disc range_agg range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope "
    "regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg".split()
)
"""PostgreSQL's aggregate functions: pg_proc with prokind 'a' of PostgreSQL 18, without ordered-set hypotheticals."""

_PLAIN = ("column_ref", "param_ref", "a_const")
"""What calls no function."""


def conjuncts_of(node: Any) -> Iterator[Any]:
    """Yield the parts of an expression that all must hold."""
    if kind(node) == "bool_expr" and node.bool_expr.boolop == tree.BoolExprType.AND_EXPR:
        for argument in node.bool_expr.args:
            yield from conjuncts_of(argument)
    else:
        yield node


def gathers(body: Any) -> bool:
    """Return whether a select reads all its rows before one comes out: groups, aggregates, distinct rows, windows."""
    if body.group_clause or body.distinct_clause or body.window_clause or body.HasField("having_clause"):
        return True
    values = [target.res_target.val for target in body.target_list]
    return any(_is_gathering(f) for v in values if kind(v) not in _PLAIN for f in find(v, tree.FuncCall))


def _is_gathering(call: Any) -> bool:
    name = strings(call.funcname)[-1:]
    extra = call.agg_star or call.agg_distinct or call.agg_order or call.HasField("agg_filter") or call.HasField("over")
    return bool(extra) or bool(name and name[0] in AGGREGATES)


def limit_text(node: Any, parameters: tuple[str, ...]) -> str:
    """Return a limit or offset as its number or the name of its parameter; anything else is no bound: nothing."""
    if kind(node) == "a_const" and node.a_const.HasField("ival"):
        return str(node.a_const.ival.ival)
    if kind(node) == "param_ref" and node.param_ref.number:
        return str(parameters[node.param_ref.number - 1])
    return ""


def limits_with_ties(body: Any) -> bool:
    """Return whether as many rows come out as share the last place: `fetch first … with ties`."""
    return bool(body.limit_option == tree.LimitOption.LIMIT_OPTION_WITH_TIES)
