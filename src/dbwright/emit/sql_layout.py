"""A statement over several lines, cut at its clauses; tokens tell where, so that strings and comments stay whole."""

from __future__ import annotations

from dbwright.sql.grammar import GrammarError, Token, scan

_CLAUSES = {"FROM", "WHERE", "GROUP_P", "HAVING", "ORDER", "LIMIT", "RETURNING", "SET", "VALUES", "UNION", "FOR"}
_BEFORE_JOIN = {"INNER_P", "LEFT", "RIGHT", "FULL", "CROSS"}
LONGEST = 100
"""Characters that fit on one line; a shorter statement stays as it is."""


def laid_out(sql: str) -> str:
    """Return the statement with each clause on a line of its own; the tokens are the same."""
    text = sql.strip()
    if len(text) <= LONGEST or "\n" in text:
        return text
    try:
        tokens = scan(text)
    except GrammarError:
        return text
    pieces, done = [], 0
    for start in _breaks(tokens):
        pieces.append(text[done:start].rstrip())
        done = start
    return "\n".join([*pieces, text[done:]])


def _breaks(tokens: list[Token]) -> list[int]:
    """Where a clause begins outside parentheses."""
    found, depth = [], 0
    previous = ""
    for token in tokens[1:]:
        depth += {"ASCII_40": 1, "ASCII_41": -1}.get(token.name, 0)
        joins = token.name in _BEFORE_JOIN or (token.name == "JOIN" and previous not in {*_BEFORE_JOIN, "OUTER_P"})
        conflict = token.name == "ON" and _is_conflict(tokens, token)
        if depth == 0 and (token.name in _CLAUSES or joins or conflict):
            found.append(token.start)
        previous = token.name
    return found


def _is_conflict(tokens: list[Token], token: Token) -> bool:
    number = tokens.index(token)
    return number + 1 < len(tokens) and tokens[number + 1].name == "CONFLICT"


def settles_conflicts(sql: str) -> bool:
    """Return whether an insert says what happens to a row that is there already (`on conflict`)."""
    try:
        return any(token.name == "CONFLICT" for token in scan(sql))
    except GrammarError:
        return False
