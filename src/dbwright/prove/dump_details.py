"""Single statements of a dump as facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from dbwright.prove.facts import listing
from dbwright.sql.grammar import expression_text, find, inside, kind, strings, tree
from dbwright.sql.normal_forms import normal_node
from dbwright.sql.types import canonical_type

_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}


def type_name(node: Any) -> str:
    """Return the canonical name of a type, without its schema."""
    null = tree.Node(a_const=tree.A_Const(isnull=True))
    cast = tree.Node(type_cast=tree.TypeCast(arg=null, type_name=node))
    text = expression_text(cast).partition("::")[2]
    names = strings(node.names)
    if len(names) == 2 and names[0] != "pg_catalog":
        text = text.partition(".")[2]
    return canonical_type(text)


def column_fact(column: Any) -> dict[str, str]:
    """Return the parts of a column's fact by name, so that later statements can add to them."""
    parts = {"type": type_name(column.type_name)}
    if column.HasField("coll_clause"):
        parts["collate"] = f"collate {strings(column.coll_clause.collname)[-1]}"
    for item in column.constraints:
        constraint = item.constraint
        match tree.ConstrType.Name(constraint.contype):
            case "CONSTR_NOTNULL":
                parts["not null"] = "not null"
            case "CONSTR_DEFAULT":
                parts["default"] = f"default {normal_node(constraint.raw_expr)}"
            case "CONSTR_GENERATED":
                stored = "virtual" if getattr(constraint, "generated_kind", "s") == "v" else "stored"
                parts["generated"] = f"generated {normal_node(constraint.raw_expr)} {stored}"
    return parts


def option_value(option: Any) -> str:
    """Return the value of `name = value` as it is written, without quotes."""
    argument = inside(option.arg)
    match kind(option.arg):
        case "integer":
            return str(argument.ival)
        case "float":
            return str(argument.fval)
        case "string":
            return str(argument.sval)
        case "type_name":
            return strings(argument.names)[-1]
    return ""


def constraint_fact(constraint: Any) -> str:
    """Return a table constraint as a fact."""
    keys = ", ".join(strings(constraint.keys))
    valid = "not valid" if constraint.skip_validation else ""
    match tree.ConstrType.Name(constraint.contype):
        case "CONSTR_PRIMARY":
            return f"primary key ({keys})"
        case "CONSTR_UNIQUE":
            nulls = "nulls not distinct" if constraint.nulls_not_distinct else ""
            return listing([f"unique ({keys})", nulls])
        case "CONSTR_CHECK":
            return listing([f"check {normal_node(constraint.raw_expr)}", valid])
        case "CONSTR_EXCLUSION":
            return f"exclude {constraint.access_method} ({', '.join(_exclusions(constraint))})"
        case "CONSTR_FOREIGN":
            return listing([_foreign_key(constraint), valid])
    return str(tree.ConstrType.Name(constraint.contype))


def _exclusions(constraint: Any) -> Iterator[str]:
    for pair in constraint.exclusions:
        element, operator = pair.list.items
        name = element.index_elem.name or normal_node(element.index_elem.expr)
        yield f"{name} with {strings(operator.list.items)[-1]}"


def _foreign_key(constraint: Any) -> str:
    columns, targets = ", ".join(strings(constraint.fk_attrs)), ", ".join(strings(constraint.pk_attrs))
    cleared = ", ".join(strings(constraint.fk_del_set_cols))
    return listing(
        [
            f"foreign key ({columns}) references {constraint.pktable.relname} ({targets})",
            f"on delete {_ACTIONS[constraint.fk_del_action or 'a']}",
            f"({cleared})" if cleared else "",
            f"on update {_ACTIONS[constraint.fk_upd_action or 'a']}",
            "deferrable" if constraint.deferrable else "",
        ]
    )


def index_fact(index: Any) -> str:
    """Return an index as a fact."""
    keys = ", ".join(_index_key(p.index_elem) for p in index.index_params)
    included = ", ".join(p.index_elem.name for p in index.index_including_params)
    return listing(
        [
            "unique" if index.unique else "",
            f"{index.access_method} ({keys})",
            f"include ({included})" if included else "",
            f"where {normal_node(index.where_clause)}" if index.HasField("where_clause") else "",
        ]
    )


