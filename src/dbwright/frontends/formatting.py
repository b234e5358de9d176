"""`dbwright fmt`: one canonical way to write a design file, that keeps its meaning, its comments and its long texts.

Keys stand in the order of the manual; names (entities, columns, access patterns) in the order of their author. What was
written on one line stays there while it fits. The result is read again and compared before anybody sees it.
"""

from __future__ import annotations

from dbwright.diagnostics import DesignError, Diagnostic, Span
from dbwright.frontends.comments import Branch, Comment, Entry, read_commented
from dbwright.frontends.nodes import compose
from dbwright.frontends.sameness import prove_same, refuse_complex_keys
from dbwright.frontends.scalar_styles import write_key, write_line, write_lines
from dbwright.frontends.yaml_library import yaml
from dbwright.model.design import Design
from dbwright.model.entity import Column
from dbwright.model.forms import Form, Written, outline_of, written_as

WIDEST = 130
"""Characters of a line up to which a mapping or list in brackets stays on it."""
STEP = 2
_ROOT = Written(Form.MODEL, Design)
_COLUMN = Written(Form.MODEL, Column)
_COLUMNS = Written(Form.NAMED, Column)


def format_source(text: str, shown: str = "design.yaml") -> str:
    """Return the design file as dbwright writes it; raise DesignError where it is not YAML or would change."""
    source = text.removeprefix("\ufeff").replace("\r\n", "\n")
    root = compose(source, shown)
    if not isinstance(root, yaml.MappingNode):
        message = f"{shown} holds no mapping of keys, such as `design: shop`"
        raise DesignError([Diagnostic("wrong-shape", message, Span(shown, 1, 1), "start with `design:` and a name")])
    refuse_complex_keys(root)
    result = _Writer(source).file(read_commented(root, source))
    prove_same(root, source, result, shown)
    return result


class _Writer:
    """Writes branches as lines; `written` is what the model says of a branch, where the model knows it."""

    def __init__(self, source: str) -> None:
        self.source = source

    def file(self, tree: Branch) -> str:
        """The whole file; what stands above its first key is about the file and stays on top."""
        head: list[str] = []
        if tree.entries:
            head, tree.entries[0].before = tree.entries[0].before, []
        lines = [*_trimmed(head), *(self.block(tree, _ROOT, 0) or ["{}"])]
        return "\n".join(_trimmed(lines)) + "\n"

    def block(self, branch: Branch, written: Written | None, indent: int) -> list[str]:
        """A mapping or list with one entry a line or more."""
        keys = {id(e): write_key(e.key, self.source, False) + ":" for e in branch.entries if e.key}
        width = max((len(k) for k in keys.values()), default=0) if written == _COLUMNS else 0
        lines: list[str] = []
        for entry in _in_order(branch, written):
            lead = keys[id(entry)].ljust(width) if entry.key else "-"
            lines += self.entry(entry, lead, _within(written, entry), indent, first=not lines)
        return lines + _indented(branch.foot if lines else _trimmed(branch.foot), indent)

    def entry(self, entry: Entry, lead: str, written: Written | None, indent: int, first: bool) -> list[str]:
        """One entry with its comments; `lead` is its key with the colon, or the dash of an item."""
        above = _trimmed(entry.before) if first else entry.before
        return [*_indented(above, indent), *self.body(entry, " " * indent + lead, written, indent)]

    def body(self, entry: Entry, start: str, written: Written | None, indent: int) -> list[str]:
        """The lines of an entry from its lead on."""
        if isinstance(entry.value, yaml.ScalarNode):
            return self.scalar(entry, start, indent)
        line = self.fits(entry.value, start, written, indent)
        if line is not None:
            return [_beside(line, entry.beside)]
        inner = self.block(entry.value, written, indent + STEP)
        if entry.key:
            return [_beside(start.rstrip(), entry.beside), *inner]
        height = next(number for number, text in enumerate(inner) if text.strip()[:1] not in ("", "#"))
        above = [*([entry.beside.text] if entry.beside else []), *(text.strip() for text in inner[:height])]
        return [*_indented(above, indent), f"{start} {inner[height].lstrip()}", *inner[height + 1 :]]

    def scalar(self, entry: Entry, start: str, indent: int) -> list[str]:
        """The lines of an entry whose value is a scalar."""
        line = write_line(entry.value, self.source, False)
        if line is not None:
            return [_beside(f"{start} {line}" if line else start.rstrip(), entry.beside)]
        first, *rest = write_lines(entry.value, self.source, indent + STEP)
        if first[:1] in ("|", ">"):
            return [_beside(f"{start.rstrip()} {first}", entry.beside), *rest]
        lines = [f"{start.rstrip()} {first}", *rest]
        return [*lines[:-1], _beside(lines[-1], entry.beside)]

    def fits(self, branch: Branch, start: str, written: Written | None, indent: int) -> str | None:
        """A branch on one line, if it is written in brackets (or is a column) and the line is not too long."""
        if not branch.in_flow and written != _COLUMN:
            return None
        if indent == 0 and branch.entries and written and written.form is Form.NAMED:
            return None
        text = self.flow(branch, written)
        if text is None or (branch.entries and len(start) + 1 + len(text) > WIDEST):
            return None
        return f"{start} {text}"

    def flow(self, branch: Branch, written: Written | None) -> str | None:
        """A branch in brackets; None where a comment, a block of text or a list of columns needs lines."""
        if branch.foot or (branch.entries and written == _COLUMNS):
            return None
        parts = []
        for entry in _in_order(branch, written):
            value = self.flow_value(entry, _within(written, entry))
            if value is None or entry.beside or any(entry.before):
                return None
            parts.append(f"{write_key(entry.key, self.source, True)}: {value}" if entry.key else value)
        inner = ", ".join(parts)
        return "{" + inner + "}" if branch.is_mapping else "[" + inner + "]"

    def flow_value(self, entry: Entry, written: Written | None) -> str | None:
        """The value of an entry for its place in brackets; an empty one has none."""
        if isinstance(entry.value, Branch):
            return self.flow(entry.value, written)
        return write_line(entry.value, self.source, True) or None


def _in_order(branch: Branch, written: Written | None) -> list[Entry]:
    """The entries in the order of the class that the mapping stands for; keys that it does not have come last."""
    if not branch.is_mapping or written is None or written.form is not Form.MODEL:
        return branch.entries
    order = {name: number for number, name in enumerate(outline_of(written.of).keys)}
    return sorted(branch.entries, key=lambda e: order.get(e.key.value if e.key else "", len(order)))


def _within(written: Written | None, entry: Entry) -> Written | None:
    """What the model says of an entry of a branch."""
    if written is None:
        return None
    if written.form is Form.NAMED:
        return Written(Form.MODEL, written.of)
    if written.form in (Form.ITEMS, Form.MAPPING):
        return _item(written)
    key = outline_of(written.of).keys.get(entry.key.value) if entry.key and written.form is Form.MODEL else None
    found = written_as(key.type) if key else None
    alone = (
        found is not None and found.form is Form.ITEMS and isinstance(entry.value, Branch) and entry.value.is_mapping
    )
    return _item(found) if alone and found else found


def _item(written: Written) -> Written:
    return written_as(written.of)


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _trimmed(lines: list[str]) -> list[str]:
    """Lines without the blank ones at the top."""
    start = next((number for number, line in enumerate(lines) if line), len(lines))
    return lines[start:]


def _beside(line: str, comment: Comment | None) -> str:
    """A line with its comment, in the column where it stood if there is room."""
    if comment is None:
        return line
    return line.ljust(max(comment.column, len(line) + 2)) + comment.text
