"""SQL that a PL/pgSQL body puts together and executes: which of its parts may hold anything.

The body is read as tokens; expressions of `execute` are followed through the variables that they are assigned to.
Source: PostgreSQL manual, "Executing Dynamic Commands" and the function `format`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dbwright.sql.grammar import GrammarError, scan

_QUOTING = {"quote_ident", "quote_literal", "quote_nullable"}
_HARMLESS = {"to_char", "chr", "repeat", "md5", "length", "now", "date_part", "extract", "array_length", "cardinality"}
"""Functions whose result ends no literal and begins no statement."""
_PLAIN_TYPES = (
    r"(?:regclass|regtype|regproc|regprocedure|regnamespace|regrole|oid|smallint|integer|int|int2|int4|int8|bigint|"
    r"numeric|decimal|real|double precision|float\d?|boolean|bool|date|time|timestamp|timestamptz|uuid)\b"
)
"""Types whose text needs no quotes."""
_SAFE_CAST = re.compile(rf"::\s*{_PLAIN_TYPES}\s*(?:\([^)]*\))?$", re.IGNORECASE)
_SAFE_NAME = re.compile(rf"\b(\w+)\s+(?:constant\s+)?(?:in\s+)?{_PLAIN_TYPES}", re.IGNORECASE)
_COUNTER = re.compile(r"\bfor\s+(\w+)\s+in\s+(?:reverse\s+)?[^;]*?\.\.", re.IGNORECASE)
_ARITHMETIC = {"+", "-", "*", "/", "case"}
"""Words of expressions that are numbers, or are not followed."""
_CONVERSION = re.compile(r"%(?:(\d+)\$)?-?\d*([sIL%])")
_ENDS = {"into", "using", "loop", ";"}


class Body:
    """A PL/pgSQL body as words (tokens with their case and quotes), with what its variables are made of."""

    def __init__(self, body: str, arguments: str) -> None:
        self.words = [body[t.start : t.end] for t in scan(body)]
        self.given = {w.lower() for w in re.findall(r"\w+", arguments)} - {"default"}
        self.plain = {m[1].lower() for text in (arguments, body) for m in _SAFE_NAME.finditer(text)}
        self.plain |= {m[1].lower() for m in _COUNTER.finditer(body)}

    def executed(self) -> Iterator[list[str]]:
        """Yield the expression of each `execute`."""
        for number, word in enumerate(self.words):
            following = self.words[number + 1].lower() if number + 1 < len(self.words) else ""
            before = self.words[number - 1].lower() if number else ""
            if (
                word.lower() != "execute"
                or following in ("function", "procedure", "on")
                or before in ("grant", "revoke")
            ):
                continue
            yield self._until_end(number + 1)

    def assigned(self, name: str) -> Iterator[list[str]]:
        """Yield every expression that a variable is given."""
        for number, word in enumerate(self.words[:-2]):
            if word.lower() != name:
                continue
            begins = not number or self.words[number - 1].lower() in (";", "begin", "then", "else", "loop", "declare")
            at = number + 1
            while (
                begins and at < min(number + 4, len(self.words)) and self.words[at] not in (":=", "=", ";", "default")
            ):
                at += 1
            if begins and at < len(self.words) and self.words[at] in (":=", "=", "default"):
                yield self._until_end(at + 1, {";"})

    def _until_end(self, start: int, ends: set[str] = _ENDS) -> list[str]:
        depth, found = 0, []
        for word in self.words[start:]:
            depth += (word in "([") - (word in ")]")
            if depth <= 0 and word.lower() in ends:
                break
            found.append(word)
        return found


def loose_parts(body: str, arguments: str = "") -> list[str]:
    """Return the parts of executed SQL that are neither quoted nor of a type that needs no quotes, each once.

    `arguments` are those of the function with their types. A body that cannot be read has none.
    """
    try:
        read = Body(body, arguments)
    except GrammarError:
        return []
    found = [part for expression in read.executed() for part in _loose(read, expression, frozenset(), True)]
    return list(dict.fromkeys(found))


def _loose(body: Body, words: Sequence[str], seen: frozenset[str], whole: bool = False) -> Iterator[str]:
    """Yield the loose parts of an expression; `whole` where it is all of a statement and not put between others."""
    words = _unwrapped(words)
    operands = _split(words, "||")
    if len(operands) > 1:
        for operand in operands:
            yield from _loose(body, operand, seen)
        return
    text = _text(words)
    name = words[0].lower() if words else ""
    if not words or _is_literal(words) or _SAFE_CAST.search(text) or name in body.plain or name.startswith("tg_"):
        return
    call = words[1] == "(" and words[-1] == ")" if len(words) > 2 else False
    if call and (name in _QUOTING or name in _HARMLESS):
        return
    if call and name == "format":
        yield from _of_format(body, _split(words[2:-1], ","), seen)
    elif call and name in ("coalesce", "concat", "concat_ws", "nullif", "array_to_string", "string_agg", "trim"):
        for argument in _split(words[2:-1], ","):
            yield from _loose(body, argument, seen)
    elif len(words) > 2 and words[-2] == "::":
        yield from _loose(body, words[:-2], seen)
    elif len(words) == 1 and name not in seen:
        yield from _of_variable(body, name, seen | {name}, whole)
    elif len(words) > 1 and not call and not whole and name != "select" and not _ARITHMETIC.intersection(words):
        yield text


def _of_variable(body: Body, name: str, seen: frozenset[str], whole: bool) -> Iterator[str]:
    expressions = list(body.assigned(name))
    for expression in expressions:
        yield from _loose(body, expression, seen, whole)
    if not expressions and (name in body.given or not whole):
        yield name


def _of_format(body: Body, arguments: list[Sequence[str]], seen: frozenset[str]) -> Iterator[str]:
    template = arguments[0] if arguments else ()
    if not _is_literal(template):
        yield from _loose(body, template, seen)
        return
    taken = 0
    for place, conversion in _CONVERSION.findall("".join(template)):
        if conversion == "%":
            continue
        taken = int(place) if place else taken + 1
        if conversion == "s" and taken < len(arguments):
            yield from _loose(body, arguments[taken], seen)


def _is_literal(words: Sequence[str]) -> bool:
    return bool(words) and all(w[:1] in "'$0123456789" or w[:2].lower() in ("e'", "u&") for w in words)


def _unwrapped(words: Sequence[str]) -> Sequence[str]:
    while len(words) > 1 and words[0] == "(" and words[-1] == ")" and len(_split(words[1:-1], ")")) == 1:
        words = words[1:-1]
    return words


def _split(words: Sequence[str], separator: str) -> list[Sequence[str]]:
    """The stretches between separators that stand in no parentheses."""
    depth, start, found = 0, 0, []
    for number, word in enumerate(words):
        if word == separator and depth == 0:
            found.append(words[start:number])
            start = number + 1
        depth += (word in ("(", "[")) - (word in (")", "]"))
    return [*found, words[start:]]


def _text(words: Sequence[str]) -> str:
    joined = " ".join(words)
    return re.sub(r"\s*(\.|::|\(|\)|\[|\])\s*", r"\1", joined)
