"""The public Python API is a list: what `dbwright.__all__` names is all that can be imported, and all of it can."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

API = import_module("dbwright")
# What a module that annotates its types cannot help holding.
NOT_NAMES_OF_OURS = {"annotations", "TYPE_CHECKING"}


def listed_names() -> list[str]:
    """Return `__all__`, or stop with what is missing."""
    assert hasattr(API, "__all__"), "src/dbwright/__init__.py defines no __all__"
    return list(API.__all__)


def is_room(name: str) -> bool:
    """Tell whether the name is only there because somebody imported a room of dbwright."""
    return f"dbwright.{name}" in sys.modules and isinstance(getattr(API, name), ModuleType)


def test_the_list_is_sorted_and_names_nothing_twice() -> None:
    assert listed_names() == sorted(set(listed_names()))


def test_every_listed_name_can_be_imported() -> None:
    assert [name for name in listed_names() if not hasattr(API, name)] == []


def test_no_public_name_is_missing_from_the_list() -> None:
    listed = set(listed_names())
    public = {name for name in dir(API) if not name.startswith("_") and name not in NOT_NAMES_OF_OURS}
    assert sorted(name for name in public - listed if not is_room(name)) == []
