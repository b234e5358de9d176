"""Nodes to model values: every key is known, every scalar is of its type, every mistake is reported with its place.

The classes of `model` say by themselves how they stand in the file (`model.shape`, `model.forms`); this module only
follows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import yaml

from dbwright.diagnostics import Diagnostic, Span, nearest
from dbwright.frontends.nodes import file_of, span_of_node
from dbwright.frontends.places import locate
from dbwright.frontends.scalars import QUOTE_SQL, ScalarError, quoted, read_scalar
from dbwright.model.forms import Form, Outline, Written, may_lack_a_name, outline_of, written_as
from dbwright.model.shape import Place, Text

_MISSING = object()


class Binder:
    """Binds the nodes of a design; `diagnostics` fills as it goes, so that one run reports everything.

    `sources` are the texts of the files by name; a node says which file it came from.
    """

    def __init__(self, shown: str, sources: Mapping[str, str]) -> None:
        self.shown = shown
        self.sources = sources
        self.diagnostics: list[Diagnostic] = []

    def model(self, kind: type, node: yaml.Node, name: Text | None = None) -> Any:
        """Return an instance of a model class, or the missing mark (see `bound`) after a diagnostic."""
        if isinstance(node, yaml.ScalarNode):
            return self._from_shorthand(kind, node, name)
        if not isinstance(node, yaml.MappingNode):
            return self._expect(node, describe(kind))
        outline = outline_of(kind)
        values, spans = self._values(kind, outline, node)
        return self._make(kind, outline, values, Place(self._span(node), MappingProxyType(spans)), node, name)

    def _from_shorthand(self, kind: type, node: yaml.ScalarNode, name: Text | None) -> Any:
        outline, span = outline_of(kind), self._span(node)
        if name is not None and (_is_blank(node) or (_is_nothing(node) and not outline.shorthand)):
            return self._make(kind, outline, {}, Place(span), node, name)
        if not outline.shorthand:
            return self._expect(node, describe(kind))
        wanted = outline.keys[outline.shorthand]
        value = self.value(written_as(wanted.type), node, wanted.name)
        if value is _MISSING:
            return _MISSING
        place = Place(span, MappingProxyType({wanted.name: span}))
        return self._make(kind, outline, {wanted.attribute: value}, place, node, name)

    def _values(self, kind: type, outline: Outline, node: yaml.MappingNode) -> tuple[dict[str, Any], dict[str, Span]]:
        values: dict[str, Any] = {}
        spans: dict[str, Span] = {}
        for key, _, key_node, value_node in self._pairs(node, spans):
            if key.startswith("x-"):
                continue
            wanted = outline.keys.get(key)
            if wanted is None:
                hint = QUOTE_SQL if _is_cut_sql(node, key) else nearest(key, outline.keys)
                self._report("unknown-key", f"{quoted(key)} is not a key of {describe(kind)}", key_node, hint)
                continue
            value = self.value(written_as(wanted.type), value_node, key)
            if value is not _MISSING:
                values[wanted.attribute] = value
        return values, spans

    def _pairs(
        self, node: yaml.MappingNode, spans: dict[str, Span]
    ) -> Iterator[tuple[str, Span, yaml.Node, yaml.Node]]:
        """Yield key, its span, and the nodes of key and value; report keys that are no names or stand there twice."""
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._expect(key_node, "a name as key")
                continue
            key, span = str(key_node.value), self._span(key_node)
            if key in spans:
                message = f"{quoted(key)} is defined twice; the first stands at {spans[key]}"
                self._report("duplicate-key", message, key_node, "remove one, or join them")
                continue
            spans[key] = span
            yield key, span, key_node, value_node

    def _make(
        self, kind: type, outline: Outline, values: dict[str, Any], place: Place, node: yaml.Node, name: Text | None
    ) -> Any:
        absent = [k.name for k in outline.required if values.get(k.attribute, "") == ""]
        if absent:
            unsaid = ", ".join(f"`{k}:`" for k in absent if k not in place.keys or outline.keys[k].attribute in values)
            if unsaid:
                subject = f"`{name}`" if name else describe(kind)
                self._report("missing-key", f"{subject} needs {unsaid}", node, f"add {unsaid}")
            return _MISSING
        if name is not None and outline.name:
            values[outline.name] = name
        return kind(**values, place=place)

    def value(self, written: Written, node: yaml.Node, key: str) -> Any:
        """Return a value of one type, or the missing mark after a diagnostic."""
        if written.form is Form.TEXT and isinstance(node, yaml.ScalarNode):
            return Text(node.value, self._span(node), partial(self._locate, node))
        match written.form:
            case Form.MODEL:
                return self.model(written.of, node)
            case Form.NAMED:
                return self._named(written.of, node, key)
            case Form.ITEMS:
                return self._items(written_as(written.of), node, key)
            case Form.MAPPING:
                return self._mapping(written_as(written.of), node, key)
        if not isinstance(node, yaml.ScalarNode):
            return self._expect(node, f"one value for `{key}`")
        return self._scalar(written, node, key)

    def _items(self, item: Written, node: yaml.Node, key: str) -> Any:
        if isinstance(node, yaml.SequenceNode):
            values = [self.value(item, child, key) for child in node.value]
            return tuple(v for v in values if v is not _MISSING)
        if _is_nothing(node):
            return ()
        single = self.value(item, node, key)
        return _MISSING if single is _MISSING else (single,)

    def _named(self, item: type, node: yaml.Node, key: str) -> Any:
        if _is_nothing(node):
            return ()
        if isinstance(node, yaml.SequenceNode) and may_lack_a_name(item):
            values = [self.model(item, child, Text("", self._span(node))) for child in node.value]
            return tuple(v for v in values if v is not _MISSING)
        if not isinstance(node, yaml.MappingNode):
            return self._expect(node, f"a mapping of names under `{key}:`")
        found: list[Any] = []
        for name, span, key_node, value_node in self._pairs(node, {}):
            if name.startswith("x-"):
                continue
            if not name:
                self._expect(key_node, f"a name under `{key}:`")
                continue
            if node.flow_style and _is_blank(value_node) and outline_of(item).required:
                self._report("missing-key", f"{quoted(name)} has no value", key_node, QUOTE_SQL)
                continue
            value = self.model(item, value_node, Text(name, span))
            if value is not _MISSING:
                found.append(value)
        return tuple(found)

    def _mapping(self, item: Written, node: yaml.Node, key: str) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self._expect(node, f"a mapping under `{key}:`")
        found: dict[str, Any] = {}
        for name, span, _, value_node in self._pairs(node, {}):
            value = self.value(item, value_node, name)
            if value is not _MISSING:
                found[Text(name, span)] = value
        return MappingProxyType(found)

    def _scalar(self, written: Written, node: yaml.ScalarNode, key: str) -> Any:
        try:
            return read_scalar(written, node.value)
        except ScalarError as error:
            self._report("bad-value", f"`{key}`: {error}", node, error.hint)
            return _MISSING

    def _expect(self, node: yaml.Node, wanted: str) -> Any:
        self._report("wrong-shape", f"{wanted} is expected here", node, "`dbwright schema` prints the shape")
        return _MISSING

    def _report(self, code: str, message: str, node: yaml.Node, help_text: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, self._span(node), help_text))

    def _locate(self, node: yaml.ScalarNode, offset: int) -> Span:
        shown = file_of(node) or self.shown
        return locate(node, self.sources.get(shown, "").splitlines(), shown, offset)

    def _span(self, node: yaml.Node) -> Span:
        return span_of_node(node, file_of(node) or self.shown)


def bound(value: Any) -> Any:
    """Return a bound value, or None for the missing mark."""
    return None if value is _MISSING else value


def describe(kind: type) -> str:
    """Return what a model class is called in a message: `an access pattern`."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in kind.__name__).strip()
    article = "an" if words[0] in "aeiou" else "a"
    return f"{article} {words}"


def _is_blank(node: yaml.Node) -> bool:
    """Whether nothing is written where a value could stand (quoted emptiness is a value)."""
    return isinstance(node, yaml.ScalarNode) and not node.value and not node.style


def _is_nothing(node: yaml.Node) -> bool:
    """Whether YAML's word for nothing stands here; where text is expected it is a word, such as SQL's `null`."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "null", "~")


def _is_cut_sql(node: yaml.MappingNode, key: str) -> bool:
    """Whether an unknown key is the rest of an SQL text that a comma inside `{…}` cut in two."""
    return bool(node.flow_style) and any(c in key for c in "()'\"[]")
