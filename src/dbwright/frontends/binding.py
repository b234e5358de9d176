"""Nodes to model values: every key is known, every scalar is of its type, every mistake is reported with its place.

The classes of `model` say by themselves how they stand in the file (`model.shape`); this module only follows them.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

import yaml

from dbwright.diagnostics import Diagnostic, Span, nearest
from dbwright.frontends.merging import file_of
from dbwright.frontends.nodes import span_of_node
from dbwright.frontends.places import locator
from dbwright.model.shape import Place, Text, is_model, keys_of, name_of, shorthand_of

_MISSING = object()


class Binder:
    """Binds the nodes of a design; `diagnostics` fills as it goes, so that one run reports everything.

    `sources` are the texts of the files by name; a node says which file it came from.
    """

    def __init__(self, shown: str, sources: Mapping[str, str]) -> None:
        self.shown = shown
        self.lines = {name: text.splitlines() for name, text in sources.items()}
        self.diagnostics: list[Diagnostic] = []

    def model(self, kind: type, node: yaml.Node, name: Text | None = None) -> Any:
        """Return an instance of a model class, or None where something that it needs is wrong."""
        if isinstance(node, yaml.ScalarNode):
            return self._from_shorthand(kind, node, name)
        if not isinstance(node, yaml.MappingNode):
            return self._expect(node, _describe(kind))
        values, spans = self._values(kind, node)
        return self._make(kind, values, Place(self._span(node), MappingProxyType(spans)), node, name)

    def _from_shorthand(self, kind: type, node: yaml.ScalarNode, name: Text | None) -> Any:
        short = shorthand_of(kind)
        if node.value == "" and not node.style and name is not None:
            return self._make(kind, {}, Place(self._span(node)), node, name)
        if not short:
            return self._expect(node, _describe(kind))
        wanted = keys_of(kind)[short]
        value = self.value(wanted.type, node, wanted.name)
        if value is _MISSING:
            return _MISSING
        place = Place(self._span(node), MappingProxyType({short: self._span(node)}))
        return self._make(kind, {wanted.attribute: value}, place, node, name)

    def _values(self, kind: type, node: yaml.MappingNode) -> tuple[dict[str, Any], dict[str, Span]]:
        known = keys_of(kind)
        values: dict[str, Any] = {}
        spans: dict[str, Span] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None or key.startswith("x-"):
                continue
            if key in spans:
                self._duplicate(key, key_node, spans[key])
                continue
            spans[key] = self._span(key_node)
            if key not in known:
                hint = nearest(key, known)
                self._report("unknown-key", f"`{key}` is not a key of {_describe(kind)}", key_node, hint)
                continue
            value = self.value(known[key].type, value_node, key)
            if value is not _MISSING:
                values[known[key].attribute] = value
        return values, spans

    def _make(self, kind: type, values: dict[str, Any], place: Place, node: yaml.Node, name: Text | None) -> Any:
        absent = [k.name for k in keys_of(kind).values() if k.required and k.attribute not in values]
        unsaid = [k for k in absent if k not in place.keys]
        if unsaid:
            subject = f"`{name}`" if name else _describe(kind)
            what = ", ".join(f"`{k}:`" for k in unsaid)
            self._report("missing-key", f"{subject} needs {what}", node, f"add {what}", place.span)
        if absent:
            return _MISSING
        if name is not None and name_of(kind):
            values[name_of(kind)] = name
        return kind(**values, place=place)

    def value(self, kind: Any, node: yaml.Node, key: str) -> Any:
        """Return a value of one type, or the missing mark after a diagnostic."""
        kind = _without_none(kind)
        origin = get_origin(kind)
        if isinstance(kind, type) and is_model(kind):
            return self.model(kind, node)
        if origin is tuple:
            return self._items(get_args(kind)[0], node, key)
        if origin in (Mapping, dict):
            return self._mapping(get_args(kind)[1], node, key)
        if not isinstance(node, yaml.ScalarNode):
            return self._expect(node, f"one value for `{key}`")
        return self._scalar(kind, node, key)

    def _items(self, item: Any, node: yaml.Node, key: str) -> Any:
        if isinstance(item, type) and is_model(item) and name_of(item):
            return self._named_items(item, node, key)
        if isinstance(node, yaml.SequenceNode):
            bound = [self.value(item, child, key) for child in node.value]
            return tuple(b for b in bound if b is not _MISSING)
        if isinstance(node, yaml.ScalarNode) and node.value == "" and not node.style:
            return ()
        single = self.value(item, node, key)
        return _MISSING if single is _MISSING else (single,)

    def _named_items(self, item: type, node: yaml.Node, key: str) -> Any:
        if isinstance(node, yaml.ScalarNode) and node.value == "":
            return ()
        if isinstance(node, yaml.SequenceNode):
            return self._numbered_items(item, node)
        if not isinstance(node, yaml.MappingNode):
            return self._expect(node, f"a mapping of names under `{key}:`")
        found: dict[str, Any] = {}
        spans: dict[str, Span] = {}
        for key_node, value_node in node.value:
            name = self._key(key_node)
            if name is None or name.startswith("x-"):
                continue
            if name in spans:
                self._duplicate(name, key_node, spans[name])
                continue
            spans[name] = self._span(key_node)
            bound = self.model(item, value_node, Text(name, self._span(key_node)))
            if bound is not _MISSING:
                found[name] = bound
        return tuple(found.values())

    def _numbered_items(self, item: type, node: yaml.SequenceNode) -> Any:
        """A list where a mapping of names is usual: elements without a name of their own (`check: [a > 0]`)."""
        empty = Text("", self._span(node))
        bound = [self.model(item, child, empty) for child in node.value]
        return tuple(b for b in bound if b is not _MISSING)

    def _mapping(self, item: Any, node: yaml.Node, key: str) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self._expect(node, f"a mapping under `{key}:`")
        found: dict[str, Any] = {}
        spans: dict[str, Span] = {}
        for key_node, value_node in node.value:
            name = self._key(key_node)
            if name is None:
                continue
            if name in spans:
                self._duplicate(name, key_node, spans[name])
                continue
            spans[name] = self._span(key_node)
            bound = self.value(item, value_node, name)
            if bound is not _MISSING:
                found[Text(name, spans[name])] = bound
        return MappingProxyType(found)

    def _scalar(self, kind: Any, node: yaml.ScalarNode, key: str) -> Any:
        if kind in (str, Text):
            return Text(node.value, self._span(node), self._locator(node))
        if kind is bool:
            return self._one_of({"true": True, "false": False}, node, key)
        if get_origin(kind) is Literal:
            return self._one_of({a: a for a in get_args(kind)}, node, key)
        try:
            return int(node.value) if kind is int else kind.parse(node.value)
        except ValueError as error:
            message = f"`{key}: {node.value}` is not a whole number" if kind is int else f"`{key}`: {error}"
            self._report("bad-value", message, node, "write 3, for example" if kind is int else "")
            return _MISSING

    def _one_of(self, allowed: Mapping[str, Any], node: yaml.ScalarNode, key: str) -> Any:
        if node.value in allowed:
            return allowed[node.value]
        choices = ", ".join(f"`{a}`" for a in allowed)
        message = f"`{key}: {node.value}` is not one of {choices}"
        self._report("bad-value", message, node, nearest(node.value, allowed))
        return _MISSING

    def _key(self, node: yaml.Node) -> str | None:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        self._expect(node, "a name as key")
        return None

    def _duplicate(self, key: str, node: yaml.Node, first: Span) -> None:
        message = f"`{key}` is defined twice; the first stands at {first}"
        self._report("duplicate-key", message, node, "remove one, or join them")

    def _expect(self, node: yaml.Node, wanted: str) -> Any:
        self._report("wrong-shape", f"{wanted} is expected here", node, "`dbwright schema` prints the shape")
        return _MISSING

    def _report(self, code: str, message: str, node: yaml.Node, help_text: str, span: Span | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, span or self._span(node), help_text))

    def _locator(self, node: yaml.ScalarNode) -> Callable[[int], Span]:
        shown = file_of(node) or self.shown
        return locator(node, self.lines.get(shown, []), shown)

    def _span(self, node: yaml.Node) -> Span:
        return span_of_node(node, file_of(node) or self.shown)


def bound(value: Any) -> Any:
    """Return a bound value, or None for the missing mark."""
    return None if value is _MISSING else value


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (typing.Union, types.UnionType):
        return next(a for a in get_args(kind) if a is not type(None))
    return kind


def _describe(kind: type) -> str:
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in kind.__name__).strip()
    article = "an" if words[0] in "aeiou" else "a"
    return f"{article} {words}"
