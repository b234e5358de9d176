"""The parts of a policy file beside severities: required columns, other engines, how long to watch, rules in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from dbwright.diagnostics import Severity, Span, nearest
from dbwright.model.house import House, HouseRule, RequiredColumn
from dbwright.model.quantities import Duration
from dbwright.rules.registry import all_rules
from dbwright.sql.grammar import GrammarError, kind, parse
from dbwright.sql.keywords_elsewhere import RESERVED_ELSEWHERE
from dbwright.sql.names import quote

KEYS = ("rules", "required-columns", "portable-to", "unused-after", "rule")
PARTS = {"code": True, "sql": True, "message": True, "help": False, "severity": False}
"""The keys of a rule, and whether it must have them."""
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class PolicyError(ValueError):
    """A policy that asks for what there is not: the line, what is wrong, what to write."""

    def __init__(self, line: int, message: str, help_text: str) -> None:
        self.line, self.message, self.help = line, message, help_text
        super().__init__(message)


def line_with(text: str, word: str, after: int = 0) -> int:
    """Return the line on which a key or value stands in TOML, which keeps no places; 1 where it is not found."""
    found = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])").search(text, after)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def read_house(said: Mapping[str, Any], text: str, file: str) -> House:
    """Return what a policy asks beside severities; raise PolicyError."""
    for key in said:
        if key not in KEYS:
            raise PolicyError(line_with(text, key), f"`{key}` is nothing that a policy says", nearest(key, KEYS))
    return House(
        required=tuple(_required(_table(said, "required-columns", text), text)),
        engines=_engines(said.get("portable-to", []), text),
        **_watching(said, text),
        rules=tuple(_rules(said.get("rule", []), text, file)),
    )


def _table(said: Mapping[str, Any], key: str, text: str) -> Mapping[str, Any]:
    found = said.get(key, {})
    if not isinstance(found, dict):
        raise PolicyError(line_with(text, key), f"`{key}` is no table", f"write [{key}] and lines below it")
    return found


def _required(columns: Mapping[str, Any], text: str) -> Iterator[RequiredColumn]:
    for name, said in columns.items():
        line = line_with(text, name, text.find("required-columns"))
        parts = said if isinstance(said, dict) else {"sql": said}
        exempt = parts.get("except", [])
        listed = isinstance(exempt, list) and all(isinstance(e, str) for e in exempt)
        if not isinstance(parts.get("sql"), str) or not listed or not {"sql", "except"} >= parts.keys():
            example = '{sql = "timestamptz not null", except = ["*_log"]}'
            raise PolicyError(line, f"`{name}` is not said as a column", f'write "timestamptz not null" or {example}')
        yield _column(name, parts["sql"], tuple(exempt), line)


def _column(name: str, sql: str, exempt: tuple[str, ...], line: int) -> RequiredColumn:
    found = re.fullmatch(r"\s*(.*?)(\s+(not\s+)?null)?\s*", sql, re.IGNORECASE)
    assert found is not None, "everything matches"
    try:
        parse(f"create table t ({quote(name)} {found[1] or '-'})")
    except GrammarError as error:
        help_text = "write a type, then `not null` or `null` where it matters"
        raise PolicyError(line, f"`{sql}` of `{name}` is no column: {error}", help_text) from None
    return RequiredColumn(name, found[1], bool(found[3]) if found[2] else None, exempt)


def _engines(said: Any, text: str) -> tuple[str, ...]:
    line = line_with(text, "portable-to")
    if not isinstance(said, list):
        raise PolicyError(line, "`portable-to` is no list", 'write portable-to = ["mysql"]')
    for engine in said:
        if engine not in RESERVED_ELSEWHERE:
            raise PolicyError(line, f"`{engine}` is no engine known here", nearest(str(engine), RESERVED_ELSEWHERE))
    return tuple(said)


def _watching(said: Mapping[str, Any], text: str) -> dict[str, float]:
    if "unused-after" not in said:
        return {}
    try:
        return {"unused_after": Duration.parse(str(said["unused-after"])).seconds}
    except ValueError as error:
        raise PolicyError(line_with(text, "unused-after"), str(error), 'write unused-after = "30 days"') from None


def _rules(said: Any, text: str, file: str) -> Iterator[HouseRule]:
    if not isinstance(said, list) or not all(isinstance(r, dict) for r in said):
        raise PolicyError(line_with(text, "rule"), "`rule` is no list of tables", "write [[rule]] before each rule")
    heads = [m.start() for m in re.finditer(r"^\s*\[\[\s*rule\s*\]\]", text, re.MULTILINE)]
    taken = set(all_rules())
    for number, parts in enumerate(said):
        start = heads[number] if number < len(heads) else 0
        rule = _rule(parts, text, file, start)
        if rule.code in taken:
            raise PolicyError(rule.span.line, f"there is a rule `{rule.code}` already", "give yours another code")
        taken.add(rule.code)
        yield rule


def _rule(parts: Mapping[str, Any], text: str, file: str, start: int) -> HouseRule:
    line = text.count("\n", 0, len(text[:start]) + len(text[start:]) - len(text[start:].lstrip())) + 1
    for key, value in parts.items():
        if key not in PARTS:
            raise PolicyError(line_with(text, key, start), f"`{key}` is no part of a rule", nearest(key, PARTS))
        if not isinstance(value, str) or not value.strip():
            raise PolicyError(line_with(text, key, start), f"`{key}` of a rule is a text", f'write {key} = "…"')
    missing = [key for key, needed in PARTS.items() if needed and key not in parts]
    if missing:
        raise PolicyError(line, f"this rule has no `{missing[0]}`", f'write {missing[0]} = "…" below [[rule]]')
    code, severity = parts["code"], parts.get("severity", "warning")
    here = line_with(text, code, start)
    if not _CODE.fullmatch(code):
        raise PolicyError(here, f"`{code}` is no code", "write small letters and hyphens: `text-without-limit`")
    if severity not in [s.value for s in Severity]:
        levels = ", ".join(s.value for s in Severity)
        raise PolicyError(line_with(text, "severity", start), f"`{severity}` is no severity", f"one of: {levels}")
    for key in ("message", "help"):
        _check_template(parts.get(key, ""), key, line_with(text, key, start))
    place = _place_of(parts["sql"], text, file, start)
    _check_select(parts["sql"], code, place)
    return HouseRule(
        code, parts["sql"], parts["message"], parts.get("help", ""), Severity(severity), Span(file, here, 1), place
    )


def _check_select(sql: str, code: str, place: Span) -> None:
    """The SQL of a rule only reads: it is one `select`, which the server is asked within a transaction of ours."""
    try:
        statements = parse(sql)
    except GrammarError as error:
        line = place.line + sql.count("\n", 0, error.offset)
        raise PolicyError(line, f"the SQL of `{code}` cannot be read: {error}", "try it in psql") from None
    if [kind(s) for s in statements] != ["select_stmt"]:
        first = place.line + len(sql[: len(sql) - len(sql.lstrip())].splitlines())
        raise PolicyError(first, f"the SQL of `{code}` is not one `select`", "write one `select`")


def _check_template(template: str, key: str, line: int) -> None:
    try:
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise PolicyError(line, f"`{key}` cannot be read: {error}", "write {{ for a brace itself") from None
    for name in names:
        if not name.isidentifier():
            help_text = "write the name of a column that the SQL returns: {table}"
            raise PolicyError(line, f"`{{{name}}}` in `{key}` names no column", help_text)


def _place_of(sql: str, text: str, file: str, start: int) -> Span:
    """Where the SQL begins, or its key where TOML's escapes hide it."""
    at = text.find(sql, start)
    if at < 0:
        return Span(file, line_with(text, "sql", start), 1)
    return Span(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
