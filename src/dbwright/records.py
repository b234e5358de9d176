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
                dataclasses.dataclass(kind, init=False, eq=False, repr=False, kw_only=kw_only)
                kind.__init__ = _fill_few(kind)

    def first(self: Any, *values: Any, **named: Any) -> None:
        finish()
        kind.__init__(self, *values, **named)

    kind.__init__ = first
    kind.__dataclass_fields__ = _Unfinished(finish, kind)


def _fill_few(kind: Any) -> Callable[..., None]:
    """Return an `__init__` that fills the first records of a class by looking at its fields, and compiles one then.

    Half of the classes that a check uses have fewer records than compiling pays for.
    """
    fields = dataclasses.fields(kind)
    names = [f.name for f in fields if not f.kw_only]
    left = FEW

    def fill(self: Any, *values: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        held = {**dict(zip(names, values, strict=False)), **named}
        for f in fields:
            if f.name not in held:
                if f.default is not dataclasses.MISSING:
                    held[f.name] = f.default
                elif f.default_factory is not dataclasses.MISSING:
                    held[f.name] = f.default_factory()
        if left < 0 or len(held) != len(fields) or len(values) > len(names) or named.keys() & names[: len(values)]:
            if kind.__dict__.get("__init__") is fill:
                kind.__init__ = _compiled(kind)
            _compiled(kind)(self, *values, **named)  # which also tells what is wrong with what was given
        else:
            self.__dict__.update(held)

    return fill


@cache
def _compiled(kind: Any) -> Callable[..., None]:
    """Return the `__init__` that a dataclass would have, without its annotations."""
    known: dict[str, Any] = {"_MISSING": dataclasses.MISSING}
    taken, body = ["self"], []
    for f in sorted(dataclasses.fields(kind), key=lambda f: bool(f.kw_only)):
        if f.kw_only and "*" not in taken:
            taken.append("*")
        value = f.name
        if f.default is not dataclasses.MISSING:
            known[f"_default_{f.name}"] = f.default
            taken.append(f"{f.name}=_default_{f.name}")
        elif f.default_factory is not dataclasses.MISSING:
            known[f"_make_{f.name}"] = f.default_factory
            taken.append(f"{f.name}=_MISSING")
            value = f"_make_{f.name}() if {f.name} is _MISSING else {f.name}"
        else:
            taken.append(f.name)
        body.append(f" self.{f.name} = {value}")
    exec(f"def __init__({', '.join(taken)}):\n" + "\n".join(body or [" pass"]), known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    return made


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


FEW = 10
"""Records of a class after which compiling its `__init__` pays."""
_FINISHING = RLock()
_SHARED = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _show,
}
