"""From a design file, or a folder of them, to one Design.

Includes and folders are joined key by key; column groups are expanded; column lines are taken apart. Everything found
wrong on the way is reported in one run.
"""

from __future__ import annotations

from collections import deque
from os.path import realpath
from pathlib import Path

from dbwright.diagnostics import DesignError, Diagnostic, Severity, Span, errors, in_order
from dbwright.frontends.binding import Binder, bound
from dbwright.frontends.columns import read_columns
from dbwright.frontends.merging import Part, merge
from dbwright.frontends.nodes import compose, read_source, unreadable
from dbwright.frontends.resolution import resolve
from dbwright.frontends.review_record import read_record
from dbwright.frontends.yaml_library import yaml
from dbwright.model.design import Design
from dbwright.records import record, replace

SUFFIX = ".design.yaml"


@record(frozen=True)
class Reading:
    """What reading gave: the design (None where it is too broken to go on), all diagnostics, the sources read."""

    design: Design | None
    diagnostics: tuple[Diagnostic, ...]
    sources: dict[str, str]


def read_design(path: Path) -> Reading:
    """Read a design file or a folder of `*.design.yaml`; never raise for what a design can get wrong."""
    sources: dict[str, str] = {}
    try:
        parts = [_read_part(p, sources) for p in _files(path)]
        parts = _with_includes(parts, sources)
    except DesignError as error:
        return Reading(None, error.diagnostics, sources)
    root, found = merge(parts)
    if root is None or errors(found):
        return Reading(None, tuple(in_order(found)), sources)
    record, more = read_record(path)
    reading = _bind(root, parts, [*found, *more], sources)
    if reading.design is not None and record is not None:
        reading = replace(reading, design=replace(reading.design, review_record=record))
    return replace(reading, diagnostics=(*_neighbours(path, reading), *reading.diagnostics))


def _neighbours(path: Path, reading: Reading) -> list[Diagnostic]:
    """Where one file was named and names lead nowhere, the rest of the design may stand beside it."""
    if path.is_dir() or not errors(reading.diagnostics):
        return []
    beside = [p for p in path.parent.glob(f"*{SUFFIX}") if _shown(p) not in reading.sources]
    if not beside:
        return []
    message = f"{len(beside)} other design files stand beside {_shown(path)} and were not read"
    help_text = f"to read them as one design, name the folder: {_shown(path.parent)}"
    return [Diagnostic("files-beside", message, Span(_shown(path), 1, 1), help_text, Severity.NOTE)]


def load_design(path: Path) -> Design:
    """Return the design at `path`; raise DesignError with everything that is wrong."""
    reading = read_design(path)
    if reading.design is None or errors(reading.diagnostics):
        raise DesignError(reading.diagnostics)
    return reading.design


def _bind(root: yaml.MappingNode, parts: list[Part], found: list[Diagnostic], sources: dict[str, str]) -> Reading:
    binder = Binder({p.shown: p.source for p in parts})
    design = bound(binder.model(Design, root))
    diagnostics = found + binder.diagnostics
    if design is None:
        return Reading(None, tuple(in_order(diagnostics)), sources)
    design, more = read_columns(replace(design, sources=sources))
    diagnostics += more
    diagnostics += resolve(design)
    return Reading(design, tuple(in_order(diagnostics)), sources)


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        files = sorted(p for p in path.iterdir() if p.name.endswith(SUFFIX))
    except OSError as error:
        raise unreadable(_shown(path), error) from None
    if not files:
        message = f"the folder {_shown(path)} holds no file that ends in {SUFFIX}"
        help_text = (
            f"name the design `{_shown(path.resolve()).rpartition('/')[2] or 'system'}{SUFFIX}`, or type `dbwright new`"
        )
        raise DesignError([Diagnostic("no-design", message, Span(_shown(path), 1, 1), help_text)])
    return files


def _shown(path: Path) -> str:
    """The path as every output can show it; a name that is no UTF-8 has escapes in place of its bytes."""
    return path.as_posix().encode(errors="backslashreplace").decode()


def _read_part(path: Path, sources: dict[str, str]) -> Part:
    shown = _shown(path)
    source = read_source(path, shown)
    sources[shown] = source
    root = compose(source, shown)
    if root is None:
        raise DesignError(
            [Diagnostic("empty-design", f"{shown} is empty", Span(shown, 1, 1), "start with `dbwright new`")]
        )
    if not isinstance(root, yaml.MappingNode):
        message = "a design is a mapping of keys, such as `design: shop`"
        raise DesignError([Diagnostic("wrong-shape", message, Span(shown, 1, 1), "start with `design:` and a name")])
    return Part(path, shown, source, root)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _with_includes(parts: list[Part], sources: dict[str, str]) -> list[Part]:
    """Add the files that `include:` names, each once, in the order they are named."""
    seen = {realpath(p.path) for p in parts}
    waiting = deque(parts)
    while waiting:
        part = waiting.popleft()
        for target, span in part.includes():
            real = realpath(target)
            if real in seen:
                continue
            seen.add(real)
            if not _is_file(target):
                message = f"the included file {_shown(target)} does not exist"
                help_text = "the path counts from the file that includes it"
                raise DesignError([Diagnostic("include-missing", message, span, help_text)])
            added = _read_part(target, sources)
            parts = [*parts, added]
            waiting.append(added)
    return parts
