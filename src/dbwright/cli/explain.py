"""`dbwright explain`: why something in the database is as it is, and what was turned down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen, Stream
    from dbwright.model.blueprint import Blueprint
    from dbwright.model.decision import Decision

DESCRIPTION = """\
Tell the decisions about a table, column (table.column), index, role, access pattern, or those of
one code: what, why, for whom, and what was turned down. Without NAME list the codes of all
decisions. With the code of a rule alone print its manual page."""
USAGE = "DESIGN [NAME] [--format text|json] | RULE"
EXAMPLES = (
    ("dbwright explain shop.design.yaml orders", "Why the table is as it is."),
    ("dbwright explain shop.design.yaml indexes/orders_user_id_idx", "One decision by its code."),
    ("dbwright explain shop.design.yaml", "List the codes."),
    ("dbwright explain third-normal-form", "The manual page of a rule; `dbwright rules` lists them."),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("design", metavar="DESIGN", help="design file, or folder of *.design.yaml files")
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="what to explain; without it, list codes")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", metavar="FORMAT", help="text (default) or json"
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Show the decisions about a name, or list them; return 1 for a name that the design does not have."""
    from dbwright.api import explain

    design = Path(arguments.design)
    if not arguments.name and not design.exists() and _explain_rule(arguments.design, arguments.format, screen):
        return 0
    if not arguments.name:
        return _list_codes(_compile(design), arguments.format, screen)
    decisions = explain(design, arguments.name)
    if not decisions:
        return _explain_silence(_compile(design), arguments.name, arguments.format, screen)
    if arguments.format == "json":
        _print_json([as_dict(d) for d in decisions], screen)
        return 0
    screen.out.write("\n\n".join(_render(d, screen.out) for d in decisions))
    return 0


def _explain_rule(code: str, form: str, screen: Screen) -> bool:
    """Print the manual page of a rule; return whether there is one of that code."""
    from dbwright import rule_manuals

    manual = rule_manuals().get(code)
    if manual is not None and form == "json":
        _print_json({code: manual}, screen)
    elif manual is not None:
        screen.out.write(manual.rstrip())
    return manual is not None


def as_dict(decision: Decision) -> dict[str, object]:
    """Return a decision as JSON-able data."""
    span = decision.span
    return {
        "code": decision.code,
        "what": decision.what,
        "why": decision.why,
        "serves": list(decision.serves),
        "subjects": list(decision.subjects),
        "alternatives": [{"what": a.what, "cost": a.cost} for a in decision.alternatives],
        "evidence": decision.evidence,
        "place": {"file": span.file, "line": span.line, "column": span.column} if span.line else None,
    }


def _compile(design: Path) -> Blueprint:
    from dbwright import compile_design, load_design

    return compile_design(load_design(design))


def _list_codes(blueprint: Blueprint, form: str, screen: Screen) -> int:
    from dbwright.cli.screen import printable

    if form == "json":
        _print_json([d.code for d in blueprint.decisions], screen)
        return 0
    for decision in blueprint.decisions:
        screen.out.write(printable(decision.code))
    return 0


def _explain_silence(blueprint: Blueprint, name: str, form: str, screen: Screen) -> int:
    """Tell that a name is only written down and nothing was decided about it, or that the design does not have it."""
    from dbwright.diagnostics import nearest

    known = known_names(blueprint)
    if name not in known:
        screen.fail(f"the design has nothing named `{name}`", nearest(name, known))
        return 1
    if form == "json":
        _print_json([], screen)
    screen.tell(f"`{name}` stands as it was written; nothing was decided about it")
    return 0


def known_names(blueprint: Blueprint) -> set[str]:
    """Return all that can be asked for: codes, what decisions are about, what the database and design consist of."""
    names = {d.code for d in blueprint.decisions} | {s for d in blueprint.decisions for s in d.subjects}
    names |= {pattern.name for pattern in blueprint.design.access}
    names |= {thing.name for kind in (blueprint.roles, blueprint.views, blueprint.functions) for thing in kind}
    for table in blueprint.tables:
        names |= {table.name} | {f"{table.name}.{column.name}" for column in table.columns}
        names |= {table.primary_key.name} if table.primary_key else set()
        names |= {key.name for key in table.uniques} | {key.name for key in table.foreign_keys}
        names |= {rule.name for rule in table.checks} | {rule.name for rule in table.exclusions}
        names |= {index.name for index in table.indexes}
    return names


def _print_json(value: object, screen: Screen) -> None:
    import json

    from dbwright.cli.screen import printable_in_lines

    screen.out.write(printable_in_lines(json.dumps(value, indent=2, ensure_ascii=False)))


def _render(decision: Decision, stream: Stream) -> str:
    from dbwright.cli.screen import printable

    lines = [stream.paint(printable(decision.code), "strong"), f"  {printable(decision.what)}"]
    lines.append(f"  why: {printable(decision.why)}")
    if decision.serves:
        lines.append(f"  serves: {printable(', '.join(decision.serves))}")
    lines += [f"  instead of: {printable(f'{a.what}: {a.cost}' if a.cost else a.what)}" for a in decision.alternatives]
    if decision.evidence:
        lines.append(f"  evidence: {printable(decision.evidence)}")
    if decision.span.line:
        lines.append(stream.paint(f"  --> {printable(str(decision.span))}", "place"))
    return "\n".join(lines)
