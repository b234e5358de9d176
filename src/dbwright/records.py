"""Frozen dataclasses that share what is the same in all of them: comparison, hash, text and copies.

`dataclass(frozen=True)` compiles six functions for each class. A check defines a hundred classes, and compiling what
does not differ between them is a tenth of its time; what does differ, `__init__` and the fields, is made when somebody
first makes a record of the class or asks for its fields. That nothing changes a record is for the type checker to see:
looking at every assignment costs as much again. Loading the module `dataclasses` costs as much as all of this, so it is
loaded when something there is asked about a record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

__all__ = ["MISSING", "Field", "cached_property", "field", "fields", "is_record", "record", "replace"]

if TYPE_CHECKING:
    from dataclasses import MISSING, Field, field, fields, replace
    from dataclasses import dataclass as record
    from dataclasses import is_dataclass as is_record
    from functools import cached_property
else:
    MISSING = type("MISSING", (), {"__repr__": lambda _: "MISSING"})()

    class cached_property:  # noqa: N801 - named as that of functools, which before Python 3.12 takes a lock each time
        """What a record derives from its fields, worked out once; type checkers take this for that of `functools`."""

        def __init__(self, derive: Callable[[Any], Any]) -> None:
            self.derive, self.name, self.__doc__ = derive, derive.__name__, derive.__doc__

        def __get__(self, record: Any, owner: type) -> Any:
            if record is None:
                return self
            value = record.__dict__[self.name] = self.derive(record)
            return value

    class Field:
        """What a class says of one field, under the names of `dataclasses.Field`."""

        __slots__ = ("compare", "default", "default_factory", "kw_only", "metadata", "name", "repr", "type")

        def __init__(self, said: Mapping[str, Any]) -> None:
            self.default = said.get("default", MISSING)
            self.default_factory = said.get("default_factory", MISSING)
            self.repr = said.get("repr", True)
            self.compare = said.get("compare", True)
            self.metadata = said.get("metadata", {})

    def field(**said: Any) -> Any:
        """Declare a field; type checkers take this for `dataclasses.field`, word for word."""
        return Field(said)

    def fields(record: Any) -> tuple[Field, ...]:
        """Return the fields of a record or of a class of records, in order; raise TypeError for anything else."""
        if not is_record(record):
            raise TypeError(f"{record!r} is no record")
        return record.__record_fields__

    def is_record(thing: Any) -> bool:
        """Return whether something is a record or a class of records."""
        return hasattr(thing, "__record_fields__")

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
        values = {**held, **changes}
        if len(values) != len(names):
            for name in held.keys() - names:
                del values[name]
        if len(values) != len(names):
            raise TypeError(f"{kind.__name__} has no field {', '.join(changes.keys() - held.keys())}")
        made = object.__new__(kind)
        made.__dict__ = values
        return made


class _Unfinished:
    """Stands for the fields of a class until they are asked for."""

    def __init__(self, finish: Callable[[], None], kind: type) -> None:
        self.finish = finish
        self.kind = kind

    def __get__(self, made: Any, owner: type) -> Any:
        self.finish()
        return self.kind.__dict__["__record_fields__"]


class _Standard:
    """What the standard library knows of a dataclass, for its functions that look at a record."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, made: Any, owner: type) -> Any:
        import dataclasses

        own = [
            (f.name, f.type, dataclasses.field(repr=f.repr, compare=f.compare, metadata=f.metadata, **_default(f)))
            for f in fields(owner)
        ]
        twin = dataclasses.make_dataclass(owner.__name__, own, frozen=True, kw_only=True)
        setattr(owner, self.name, getattr(twin, self.name))
        return getattr(twin, self.name)


def _default(f: Any) -> dict[str, Any]:
    return {name: v for name in ("default", "default_factory") if (v := getattr(f, name)) is not MISSING}


def _finish_later(kind: Any, kw_only: bool) -> None:
    def finish() -> None:
        with _FINISHING:
            if kind.__dict__["__init__"] is first:
                kind.__record_fields__ = _find_fields(kind, kw_only)
                kind.__init__ = _fill_few(kind)

    def first(self: Any, *values: Any, **named: Any) -> None:
        finish()
        kind.__init__(self, *values, **named)

    kind.__init__ = first
    kind.__record_fields__ = _Unfinished(finish, kind)
    kind.__dataclass_fields__ = _Standard("__dataclass_fields__")
    kind.__dataclass_params__ = _Standard("__dataclass_params__")


def _find_fields(kind: Any, kw_only: bool) -> tuple[Any, ...]:
    """Return the fields of a class, those of the classes it stands on first; a default stays as its attribute."""
    found = {f.name: f for base in kind.__mro__[:0:-1] if is_record(base) for f in fields(base)}
    for name, text in kind.__annotations__.items():
        if text.startswith("ClassVar"):
            continue
        own = kind.__dict__.get(name, MISSING)
        if hasattr(own, "default_factory") and not isinstance(own, Field):
            raise TypeError(f"{kind.__name__}.{name} is a field of dataclasses: write field of dbwright.records")
        made = own if isinstance(own, Field) else field(**({} if own is MISSING else {"default": own}))
        made.name, made.type, made.kw_only = name, text, kw_only
        found[name] = made
        if made.default is not MISSING:
            setattr(kind, name, made.default)
        elif own is not MISSING:
            delattr(kind, name)
    return tuple(found.values())


def _fill_few(kind: Any) -> Callable[..., None]:
    """Return an `__init__` that fills the first records of a class by looking at its fields, and compiles one then.

    Half of the classes that a check uses have fewer records than compiling pays for.
    """
    wanted = fields(kind)
    names = [f.name for f in wanted if not f.kw_only]
    left = FEW

    def fill(self: Any, *values: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        held = {**dict(zip(names, values, strict=False)), **named}
        for f in wanted:
            if f.name not in held:
                if f.default is not MISSING:
                    held[f.name] = f.default
                elif f.default_factory is not MISSING:
                    held[f.name] = f.default_factory()
        if left < 0 or len(held) != len(wanted) or len(values) > len(names) or named.keys() & names[: len(values)]:
            if kind.__dict__.get("__init__") is fill:
                kind.__init__ = _compiled(kind)
            _compiled(kind)(self, *values, **named)  # which also tells what is wrong with what was given
        else:
            self.__dict__.update(held)

    return fill


@cache
def _compiled(kind: Any) -> Callable[..., None]:
    """Return the `__init__` that a dataclass would have, without its annotations."""
    known: dict[str, Any] = {"_MISSING": MISSING}
    taken, body = ["self"], []
    for f in sorted(fields(kind), key=lambda f: bool(f.kw_only)):
        if f.kw_only and "*" not in taken:
            taken.append("*")
        value = f.name
        if f.default is not MISSING:
            known[f"_default_{f.name}"] = f.default
            taken.append(f"{f.name}=_default_{f.name}")
        elif f.default_factory is not MISSING:
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
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _compared(self: Any) -> tuple[object, ...]:
    held = self.__dict__
    return tuple([held[name] for name in _compared_names(self.__class__)])


@cache
def _names(kind: Any) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind))


@cache
def _compared_names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.compare)


FEW = 10
"""Records of a class after which compiling its `__init__` pays."""
_FINISHING = RLock()
_SHARED = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _show,
}
