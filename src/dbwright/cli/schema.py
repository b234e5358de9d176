"""`dbwright schema`: the JSON Schema of the design file, for editors, and that of `case.json`, for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from dbwright.cli.screen import Screen

DESCRIPTION = """\
Print the JSON Schema (draft 2020-12) of the design file, for editors that complete and check it."""
USAGE = "[--case]"
EXAMPLES = (
    ("dbwright schema >design.schema.json", "Keep the schema of the design file for an editor."),
    ("dbwright schema --case >case.schema.json", "Keep the schema of what `dbwright prove --format json` prints."),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--case", action="store_true", help="the schema of the assurance case, case.json, instead")


def run(arguments: Namespace, screen: Screen) -> int:
    """Print one of the two schemas."""
    import json

    if arguments.case:
        from dbwright.prove.case import case_schema

        schema = case_schema()
    else:
        from dbwright import design_schema

        schema = design_schema()
    screen.out.write(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0
