"""libpg_query itself, through ctypes: three calls, and the classes of its messages, each made when it is first used.

The library and the description of its messages are those of the package postgast. The package is not imported: it
brings a formatter and a class for each node, which takes longer than to check a design.
Source: libpg_query's pg_query.h; FileDescriptorSet of Protocol Buffers' descriptor.proto.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message

try:  # The public modules load protobuf's other implementation too, in pure Python, and what that one needs.
    from google._upb._message import DescriptorPool, MessageMeta
except ImportError:
    from google.protobuf.descriptor_pool import DescriptorPool  # type: ignore[assignment]
    from google.protobuf.internal.python_message import (  # type: ignore[assignment]
        GeneratedProtocolMessageType as MessageMeta,
    )

_PACKAGE = "postgast"
_LIBRARIES = {"darwin": "libpg_query.dylib", "win32": "pg_query.dll"}
_DESCRIPTION = "pg_query.desc"
_SCHEMA = "pg_query.proto"


class Refused(Exception):  # noqa: N818 - named after what happened
    """The library refuses a text; `position` is the character where it went wrong (1-based), 0 where it is unknown."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class _Error(ctypes.Structure):
    _fields_ = (
        ("message", ctypes.c_char_p),
        ("function", ctypes.c_char_p),
        ("file", ctypes.c_char_p),
        ("line", ctypes.c_int),
        ("position", ctypes.c_int),
        ("context", ctypes.c_char_p),
    )


class _Message(ctypes.Structure):
    """A serialised message: its bytes may be zero, so `data` is no C string."""

    _fields_ = (("length", ctypes.c_size_t), ("data", ctypes.c_void_p))


class _Read(ctypes.Structure):
    """What parsing and scanning return."""

    _fields_ = (("message", _Message), ("stderr", ctypes.c_char_p), ("error", ctypes.POINTER(_Error)))


class _Written(ctypes.Structure):
    """What deparsing returns."""

    _fields_ = (("text", ctypes.c_char_p), ("error", ctypes.POINTER(_Error)))


def _package_folder() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package {_PACKAGE} is not installed", name=_PACKAGE)
    return Path(spec.submodule_search_locations[0])


_FOLDER = _package_folder()
_LIBRARY = ctypes.CDLL(str(_FOLDER / _LIBRARIES.get(sys.platform, "libpg_query.so")))


def _declare(call: str, free: str, argument: type, result: type) -> tuple[Any, Any]:
    """Return a function of the library and the one that frees its result, with their types in C."""
    called, freed = getattr(_LIBRARY, f"pg_query_{call}"), getattr(_LIBRARY, f"pg_query_free_{free}")
    called.argtypes, called.restype = [argument], result
    freed.argtypes, freed.restype = [result], None
    return called, freed


_PARSE = _declare("parse_protobuf", "protobuf_parse_result", ctypes.c_char_p, _Read)
_SCAN = _declare("scan", "scan_result", ctypes.c_char_p, _Read)
_DEPARSE = _declare("deparse_protobuf", "deparse_result", _Message, _Written)


def parse(sql: str) -> Any:
    """Return the ParseResult of a text; raise Refused."""
    return tree.ParseResult.FromString(_parsed(sql))


@lru_cache(maxsize=4096)
def _parsed(sql: str) -> bytes:
    """The serialised result; passes and rules ask for the same statements, and each gets a tree of its own."""
    return _read(_PARSE, sql)


def scan(sql: str) -> Any:
    """Return the ScanResult of a text, whose places are bytes; raise Refused."""
    return tree.ScanResult.FromString(_read(_SCAN, sql))


def deparse(parsed: Any) -> str:
    """Return the SQL of a ParseResult; raise Refused."""
    called, free = _DEPARSE
    data = parsed.SerializeToString()
    result = called(_Message(len(data), ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p)))
    try:
        _refuse(result)
        return str(result.text.decode())
    finally:
        free(result)


def _read(functions: tuple[Any, Any], sql: str) -> bytes:
    called, free = functions
    result = called(sql.encode())
    try:
        _refuse(result)
        return ctypes.string_at(result.message.data, result.message.length)
    finally:
        free(result)


def _refuse(result: Any) -> None:
    if result.error:
        error = result.error.contents
        raise Refused(error.message.decode(), error.position)


class _Tree:
    """The classes of the messages, the enumerations and their words as attributes, under the names of the schema."""

    def __init__(self, data: bytes) -> None:
        pool = DescriptorPool()
        for schema in _schemas(data):
            pool.AddSerializedFile(schema)
        self._schema = pool.FindFileByName(_SCHEMA)

    def __getattr__(self, name: str) -> Any:
        found = self._find(name)
        setattr(self, name, found)
        return found

    def _find(self, name: str) -> Any:
        message = self._schema.message_types_by_name.get(name)
        if message is not None:
            return MessageMeta(name, (Message,), {"DESCRIPTOR": message, "__module__": __name__})
        enums: Any = self._schema.enum_types_by_name
        if name in enums:
            words = EnumTypeWrapper(enums[name])
            for word, number in words.items():  # without these, each mention of a word is looked up in Python
                setattr(words, word, number)
            return words
        for enum in enums.values():
            if name in enum.values_by_name:
                return enum.values_by_name[name].number
        raise AttributeError(name)


def _schemas(data: bytes) -> Iterator[bytes]:
    """Yield the files of a serialised FileDescriptorSet: field 1, each with its length before it."""
    at = 0
    while at < len(data):
        if data[at] != 0x0A:
            raise ValueError(f"{_DESCRIPTION} is no set of files")
        length, at = _varint(data, at + 1)
        yield data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number that starts at a byte, seven bits in each and the lowest first, and where the next one is."""
    number, shift = 0, 0
    while data[at] >= 0x80:
        number |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return number | data[at] << shift, at + 1


tree: Any = _Tree((_FOLDER / _DESCRIPTION).read_bytes())
