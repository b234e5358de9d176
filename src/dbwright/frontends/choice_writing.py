"""Writes what was chosen beyond indexes into the design file: partition keys, summaries, counters and copied columns.

Comments and layout stay. Access patterns are left as they are: what they say is for their owner to change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dbwright.diagnostics import DesignError, Diagnostic
from dbwright.frontends.advice_writing import block_of, in_brackets, plain, quoted
from dbwright.model.access import AccessPattern
from dbwright.model.advice import WrittenChange
from dbwright.model.design import Design
from dbwright.model.entity import Column, Entity, PartitionChoice
from dbwright.model.summary import Summary

_CALL = re.compile(r"(range|list|hash)\([a-z_][a-z0-9_]*\)")
_SAFE = re.compile(r"[A-Za-z][\w .()/'|%-]*")
"""A scalar that means itself without quotes inside of braces."""


def write_changes(design: Design, changes: Sequence[WrittenChange]) -> dict[str, str]:
    """Return the files of a design with these changes, those alone that changed.

    Raise DesignError where an entity is written in brackets, into which no line can be put.
    """
    files = {name: text.splitlines(keepends=True) for name, text in design.sources.items()}
    edits: list[tuple[str, int, list[str]]] = []
    for change in changes:
        if change.partition is not None:
            edits.append(_at_entity(design, files, change.entity, partition_line(change.partition)))
        if change.columns:
            edits.append(_at_columns(design, files, change.entity, [column_line(c) for c in change.columns]))
    summaries = [c.summary for c in changes if c.summary is not None]
    if summaries:
        edits.append(_at_summaries(design, files, summaries))
    for file, at, lines in sorted(edits, key=lambda e: (e[0], e[1]), reverse=True):
        if at and not files[file][at - 1].endswith("\n"):
            files[file][at - 1] += "\n"
        files[file][at:at] = lines
    whole = {name: "".join(lines) for name, lines in files.items()}
    return {name: text for name, text in whole.items() if text != design.sources[name]}


def show_change(change: WrittenChange) -> str:
    """Return a change as it stands in a design, with the name of its entity."""
    if change.summary is not None:
        return "".join(_entry(change.summary, "")).rstrip("\n")
    if change.made is not None and change.job is not None:
        return "\n".join([*_entity(change.made), *_pattern(change.job)])
    lines = [partition_line(change.partition)] if change.partition is not None else []
    lines += [column_line(c) for c in change.columns]
    return "\n".join(f"{change.entity}: {line}" for line in lines)


def partition_line(choice: PartitionChoice) -> str:
    """Return a partition key as a line of its entity."""
    by = str(choice.by)
    said = [f"by: {by if _CALL.fullmatch(by) else scalar(by)}"]
    said += [f"every: {choice.every}"] if choice.every else []
    said += [f"count: {choice.count}"] if choice.count else []
    if choice.values:
        lists = (
            f"{plain(str(n))}: [{', '.join(scalar(str(v)) for v in v_list)}]" for n, v_list in choice.values.items()
        )
        said.append(f"values: {{{', '.join(lists)}}}")
    said += [f"why: {quoted(str(choice.why))}"] if choice.why else []
    return f"partition: {{{', '.join(said)}}}"


def column_line(column: Column) -> str:
    """Return a column as a line of its entity."""
    said = [f"sql: {scalar(str(column.sql))}"]
    said += [f"one of: [{', '.join(scalar(str(v)) for v in column.one_of)}]"] if column.one_of else []
    said += [f"about: {scalar(str(column.about))}"] if column.about else []
    said += [f"copy of: {column.copy_of}, kept by: {column.kept_by}"] if column.copy_of else []
    said += [f"counts: {column.counts}"] if column.counts else []
    said += [f"sums: {column.sums}"] if column.sums else []
    return f"{plain(str(column.name))}: {{{', '.join(said)}}}"


def scalar(text: str) -> str:
    """Return a YAML scalar that may stand inside of braces."""
    words = ("true", "false", "null", "yes", "no", "on", "off")
    return text if _SAFE.fullmatch(text) and text.lower() not in words and not text.endswith(" ") else quoted(text)


def _entry(summary: Summary, indent: str) -> Iterator[str]:
    yield f"{indent}{plain(str(summary.name))}:\n"
    yield f"{indent}  about: {quoted(str(summary.about))}\n"
    yield f"{indent}  why: {quoted(str(summary.why))}\n"
    yield f"{indent}  sql: {quoted(str(summary.sql))}\n"
    yield f"{indent}  key: [{', '.join(plain(str(c)) for c in summary.key_columns)}]\n"
    yield f"{indent}  freshness: {summary.freshness}\n"


def _entity(entity: Entity) -> Iterator[str]:
    yield "entities:"
    yield f"  {plain(str(entity.name))}:"
    yield f"    about: {quoted(str(entity.about))}"
    yield "    columns:"
    yield from (f"      {column_line(c)}" for c in entity.columns)
    yield f"    key: [{', '.join(plain(str(c)) for c in entity.key_columns)}]"
    if entity.tenant:
        yield f"    tenant: {entity.tenant}"
    if entity.rows is not None:
        yield f"    rows: {{now: {entity.rows.now}, growth: {entity.rows.growth}}}"
    yield f"    audit: {entity.audit}"


def _pattern(pattern: AccessPattern) -> Iterator[str]:
    yield "access:"
    yield f"  {plain(str(pattern.name))}:"
    yield f"    why: {quoted(str(pattern.why))}"
    yield f"    by: {pattern.by[0]}"
    yield f"    sql: {quoted(str(pattern.sql))}"
    means = ", ".join(f"{p.name}: {{means: {p.means}}}" for p in pattern.parameters if p.means is not None)
    yield f"    parameters: {{{means}}}"
    yield f"    rate: {pattern.rate}"


def _at_entity(design: Design, files: Mapping[str, list[str]], name: str, line: str) -> tuple[str, int, list[str]]:
    entity = design.entity(name)
    if entity is None:
        raise DesignError([Diagnostic("advice-not-written", f"`{name}` stands in no file of the design")])
    first = min((span for span in entity.place.keys.values() if span.line), key=lambda s: (s.line, s.column))
    if files[first.file][first.line - 1][: first.column - 1].strip():
        raise in_brackets(first, name)
    return first.file, first.line - 1, [f"{' ' * (first.column - 1)}{line}\n"]


def _at_columns(
    design: Design, files: Mapping[str, list[str]], name: str, lines: Sequence[str]
) -> tuple[str, int, list[str]]:
    entity = design.entity(name)
    if entity is None or "columns" not in entity.place.keys:
        raise DesignError([Diagnostic("advice-not-written", f"`{name}` has no columns in any file of the design")])
    anchor = entity.place.of("columns")
    source = files[anchor.file]
    if not source[anchor.line - 1].split("#")[0].rstrip().endswith("columns:"):
        raise in_brackets(anchor, "columns")
    start, end = block_of(source, anchor)
    indent = " " * (len(source[start + 1]) - len(source[start + 1].lstrip()))
    return anchor.file, end, [f"{indent}{line}\n" for line in lines]


def _at_summaries(
    design: Design, files: Mapping[str, list[str]], summaries: Sequence[Summary]
) -> tuple[str, int, list[str]]:
    if not design.summaries:
        place = design.place.of("design")
        lines = ["summaries:\n", *(line for s in summaries for line in _entry(s, "  "))]
        return place.file, len(files[place.file]), lines
    anchor = design.summaries[0].name.span
    indent = " " * (anchor.column - 1)
    if files[anchor.file][anchor.line - 1][: anchor.column - 1].strip():
        raise in_brackets(anchor, "summaries")
    return anchor.file, anchor.line - 1, [line for s in summaries for line in _entry(s, indent)]
