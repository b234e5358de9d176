"""The one door to libpg_query: parse, scan, deparse, and walk its tree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from dbwright.records import record
from dbwright.sql import library
from dbwright.sql.library import Refused, tree

__all__ = [
    "GrammarError",
    "Token",
    "blank_comments",
    "character_offset",
    "descend",
    "expression_text",
    "find",
    "inside",
    "kind",
    "messages_in",
    "parse",
    "scan",
    "statement_text",
    "strings",
    "tree",
]


@record(frozen=True)
class GrammarError(Exception):
    """The text is not PostgreSQL's SQL; `offset` is the character where it went wrong (0-based)."""

    message: str
    offset: int

    def __str__(self) -> str:
        return self.message


def parse(sql: str) -> list[Any]:
    """Return the statements of `sql` as libpg_query nodes (each the `stmt` of a RawStmt); raise GrammarError."""
    try:
        return [raw.stmt for raw in library.parse(sql).stmts]
    except Refused as error:
        raise GrammarError(error.message, max(0, error.position - 1)) from None


def kind(node: Any) -> str:
    """Return which node a `Node` holds: `column_ref`, `a_expr`, …; empty for none."""
    which: str | None = node.WhichOneof("node")
    return which or ""


def inside(node: Any) -> Any:
    """Return the message that a `Node` holds."""
    which = node.WhichOneof("node")
    return getattr(node, which) if which else None


def descend(message: Any) -> Iterator[Any]:
    """Yield every message below and including `message`, in the order of the grammar."""
    ahead = [message]
    while ahead:
        here = ahead.pop()
        yield here
        ahead += reversed(messages_in(here))


def messages_in(message: Any) -> list[Any]:
    """Return the messages directly below one, in the order of the grammar."""
    found: list[Any] = []
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        if hasattr(value, "ListFields"):
            found.append(value)
        else:
            found += value
    return found


def find(message: Any, message_type: type) -> Iterator[Any]:
    """Yield every message of one type below `message`."""
    return (m for m in descend(message) if isinstance(m, message_type))


def strings(nodes: Any) -> list[str]:
    """Return the strings of a list of `String` nodes, such as a qualified name."""
    return [n.string.sval for n in nodes if kind(n) == "string"]


def expression_text(node: Any) -> str:
    """Return an expression node as SQL."""
    result = tree.ParseResult()
    select = result.stmts.add().stmt.select_stmt
    select.limit_option, select.op = tree.LimitOption.LIMIT_OPTION_DEFAULT, tree.SetOperation.SETOP_NONE
    select.target_list.add().res_target.val.MergeFrom(node)
    return library.deparse(result).removeprefix("SELECT ")


def statement_text(node: Any) -> str:
    """Return a statement node as SQL."""
    result = tree.ParseResult()
    result.stmts.add().stmt.MergeFrom(node)
    return library.deparse(result)


def character_offset(text: str, byte_offset: int) -> int:
    """Return the character at which a byte offset of libpg_query stands."""
    if text.isascii():
        return byte_offset
    return len(text.encode()[:byte_offset].decode(errors="ignore"))


@record(frozen=True)
class Token:
    """One token: the name libpg_query gives it, and its characters from `start` up to `end`."""

    name: str
    start: int
    end: int


_COMMENTS = ("SQL_COMMENT", "C_COMMENT")


def scan(sql: str) -> list[Token]:
    """Return the tokens of `sql` without comments; raise GrammarError."""
    return [t for t in _tokens(sql) if t.name not in _COMMENTS]


def blank_comments(sql: str) -> str:
    """Return `sql` with blanks in place of comments, so that every other character stays where it is."""
    if "--" not in sql and "/*" not in sql:
        return sql
    for token in _tokens(sql):
        if token.name in _COMMENTS:
            sql = sql[: token.start] + " " * (token.end - token.start) + sql[token.end :]
    return sql


def _tokens(sql: str) -> list[Token]:
    try:
        result = library.scan(sql)
    except Refused as error:
        raise GrammarError(error.message, max(0, error.position - 1)) from None
    name_of = _token_names()
    if sql.isascii():
        return [Token(name_of[t.token], t.start, t.end) for t in result.tokens]
    return [
        Token(name_of[t.token], character_offset(sql, t.start), character_offset(sql, t.end)) for t in result.tokens
    ]


@cache
def _token_names() -> dict[int, str]:
    return {number: name for name, number in tree.Token.items()}
