"""Frozen dataclasses that share what is the same in all of them: comparison, hash, text and copies.

`dataclass(frozen=True)` compiles six functions for each class. A check defines a hundred classes, and compiling what
does not differ between them is a tenth of its time; what does differ, `__init__` and the fields, is made when somebody
first makes a record of the class or asks for its fields. That nothing changes a record is for the type checker to see:
looking at every assignment costs as much again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

__all__ = ["record", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import replace
else:

    def record(*, frozen: bool, kw_only: bool = False) -> Callable[[type], type]:
        """Make a class a frozen dataclass; type checkers take this for `dataclasses.dataclass`, word for word."""
        if not frozen:
            raise TypeError("a record is frozen: write @record(frozen=True)")

        def make(kind: type) -> type:
            for name, shared in _SHARED.items():
                if name not in kind.__dict__:
                    setattr(kind, name, shared)
            _finish_later(kind, kw_only)
            return kind

        return make

    def replace(record: Any, **changes: Any) -> Any:
        """Return a record with some fields changed, as `dataclasses.replace` does; nothing derived is carried over."""
        kind, held = record.__class__, record.__dict__
        names = _names(kind)
        fields = {**held, **changes}
        if len(fields) != len(names):
            for name in held.keys() - names:
                del fields[name]
        if len(fields) != len(names):
            raise TypeError(f"{kind.__name__} has no field {', '.join(changes.keys() - held.keys())}")
        made = object.__new__(kind)
        made.__dict__ = fields
        return made


class _Unfinished:
    """Stands for the fields of a class until they are asked for."""

    def __init__(self, finish: Callable[[], None], kind: type) -> None:
        self.finish = finish
        self.kind = kind

    def __get__(self, made: Any, owner: type) -> Any:
        self.finish()
        return self.kind.__dict__["__dataclass_fields__"]


def _finish_later(kind: Any, kw_only: bool) -> None:
    def finish() -> None:
        with _FINISHING:
            if kind.__dict__["__init__"] is first:
                del kind.__init__, kind.__dataclass_fields__
                dataclasses.dataclass(kind, eq=False, repr=False, kw_only=kw_only)

    def first(self: Any, *values: Any, **named: Any) -> None:
        finish()
        kind.__init__(self, *values, **named)

    kind.__init__ = first
    kind.__dataclass_fields__ = _Unfinished(finish, kind)


def _equal(self: Any, other: Any) -> bool:
    if self is other:
        return True
    return _compared(self) == _compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _show(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _compared(self: Any) -> tuple[object, ...]:
    held = self.__dict__
    return tuple([held[name] for name in _compared_names(self.__class__)])


@cache
def _names(kind: Any) -> frozenset[str]:
    return frozenset(f.name for f in dataclasses.fields(kind))


@cache
def _compared_names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(kind) if f.compare)


_FINISHING = RLock()
_SHARED = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _show,
}
