"""postgresql.conf: the settings that follow from the design, each with its reason as a comment."""

from __future__ import annotations

from textwrap import wrap

from dbwright.model.blueprint import Blueprint
from dbwright.model.capacity import Capacity, ServerSetting
from dbwright.model.quantities import show_bytes

PATH = "config/postgresql.conf"
_WIDTH = 100


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return `config/postgresql.conf`; nothing where no volume is declared and so nothing can be computed."""
    if blueprint.capacity is None:
        return {}
    return {PATH: render(blueprint, blueprint.capacity)}


def render(blueprint: Blueprint, plan: Capacity) -> str:
    """Return the file: include it at the end of the server's own (`include = 'postgresql.conf'`)."""
    machine = plan.machine
    title = " ".join(str(blueprint.design.design).split())
    lines = [
        f"# {title}: settings for PostgreSQL {blueprint.version}, compiled by dbwright.",
        f"# For a server with {show_bytes(machine.memory)} of memory and {machine.cores} cores,",
        f"# {'as the design says' if machine.given else 'which is what the design needs'}.",
        "",
    ]
    for setting in plan.settings:
        lines += [*_reason(setting), _line(setting), ""]
    return "\n".join(lines)


def _reason(setting: ServerSetting) -> list[str]:
    text = f"{setting.why}; when {setting.waits_for}" if setting.waits_for else setting.why
    return [f"# {line}" for line in wrap(text[0].upper() + text[1:], _WIDTH)]


def _line(setting: ServerSetting) -> str:
    line = f"{setting.name} = {setting.value}"
    return f"#{line}" if setting.waits_for else line
