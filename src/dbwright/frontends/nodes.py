"""YAML text to a node tree with exact places, within limits, or one clear diagnostic.

PyYAML's C parser gives the marks. Scalars stay text: what they mean is for the model's types to say, so that YAML 1.1
surprises (`no`, `on`, `1e3`, `0777`, `12:30`) cannot happen.
"""

from __future__ import annotations

import re
from io import StringIO
from itertools import chain
from operator import is_
from pathlib import Path
from typing import Any

from dbwright.diagnostics import DesignError, Diagnostic, Span
from dbwright.frontends.yaml_library import yaml
from dbwright.frontends.yaml_problems import describe_problem

LARGEST_FILE = 8 * 2**20
"""Bytes of one design file; 100 tables of 12 columns are about 100 kB."""
DEEPEST = 40
"""Levels of nesting; the language itself has eight."""
MOST_BRACKETS = 5_000
"""Opening brackets that the C parser may meet unwatched; it recurses, and some 100,000 levels end its stack."""

BaseLoader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|\r(?!\n)")
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REUSE = re.compile(r"[&*](?<!\w[&*])[0-9A-Za-z_-]")
_SEEN = bytes([9, 10, *range(32, 127)])
"""The characters of plain English text, of which most designs are made: to take them away is faster than to search."""
_INDENTED = re.compile(r"\n[ \-?:\t]{41}")
_TAGS = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}


class _Named(StringIO):
    """A text that tells the parser the name of its file, which every mark then carries."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


class Loader(BaseLoader):  # type: ignore[misc] # the C parser has no types
    """Composes without guessing: what is not tagged is text, a list or a mapping."""

    descend_resolver, ascend_resolver = staticmethod(is_), staticmethod(bool)
    """PyYAML follows paths to tags by these; a design has none, and of what does nothing C is fastest."""

    def resolve(self, kind: type, value: str, implicit: object) -> str:
        """Return the tag of a node that has none of its own."""
        return _TAGS[kind]


def read_source(path: Path, shown: str) -> str:
    """Return the text of a design file; raise DesignError where it is missing, too large or not UTF-8 text."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise unreadable(shown, error) from None
    if len(data) > LARGEST_FILE:
        raise _refusal(
            "file-too-large",
            f"{shown} has more than {LARGEST_FILE:,} bytes, the most that a design file may have",
            Span(shown, 1, 1),
            "split the design and name the parts under `include:`",
        )
    return _decode(data, shown)


def unreadable(shown: str, error: Exception) -> DesignError:
    """Return what to raise where the system does not let a file or folder be read."""
    message = f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}"
    help_text = "give the path of a `*.design.yaml` file or of a folder that holds some"
    return _refusal("file-unreadable", message, Span(shown, 1, 1), help_text)


def _decode(data: bytes, shown: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(errors="replace")
        raise _refusal(
            "not-utf-8",
            f"byte 0x{error.object[error.start]:02x} is not UTF-8",
            _span_at(before, len(before), shown),
            "save the file as UTF-8",
        ) from None


def _span_at(text: str, offset: int, shown: str) -> Span:
    line = text.count("\n", 0, offset) + 1
    return Span(shown, line, offset - (text.rfind("\n", 0, offset) + 1) + 1)


def compose(text: str, shown: str) -> yaml.Node | None:
    """Return the root node of a YAML text, or None for an empty one; raise DesignError.

    The marks of every node carry the name of the file.
    """
    _refuse_unseen_characters(text, shown)
    try:
        if _is_suspect(text):
            _inspect_events(text, shown)
        loader = Loader(_Named(text, shown))
        try:
            root: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise DesignError([describe_problem(error, text, shown)]) from None
    if root is not None:
        _inspect_tree(root, shown)
    return root


def span_of_node(node: yaml.Node) -> Span:
    """Return the place of a node; its length ends with its first line."""
    start, end = node.start_mark, node.end_mark
    line, column = start.line, start.column
    length = end.column - column if line == end.line else 1
    return Span(start.name, line + 1, column + 1, length or 1)


def _refuse_unseen_characters(text: str, shown: str) -> None:
    """Refuse what an editor does not show or takes for the end of a line where YAML does not (or the reverse)."""
    if text.isascii() and not text.encode().translate(None, _SEEN):
        return
    found = _UNSEEN.search(text)
    if found:
        raise _refusal(
            "control-character",
            f"the file holds the control character U+{ord(found[0]):04X}",
            _span_at(text, found.start(), shown),
            "remove it",
        )


def _is_suspect(text: str) -> bool:
    """Tell cheaply whether the text could hold an alias or an endless nesting; never a false no."""
    brackets = text.count("[") + text.count("{")
    return brackets > MOST_BRACKETS or bool(_REUSE.search(text) or _INDENTED.search(f"\n{text}"))


def _inspect_events(text: str, shown: str) -> None:
    """Look at the stream event by event, which needs no stack, before a tree is made of it."""
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _too_deep(event, shown)
        anchor = getattr(event, "anchor", None)
        if anchor:
            kind, sign = ("alias", "*") if isinstance(event, yaml.AliasEvent) else ("anchor", "&")
            raise _refusal(
                "alias",
                f"`{sign}{anchor}` is a YAML {kind}; a design has none",
                _span_of_start(event, shown),
                "quote a text that begins so; write shared columns once under `groups:` and name the group",
            )


def _inspect_tree(root: yaml.Node, shown: str) -> None:
    """Walk the tree level by level: refuse tags, hidden characters and great depth."""
    level: list[Any] = [root]
    depth = 1
    while level:
        if depth > DEEPEST:
            raise _too_deep(level[0], shown)
        below: list[Any] = []
        for node in level:
            kind = type(node)
            if node.tag != _TAGS[kind]:
                raise _tagged(node, shown)
            if kind is yaml.ScalarNode:
                if node.style == '"':
                    _refuse_hidden_character(node)
            elif kind is yaml.SequenceNode:
                below += node.value
            else:
                below += chain.from_iterable(node.value)
        level, depth = below, depth + 1


def _refuse_hidden_character(node: Any) -> None:
    found = _HIDDEN.search(node.value)
    if found:
        message = f"an escape makes the control character U+{ord(found[0]):04X}"
        raise _refusal("control-character", message, span_of_node(node), "remove it")


def _tagged(node: Any, shown: str) -> DesignError:
    tag = str(node.tag).replace("tag:yaml.org,2002:", "!!")
    message = f"`{tag}` is a YAML tag; a design has none"
    return _refusal("tag", message, _span_of_start(node, shown), "quote a text that begins with `!`, remove a tag")


def _too_deep(where: Any, shown: str) -> DesignError:
    message = f"more than {DEEPEST} levels of nesting"
    help_text = "a design has about eight levels; look for a bracket that is never closed"
    return _refusal("nested-too-deep", message, _span_of_start(where, shown), help_text)


def _span_of_start(where: Any, shown: str) -> Span:
    return Span(shown, where.start_mark.line + 1, where.start_mark.column + 1)


def _refusal(code: str, message: str, span: Span, help_text: str) -> DesignError:
    return DesignError([Diagnostic(code, message, span, help_text)])
