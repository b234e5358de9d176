"""The proof that a rewritten design file says what it said: the same tree, types for any YAML reader, and comments."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from dbwright.diagnostics import DesignError, Diagnostic
from dbwright.frontends.comments import list_comments
from dbwright.frontends.nodes import compose, span_of_node
from dbwright.frontends.scalar_styles import resolved_tag
from dbwright.frontends.yaml_library import yaml


def refuse_complex_keys(root: yaml.Node) -> None:
    """Raise DesignError where a key is a mapping or a list."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise _refusal("wrong-shape", "a name as key is expected here", key, "write a name")
                waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def prove_same(root: yaml.Node, source: str, result: str, shown: str) -> None:
    """Raise DesignError, naming the place, where `result` does not say what the source of `root` says."""
    try:
        again = compose(result, shown)
        comments = list_comments(result)
    except (DesignError, yaml.YAMLError):
        raise _changed(root) from None
    place = root if again is None else _first_difference(root, again)
    if place is None and sorted(list_comments(source)) != sorted(comments):
        place = root
    if place is not None:
        raise _changed(place)


def _first_difference(old: Any, new: Any) -> Any:
    """The first node of the old tree that is another in the new one; the order of keys does not count."""
    if type(old) is not type(new):
        return old
    if isinstance(old, yaml.ScalarNode):
        same = old.value == new.value and resolved_tag(old) == resolved_tag(new)
        return None if same else old
    for one, other in zip_longest(_parts(old), _parts(new)):
        if one is None or other is None:
            return one or old
        found = _first_difference(one, other)
        if found is not None:
            return found
    return None


def _parts(node: Any) -> list[Any]:
    """The items of a list, or the keys and values of a mapping by name."""
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    return [part for pair in sorted(node.value, key=lambda pair: str(pair[0].value)) for part in pair]


def _changed(node: yaml.Node) -> DesignError:
    message = "what stands here cannot be formatted without changing what it says; the file is left as it is"
    return _refusal("cannot-format", message, node, "write it in a plainer way: one value a line, text in quotes")


def _refusal(code: str, message: str, node: yaml.Node, help_text: str) -> DesignError:
    return DesignError([Diagnostic(code, message, span_of_node(node), help_text)])
