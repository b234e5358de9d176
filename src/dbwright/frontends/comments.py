"""A YAML text as a tree that keeps its comments: which entry each comment and blank line belongs to.

PyYAML's tokens say exactly where text ends and a comment may stand; indentation says what it is about: a comment of its
own line belongs to the entry below it, or to the end of the block whose indentation it has.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from dbwright.frontends.nodes import Loader
from dbwright.frontends.yaml_library import yaml
from dbwright.records import record

_HEADER_COMMENT = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\n]*)")


@record(frozen=True)
class Comment:
    """One comment: its text from `#` on, where it stands (from 0), and whether it has its line for itself."""

    text: str
    index: int
    line: int
    column: int
    alone: bool


@dataclass
class Entry:
    """A pair of a mapping, or an item of a list (no key), with the comments that belong to it.

    `before` are the lines above it: comments, and "" for a blank line. `start` and `end` are offsets in the text.
    """

    key: yaml.ScalarNode | None
    value: yaml.ScalarNode | Branch
    start: int
    line: int
    column: int
    parent: Entry | None
    inside: Branch
    before: list[str] = field(default_factory=list)
    beside: Comment | None = None

    @property
    def end(self) -> int:
        """Where its text ends."""
        if isinstance(self.value, yaml.ScalarNode):
            return int(self.value.end_mark.index)
        return self.value.end

    def comment(self, comment: Comment) -> None:
        """Put a comment beside the entry; one that stood there already moves above it."""
        if self.beside:
            self.before.append(self.beside.text)
        self.beside = comment


@dataclass
class Branch:
    """A mapping or a list with its entries; `foot` are comments below the last one."""

    node: Any
    entries: list[Entry] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)

    @property
    def is_mapping(self) -> bool:
        """Whether the entries have keys."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def in_flow(self) -> bool:
        """Whether it is written in brackets."""
        return bool(self.node.flow_style)

    @property
    def end(self) -> int:
        """Where its text ends; for a block that is the end of its last entry."""
        return int(self.node.end_mark.index) if self.in_flow or not self.entries else self.entries[-1].end


def read_commented(root: yaml.Node, text: str) -> Branch:
    """Return the tree of a composed mapping with every comment of the text in it."""
    tokens = _scan(text)
    dashes = [t.start_mark for t in tokens if isinstance(t, yaml.BlockEntryToken)]
    lines = text.splitlines()
    tree = _Builder(dashes).branch(root, None)
    entries = list(_walk(tree))
    _note_blank_lines(entries, lines)
    starts = [e.start for e in entries]
    for comment in _comments(tokens, text):
        _attach(comment, tree, entries, bisect_left(starts, comment.index), lines)
    return tree


def list_comments(text: str) -> list[str]:
    """Return the comments of a YAML text in order, each from its `#` on."""
    return [comment.text for comment in _comments(_scan(text), text)]


def _scan(text: str) -> list[Any]:
    return list(yaml.scan(text, Loader=Loader))


def _comments(tokens: list[Any], text: str) -> Iterator[Comment]:
    for before, after in pairwise(tokens):
        if getattr(before, "style", None) in ("|", ">"):
            header = _HEADER_COMMENT.match(text, before.start_mark.index)
            if header:
                yield _comment(header.start(1), header[1], text)
        start, end = before.end_mark.index, after.start_mark.index
        for found in re.finditer(r"#[^\n]*", text[start:end]):
            yield _comment(start + found.start(), found[0], text)


def _comment(index: int, written: str, text: str) -> Comment:
    begin = text.rfind("\n", 0, index) + 1
    alone = text[begin:index].strip() == ""
    return Comment(written.rstrip(), index, text.count("\n", 0, index), index - begin, alone)


