"""Nodes to model values: every key is known, every scalar is of its type, every mistake is reported with its place.

The classes of `model` say by themselves how they stand in the file (`model.shape`, `model.forms`); this module only
follows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from dbwright.diagnostics import Diagnostic, Span, nearest
from dbwright.frontends.nodes import span_of_node
from dbwright.frontends.places import locate
from dbwright.frontends.scalars import QUOTE_SQL, ScalarError, quoted, read_scalar
from dbwright.frontends.yaml_library import MappingNode, Node, ScalarNode, SequenceNode
from dbwright.model.forms import Form, Outline, Written, may_lack_a_name, outline_of, written_as
from dbwright.model.shape import Place, Text

_MISSING = object()

Keys = dict[str, Node]
"""The node of each key of a mapping."""


class Spot(Place):
    """A place that is worked out from the nodes when it is asked for, which is seldom."""

    def __init__(self, node: Node, keys: Keys) -> None:
        self._node = node
        self._keys = keys

    @cached_property
    def span(self) -> Span:
        """The span of the element."""
        return span_of_node(self._node)

    def of(self, key: str) -> Span:
        """Return the span of `key`, or of the whole element where the key is absent."""
        return span_of_node(self._keys.get(key, self._node))

    @cached_property
    def keys(self) -> Mapping[str, Span]:
        """The span of each of its keys."""
        return {key: span_of_node(node) for key, node in self._keys.items()}


class Binder:
    """Binds the nodes of a design; `diagnostics` fills as it goes, so that one run reports everything.

    `sources` are the texts of the files by name; a node says which file it came from.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources
        self.diagnostics: list[Diagnostic] = []

    def model(self, kind: type, node: Node, name: Text | None = None) -> Any:
        """Return an instance of a model class, or the missing mark (see `bound`) after a diagnostic."""
        if isinstance(node, ScalarNode):
            return self._from_shorthand(kind, node, name)
        if not isinstance(node, MappingNode):
            return self._expect(node, describe(kind))
        outline = outline_of(kind)
        values, keys = self._values(kind, outline, node)
        return self._make(kind, outline, values, Spot(node, keys), node, name)

    def _from_shorthand(self, kind: type, node: ScalarNode, name: Text | None) -> Any:
        outline = outline_of(kind)
        if name is not None and _is_nothing(node) and not (node.value and outline.shorthand):
            return self._make(kind, outline, {}, Spot(node, {}), node, name)
        if not outline.shorthand:
            return self._expect(node, describe(kind))
        wanted = outline.keys[outline.shorthand]
        value = self.value(written_as(wanted.type), node, wanted.name)
        if value is _MISSING:
            return _MISSING
        place = Spot(node, {wanted.name: node})
        return self._make(kind, outline, {wanted.attribute: value}, place, node, name)

    def _values(self, kind: type, outline: Outline, node: MappingNode) -> tuple[dict[str, Any], Keys]:
        values: dict[str, Any] = {}
        keys: Keys = {}
        known = outline.keys
        for key, key_node, value_node in self._pairs(node, keys):
            wanted = known.get(key)
            if wanted is None:
                if key.startswith("x-"):
                    continue
                hint = QUOTE_SQL if _is_cut_sql(node, key) else nearest(key, known)
                self._report("unknown-key", f"{quoted(key)} is not a key of {describe(kind)}", key_node, hint)
                continue
            value = self.value(written_as(wanted.type), value_node, key)
            if value is not _MISSING:
                values[wanted.attribute] = value
        return values, keys

    def _pairs(self, node: MappingNode, keys: Keys) -> Iterator[tuple[str, Node, Node]]:
        """Yield key, and the nodes of key and value; report keys that are no names or stand there twice."""
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._expect(key_node, "a name as key")
                continue
            key = key_node.value
            if key in keys:
                message = f"{quoted(key)} is defined twice; the first stands at {span_of_node(keys[key])}"
                self._report("duplicate-key", message, key_node, "remove one, or join them")
                continue
            keys[key] = key_node
            yield key, key_node, value_node

    def _make(
        self, kind: type, outline: Outline, values: dict[str, Any], place: Place, node: Node, name: Text | None
    ) -> Any:
        absent = outline.required and [k.name for k in outline.required if values.get(k.attribute, "") == ""]
        if absent:
            unsaid = ", ".join(f"`{k}:`" for k in absent if k not in place.keys or outline.keys[k].attribute in values)
            if unsaid:
                subject = f"`{name}`" if name else describe(kind)
                self._report("missing-key", f"{subject} needs {unsaid}", node, f"add {unsaid}")
            return _MISSING
        if name is not None and outline.name:
            values[outline.name] = name
        return kind(**values, place=place)

    def value(self, written: Written, node: Node, key: str) -> Any:
        """Return a value of one type, or the missing mark after a diagnostic."""
        form = written.form
        if form is Form.TEXT and isinstance(node, ScalarNode):
            return Text(node.value, partial(self._locate, node))
        if form is Form.MODEL:
            return self.model(written.of, node)
        if form is Form.NAMED:
            return self._named(written.of, node, key)
        if form is Form.ITEMS:
            return self._items(written_as(written.of), node, key)
        if form is Form.MAPPING:
            return self._mapping(written_as(written.of), node, key)
        if not isinstance(node, ScalarNode):
            return self._expect(node, f"one value for `{key}`")
        return self._scalar(written, node, key)

    def _items(self, item: Written, node: Node, key: str) -> Any:
        if isinstance(node, SequenceNode):
            values = [self.value(item, child, key) for child in node.value]
            return tuple(v for v in values if v is not _MISSING)
        if _is_nothing(node):
            return ()
        single = self.value(item, node, key)
        return _MISSING if single is _MISSING else (single,)

    def _named(self, item: type, node: Node, key: str) -> Any:
        if _is_nothing(node):
            return ()
        if isinstance(node, SequenceNode) and may_lack_a_name(item):
            values = [self.model(item, child, Text("", partial(self._locate, node))) for child in node.value]
            return tuple(v for v in values if v is not _MISSING)
        if not isinstance(node, MappingNode):
            return self._expect(node, f"a mapping of names under `{key}:`")
        found: list[Any] = []
        for name, key_node, value_node in self._pairs(node, {}):
            if name.startswith("x-"):
                continue
            if not name:
                self._expect(key_node, f"a name under `{key}:`")
                continue
            if node.flow_style and _is_blank(value_node) and outline_of(item).required:
                self._report("missing-key", f"{quoted(name)} has no value", key_node, QUOTE_SQL)
                continue
            value = self.model(item, value_node, Text(name, partial(self._locate, key_node)))
            if value is not _MISSING:
                found.append(value)
        return tuple(found)

    def _mapping(self, item: Written, node: Node, key: str) -> Any:
        if not isinstance(node, MappingNode):
            return self._expect(node, f"a mapping under `{key}:`")
        found: dict[str, Any] = {}
        for name, key_node, value_node in self._pairs(node, {}):
            value = self.value(item, value_node, name)
            if value is not _MISSING:
                found[Text(name, partial(self._locate, key_node))] = value
        return MappingProxyType(found)

    def _scalar(self, written: Written, node: ScalarNode, key: str) -> Any:
        try:
            return read_scalar(written, node.value)
        except ScalarError as error:
            self._report("bad-value", f"`{key}`: {error}", node, error.hint)
            return _MISSING

    def _expect(self, node: Node, wanted: str) -> Any:
        self._report("wrong-shape", f"{wanted} is expected here", node, "`dbwright schema` prints the shape")
        return _MISSING

    def _report(self, code: str, message: str, node: Node, help_text: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, span_of_node(node), help_text))

    def _locate(self, node: Node, offset: int | None) -> Span:
        if offset is None or not isinstance(node, ScalarNode):
            return span_of_node(node)
        return locate(node, self.sources[node.start_mark.name].splitlines(), offset)


def bound(value: Any) -> Any:
    """Return a bound value, or None for the missing mark."""
    return None if value is _MISSING else value


def describe(kind: type) -> str:
    """Return what a model class is called in a message: `an access pattern`."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in kind.__name__).strip()
    article = "an" if words[0] in "aeiou" else "a"
    return f"{article} {words}"


def _is_blank(node: Node) -> bool:
    """Whether nothing is written where a value could stand (quoted emptiness is a value)."""
    return isinstance(node, ScalarNode) and not node.value and not node.style


def _is_nothing(node: Node) -> bool:
    """Whether YAML's word for nothing stands here; where text is expected it is a word, such as SQL's `null`."""
    return isinstance(node, ScalarNode) and not node.style and node.value in ("", "null", "~")


def _is_cut_sql(node: MappingNode, key: str) -> bool:
    """Whether an unknown key is the rest of an SQL text that a comma inside `{…}` cut in two."""
    return bool(node.flow_style) and any(c in key for c in "()'\"[]")
