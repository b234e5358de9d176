"""Run the real psql and pg_dump, and read psql's error text into place, SQLSTATE, reason and hint."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from dbwright.server.errors import ConnectionFailed, DumpFailed, ScriptFailed

STANDARD_INPUT = "<stdin>"
# psql's exit codes, from its manual page: 1 its own fatal error, 2 connection lost, 3 an error in the script.
CONNECTION_LOST = 2

# `verbose` adds the SQLSTATE; without -X a person's ~/.psqlrc would run too.
PSQL_OPTIONS = ("-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-v", "SHOW_CONTEXT=never")

_FIELD = re.compile(r"^(LINE \d+|[A-Z]+(?: NAME)?): ?(.*)$")


def run_script(psql: Path, environment: Mapping[str, str], *, path: Path | None = None, text: str = "") -> None:
    """Run a file, or `text` from standard input, with psql and stop at the first error.

    Raises ScriptFailed with the place of the error, ConnectionFailed when the server goes away.
    """
    name = STANDARD_INPUT if path is None else str(path)
    # An absolute path never starts with a dash, so psql takes it neither for an option nor for standard input.
    shown = STANDARD_INPUT if path is None else str(path.absolute())
    result = subprocess.run(
        [psql, *PSQL_OPTIONS, "-f", "-" if path is None else shown],
        input=_encode(text),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        check=False,
    )
    if result.returncode == 0:
        return
    # The file is read only now: it may be a dump of many gigabytes, and most runs succeed.
    source = text if path is None else _read_leniently(path)
    error = parse_message(result.stderr.decode(errors="replace"), source.split("\n"), name, shown)
    if result.returncode == CONNECTION_LOST:
        raise ConnectionFailed(
            f"the connection was lost while {name} ran: {error.reason}",
            help="see whether the server still runs, then run the command again",
        )
    raise error


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ScriptFailed("holds half of a surrogate pair, which is no character", script=STANDARD_INPUT) from error


def _read_leniently(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def parse_message(messages: str, lines: Sequence[str], name: str, shown: str) -> ScriptFailed:
    """Turn what psql wrote into an error. The last message counts: psql stops at the first error.

    psql names the line where the statement ended; the server quotes the line where the error stands. The quoted text
    is looked for from the statement's end backwards, so that `line` is where a person has to look.
    """
    pattern = re.compile(rf"^psql:{re.escape(shown)}:(\d+): (?:\S+:\s+)?(?:([0-9A-Z]{{5}}): )?(.*)$", re.MULTILINE)
    found = list(pattern.finditer(messages))
    if not found:
        reason = messages.strip().removeprefix("psql: error: ").removeprefix(f"{shown}: ")
        return ScriptFailed(reason or "psql ended without a message", script=name)
    last = found[-1]
    fields = _collect_fields(messages[last.end() :].split("\n")[1:])
    reason = "\n".join([last[3], *fields.pop("", [])])
    line = _locate(int(last[1]), fields, lines)
    return ScriptFailed(
        reason,
        script=name,
        line=line,
        excerpt=lines[line - 1].strip() if 0 < line <= len(lines) else "",
        sqlstate=last[2] or "",
        detail="\n".join(fields.get("DETAIL", [])),
        hint="\n".join(fields.get("HINT", [])),
    )


def _collect_fields(message_lines: Sequence[str]) -> dict[str, list[str]]:
    """Group the lines after the first by field name; lines before any field continue the reason, under ''."""
    fields: dict[str, list[str]] = {}
    current = ""
    for text in message_lines:
        match = _FIELD.match(text)
        if match is not None:
            current = "LINE" if match[1].startswith("LINE ") else match[1]
            text = match[2]
        if text or current == "LINE":
            fields.setdefault(current, []).append(text.strip() if current != "LINE" else text)
    return fields


def _locate(end: int, fields: Mapping[str, list[str]], lines: Sequence[str]) -> int:
    quoted = fields.get("LINE", [""])[0].strip().removeprefix("...").removesuffix("...").strip()
    if not quoted:
        return end
    for number in range(min(end, len(lines)), 0, -1):
        if quoted in lines[number - 1].replace("\t", " "):
            return number
    return end


def run_dump(pg_dump: Path, environment: Mapping[str, str], arguments: Sequence[str]) -> str:
    """Run pg_dump with the arguments and return what it printed. Raises DumpFailed."""
    result = subprocess.run([pg_dump, *arguments], capture_output=True, env=environment, check=False)
    if result.returncode == 0:
        return result.stdout.decode()
    message = result.stderr.decode(errors="replace").strip().replace("\t", "    ")
    advice = ""
    if "version mismatch" in message:
        advice = "install a pg_dump that is at least as new as the server: apt-get install postgresql-client"
    elif "LOCK TABLE" in message and "canceling statement" in message:
        advice = "another session keeps a table locked: let it end, then run the command again"
    elif "closed the connection" in message or "terminating connection" in message:
        advice = "see whether the server still runs, then run the command again"
    raise DumpFailed(f"pg_dump failed: {message}", help=advice)
