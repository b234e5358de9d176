"""PyYAML, loaded without what only its parser in Python needs: designs are read by libyaml.

The package compiles its expressions as it is loaded, one of them over all of Unicode, which takes as long as checking
four tables. Here each is compiled when it is first used, so who uses that parser in the same process finds it whole.
"""

from __future__ import annotations

import re
import sys
from typing import Any

__all__ = ["MappingNode", "Node", "ScalarNode", "SequenceNode", "yaml"]


class _Uncompiled:
    """An expression that is compiled when somebody first searches with it."""

    def __init__(self, *said: Any) -> None:
        self._said = said

    def __getattr__(self, name: str) -> Any:
        return getattr(re.compile(*self._said), name)


def _load() -> None:
    """Load the package; for its modules, and for no other that is loaded meanwhile, compiling is put off."""
    expressions: Any = re
    compile_now = re.compile

    def compile_later(*said: Any) -> Any:
        asking = sys._getframe(1).f_globals.get("__name__", "")
        return _Uncompiled(*said) if asking.startswith("yaml.") else compile_now(*said)

    expressions.compile = compile_later
    try:
        __import__("yaml")
    finally:
        expressions.compile = compile_now


_load()

import yaml  # noqa: E402 - now that it is loaded
from yaml import MappingNode, Node, ScalarNode, SequenceNode  # noqa: E402
