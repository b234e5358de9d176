"""How a scalar is written: bare where nothing can misread it, otherwise in quotes, and blocks of text as they were.

Nothing means no reader: a text that YAML 1.1 or 1.2 takes for a number, a date, a flag or nothing keeps its quotes.
Source: YAML 1.2.2, sections 7.3 (flow scalar styles), 8.1 (block scalar styles) and 10.3.2 (tag resolution).
"""

from __future__ import annotations

import json
import re
from typing import Any

from yaml.resolver import Resolver

from dbwright.frontends.yaml_library import yaml

_RESOLVER: Any = Resolver()
_STRING = "tag:yaml.org,2002:str"
_CORE = re.compile(
    r"~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`.")
_HEADER = re.compile(r"([|>])([-+]?)([1-9]?)([-+]?)")
_INVISIBLE = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")


def resolved_tag(node: Any) -> str:
    """Return the type that a YAML 1.1 reader gives a scalar."""
    return _STRING if node.style else _tag_of_bare(node.value)


def _tag_of_bare(value: str) -> str:
    return str(_RESOLVER.resolve(yaml.ScalarNode, value, (True, False)))


def is_plain(value: str, in_flow: bool) -> bool:
    """Return whether a text may stand without quotes, and stays text; in doubt it may not."""
    if not value or not value.isprintable() or value != value.strip() or value[0] in _INDICATORS:
        return False
    if ": " in value or " #" in value or value.endswith(":"):
        return False
    if in_flow and any(c in value for c in ",[]{}?"):
        return False
    return _tag_of_bare(value) == _STRING and not _CORE.fullmatch(value)


def write_quoted(value: str) -> str:
    """Return a text in the quotes that need the fewest escapes."""
    if value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    escaped = json.dumps(value, ensure_ascii=False)
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped)


def write_line(node: Any, source: str, in_flow: bool) -> str | None:
    """Return a scalar on one line, inside brackets or not; None where it needs more than one."""
    written = source[node.start_mark.index : node.end_mark.index]
    over_lines = "\n" in written
    joined = node.style == '"' and "\\" in written  # an escaped line end is a way to write one line
    if node.style in ("|", ">") or (over_lines and not joined and (node.style or not in_flow)):
        return None
    if is_plain(node.value, in_flow):
        return str(node.value)
    if not node.style:
        return _write_bare(node, written, in_flow)
    takes_either = "'" not in node.value or not ('"' in node.value or "\\" in node.value)
    if over_lines or (node.value.isprintable() and takes_either):
        return write_quoted(node.value)
    return written


def _write_bare(node: Any, written: str, in_flow: bool) -> str | None:
    """A text without quotes that we would not write so ourselves: it stays, unless brackets would cut it."""
    if "\n" in written:
        return None
    if in_flow and any(c in written for c in ",[]{}?"):
        return write_quoted(node.value)
    return written


def write_key(node: Any, source: str, in_flow: bool) -> str:
    """Return a key on one line."""
    line = write_line(node, source, in_flow)
    return write_quoted(node.value) if line is None or line == "" else line


def write_lines(node: Any, source: str, indent: int) -> list[str]:
    """Return a scalar of several lines as it was written, its lines below the first one moved to `indent`."""
    if node.style in ("|", ">"):
        return _write_block(node, source, indent)
    written = source[node.start_mark.index : node.end_mark.index]
    first, *rest = (line.strip() for line in written.split("\n"))
    return [first, *(" " * indent + line if line else "" for line in rest)]


def _write_block(node: Any, source: str, indent: int) -> list[str]:
    header = _HEADER.match(source, node.start_mark.index)
    style, digit, chomping = (header[1], header[3], header[2] or header[4]) if header else (node.style, "", "")
    lines = source[: node.end_mark.index].split("\n")[node.start_mark.line + 1 :]
    lines = lines[:-1] if lines and not lines[-1].strip(" ") else lines
    depth = _depth_of_block(lines, node.value) if digit else _indentation(lines)
    kept = [line[depth:] for line in lines]
    while kept and not kept[-1] and chomping != "+":
        kept.pop()
    return [f"{style}{'2' if digit else ''}{chomping}", *(" " * indent + line if line else "" for line in kept)]


def _indentation(lines: list[str]) -> int:
    """The indentation of the first line that holds text, which is that of the block."""
    text = next((line for line in lines if line.strip(" ")), "")
    return len(text) - len(text.lstrip(" "))


def _depth_of_block(lines: list[str], value: str) -> int:
    """The indentation of a block that states it, found from the first line with text: it keeps some of its spaces."""
    first = next((line for line in value.split("\n") if line.strip(" ")), "")
    return _indentation(lines) - (len(first) - len(first.lstrip(" ")))