def _index_key(element: Any) -> str:
    name = element.name or normal_node(element.expr)
    classes = strings(element.opclass)
    descending = "desc" if element.ordering == tree.SortByDir.SORTBY_DESC else ""
    return listing([name, classes[-1] if classes else "", descending])


def policy_fact(policy: Any) -> str:
    """Return a policy as a fact."""
    roles = sorted(role_name(r.role_spec) for r in policy.roles)
    return listing(
        [
            "permissive" if policy.permissive else "restrictive",
            f"for {policy.cmd_name} to {', '.join(roles)}",
            f"using {normal_node(policy.qual)}" if policy.HasField("qual") else "",
            f"check {normal_node(policy.with_check)}" if policy.HasField("with_check") else "",
        ]
    )


def role_name(role: Any) -> str:
    """Return a role, or `public`."""
    return str(role.rolename) or "public"


def bound_of(bound: Any) -> str:
    """Return a partition's bound as a fact, midnight in UTC written as the day."""
    match bound.strategy:
        case "h":
            return f"for values with (modulus {bound.modulus}, remainder {bound.remainder})"
        case "l":
            return f"for values in ({', '.join(_datum(d) for d in bound.listdatums)})"
        case "r":
            low = ", ".join(_datum(d) for d in bound.lowerdatums)
            high = ", ".join(_datum(d) for d in bound.upperdatums)
            return f"for values from ({low}) to ({high})"
    return "default"


def _datum(node: Any) -> str:
    return expression_text(node).replace("+00'", "'").replace(" 00:00:00'", "'")


def function_fact(function: Any) -> str:
    """Return a function as a fact: argument types, whose rights it runs with, and a digest of its body."""
    modes = ("FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN")
    arguments = [
        type_name(p.function_parameter.arg_type)
        for p in function.parameters
        if tree.FunctionParameterMode.Name(p.function_parameter.mode) in modes
    ]
    options = {o.def_elem.defname: o.def_elem.arg for o in function.options}
    body = " ".join(" ".join(strings(options["as"].list.items)).split()) if "as" in options else ""
    definer = "security definer" if "security" in options and options["security"].boolean.boolval else ""
    digest = hashlib.sha256(body.encode()).hexdigest()[:12]
    return listing([f"({', '.join(arguments)})", definer, f"body {digest}"])


def view_options(view: Any) -> str:
    """Return the options of a view that are switched on."""
    found = []
    for option in view.options:
        element = option.def_elem
        value = next((s.sval for s in find(element.arg, tree.String)), "true") if element.HasField("arg") else "true"
        if value == "true":
            found.append(element.defname)
    return " ".join(sorted(found))


def granted(grant: Any) -> Iterator[tuple[str, str, str]]:
    """Yield (object, role, privilege) of a grant statement; a column privilege is `select column`."""
    for target in grant.objects:
        name = object_name(target)
        for grantee in grant.grantees:
            role = role_name(grantee.role_spec)
            for privilege in _privileges(grant, kind(target)):
                yield name, role, privilege


def _privileges(grant: Any, target: str) -> Iterator[str]:
    if not grant.privileges:
        yield "execute" if target == "object_with_args" else "all"
    for item in grant.privileges:
        columns = strings(item.access_priv.cols)
        verb = item.access_priv.priv_name
        yield from (f"{verb} {c}" for c in columns) if columns else (verb,)


def object_name(node: Any) -> str:
    """Return the bare name of what a node names or creates; empty where it has none."""
    body = inside(node)
    match kind(node):
        case "range_var":
            return str(body.relname)
        case "string":
            return str(body.sval)
        case "object_with_args":
            return strings(body.objname)[-1]
        case "list":
            return (strings(body.items) or [""])[-1]
        case "create_enum_stmt":
            return strings(body.type_name)[-1]
        case "create_domain_stmt":
            return strings(body.domainname)[-1]
        case "composite_type_stmt":
            return str(body.typevar.relname)
        case "create_seq_stmt":
            return str(body.sequence.relname)
        case "create_function_stmt":
            return strings(body.funcname)[-1]
        case "create_trig_stmt":
            return str(body.trigname)
    return ""
