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
from operator import itemgetter
from threading import RLock
from types import CodeType, FunctionType
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
        return hasattr(thing, "__is_record__")

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

    def __init__(self, kind: Any, kw_only: bool) -> None:
        self.kind, self.kw_only = kind, kw_only

    def __get__(self, made: Any, owner: type) -> Any:
        with _FINISHING:
            if self.kind.__dict__["__record_fields__"] is self:
                self.kind.__record_fields__ = _find_fields(self.kind, self.kw_only)
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
    def first(self: Any, *values: Any, **named: Any) -> None:
        with _FINISHING:
            if kind.__dict__["__init__"] is first:
                kind.__init__ = _initialiser(kind)
        kind.__init__(self, *values, **named)

    kind.__init__ = first
    kind.__is_record__ = True
    kind.__record_fields__ = _Unfinished(kind, kw_only)
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


def _initialiser(kind: Any) -> Callable[..., None]:
    """Return the `__init__` that a dataclass would have, without its annotations."""
    wanted = sorted(fields(kind), key=lambda f: bool(f.kw_only))
    code = _compiled("".join(_FORMS[bool(f.kw_only), f.default_factory is not MISSING] for f in wanted))
    names = {f"_{at}": f.name for at, f in enumerate(wanted)}
    known = {f"_make_{at}": f.default_factory for at, f in enumerate(wanted)}
    code = code.replace(
        co_names=tuple(names.get(n, n) for n in code.co_names),
        co_varnames=tuple(names.get(n, n) for n in code.co_varnames),
    )
    made: Callable[..., None] = FunctionType(code, {"_MISSING": MISSING, **known})
    said = [f for f in wanted if f.default is not MISSING or f.default_factory is not MISSING]
    made.__defaults__ = tuple(f.default for f in said if not f.kw_only)
    made.__kwdefaults__ = {f.name: f.default for f in said if f.kw_only}
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    return made


@cache
def _compiled(forms: str) -> CodeType:
    """Return the code of an `__init__` whose fields are called `_0`, `_1` and so on; a letter tells the form of each.

    Classes with as many fields share it under names of their own: compiling is what takes time.
    """
    taken, body = ["self"], []
    for at, form in enumerate(forms):
        if form in "kK" and "*" not in taken:
            taken.append("*")
        taken.append(f"_{at}")
        made = f"_make_{at}() if _{at} is _MISSING else " if form in "PK" else ""
        body.append(f" self._{at} = {made}_{at}")
    known: dict[str, Any] = {}
    exec(f"def __init__({', '.join(taken)}):\n" + "\n".join(body or [" pass"]), known)
    code: CodeType = known["__init__"].__code__
    return code


def _equal(self: Any, other: Any) -> Any:
    if self is other:
        return True
    if type(other) is not type(self):
        return NotImplemented
    compared = _compared(self.__class__)
    return compared(self.__dict__) == compared(other.__dict__)


def _hash(self: Any) -> int:
    return hash(_compared(self.__class__)(self.__dict__))


def _show(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


@cache
def _names(kind: Any) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind))


@cache
def _compared(kind: Any) -> Callable[[Mapping[str, Any]], object]:
    """Return what picks the values that are compared out of what a record of the class holds."""
    names = [f.name for f in fields(kind) if f.compare]
    return itemgetter(*names) if names else lambda _: ()


_FORMS = {(False, False): "p", (False, True): "P", (True, False): "k", (True, True): "K"}
"""The letter of a field: given by place or by keyword only, a capital where its default is made for each record."""
_FINISHING = RLock()
_SHARED = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _show,
}