class _Builder:
    """Turns nodes into entries; `dashes` tell where the items of block lists start."""

    def __init__(self, dashes: list[Any]) -> None:
        self.dashes = dashes
        self.indexes = [d.index for d in dashes]

    def branch(self, node: Any, owner: Entry | None) -> Branch:
        made = Branch(node)
        for part in node.value:
            key, value = part if isinstance(node, yaml.MappingNode) else (None, part)
            mark = key.start_mark if key else self.item_mark(value, made.in_flow)
            entry = Entry(key, value, mark.index, mark.line, mark.column, owner, made)
            if not isinstance(value, yaml.ScalarNode):
                entry.value = self.branch(value, entry)
            made.entries.append(entry)
        return made

    def item_mark(self, value: Any, in_flow: bool) -> Any:
        """Where an item starts: at its dash, which in a list of lists may stand before another dash."""
        if in_flow:
            return value.start_mark
        at = bisect_left(self.indexes, value.start_mark.index) - 1
        return self.dashes[at]


def _walk(branch: Branch) -> Iterator[Entry]:
    for entry in branch.entries:
        yield entry
        if isinstance(entry.value, Branch):
            yield from _walk(entry.value)


def _note_blank_lines(entries: list[Entry], lines: list[str]) -> None:
    previous = None
    for entry in entries:
        first_of_line = not previous or previous.line < entry.line
        if first_of_line and _is_after_blank(entry.line, lines) and not _keeps_blank_lines(previous):
            entry.before.append("")
        previous = entry


def _is_after_blank(line: int, lines: list[str]) -> bool:
    return line > 0 and lines[line - 1].strip() == ""


def _keeps_blank_lines(entry: Entry | None) -> bool:
    """Whether the blank lines below are part of a block scalar (`|+`)."""
    if entry is None or not isinstance(entry.value, yaml.ScalarNode):
        return False
    return entry.value.style in ("|", ">") and (entry.value.value == "\n" or entry.value.value.endswith("\n\n"))


def _attach(comment: Comment, tree: Branch, entries: list[Entry], position: int, lines: list[str]) -> None:
    """Give a comment to the entry that it stands beside or above, or to the end of a block."""
    last = entries[position - 1] if position else None
    following = entries[position] if position < len(entries) else None
    if last is not None and not comment.alone:
        _outermost_closed(last, comment).comment(comment)
        return
    above = _lines_above(comment, lines, last)
    foot = _block_that_ends(comment, last, following, tree)
    if last is not None and (_stands_before_value(last, comment) or (foot and not foot.entries)):
        last.before += above
    elif foot is not None:
        foot.foot += above
    elif following is not None:
        blank = [""] if following.before[-1:] == [""] else []
        following.before = following.before[: len(following.before) - len(blank)] + above + blank


def _lines_above(comment: Comment, lines: list[str], last: Entry | None) -> list[str]:
    blank = _is_after_blank(comment.line, lines) and not (_keeps_blank_lines(last))
    return ["", comment.text] if blank else [comment.text]


def _outermost_closed(entry: Entry, comment: Comment) -> Entry:
    """The entry that a comment at the end of a line is about: the whole bracket that closes before it."""
    while entry.parent is not None and entry.inside.in_flow and entry.inside.end <= comment.index:
        entry = entry.parent
    return entry


def _stands_before_value(entry: Entry, comment: Comment) -> bool:
    node = entry.value if isinstance(entry.value, yaml.ScalarNode) else entry.value.node
    opens = isinstance(entry.value, yaml.ScalarNode) or entry.value.in_flow
    return opens and bool(node.start_mark.index > comment.index)


def _block_that_ends(comment: Comment, last: Entry | None, following: Entry | None, tree: Branch) -> Branch | None:
    """The block at whose end a comment of its own line stands, if it does not belong to the following entry."""
    if last is None:
        return None if following else tree
    around = _brackets_around(last, comment)
    if around is not None:
        return None if following and following.start < around.end else around
    if following is not None and (comment.column <= following.column or following.parent is last):
        return None
    block: Branch = last.inside
    owner = last.parent
    while owner is not None and (block.in_flow or _column(block) > comment.column):
        block, owner = owner.inside, owner.parent
    return None if following is not None and block is following.inside else block


def _brackets_around(entry: Entry, comment: Comment) -> Branch | None:
    inner = entry.value
    if isinstance(inner, Branch) and inner.in_flow and inner.node.start_mark.index < comment.index < inner.end:
        return inner
    at: Entry | None = entry
    while at is not None:
        if at.inside.in_flow and comment.index < at.inside.end:
            return at.inside
        at = at.parent
    return None


def _column(block: Branch) -> int:
    return int(block.node.start_mark.column)
