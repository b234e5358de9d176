"""Runs `dbwright` the two ways there are: as a function in this process, and as a process of its own."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from dbwright.cli import main

# As in tests/server/conftest.py: a test session in the background must not hand on that it ignores Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

DESIGN = """\
about:  People order things.
design: shop
tenancy: {by: tenants.tenant_id}
roles:
  web: {about: The application}
entities:
  tenants:
    about: A merchant.
    columns:
      tenant_id: uuid primary key default uuidv7()
      title:     text not null
  orders:
    about: One checkout.
    columns:
      order_id:   uuid primary key default uuidv7()
      tenant_id:  uuid not null references tenants on delete cascade
      status:     {sql: text not null default 'new', one of: [new, paid]}
      created_at: timestamptz not null default now()
access:
  order-history:
    why: The page after paying.
    by: web
    sql: select order_id, status from orders where status = :status order by created_at desc limit 20
    rate: 10/s
    latency: {p95: 20ms}
  own-title:
    why: The head of each page.
    by: web
    sql: select title from tenants
    rate: 10/s
    latency: {p95: 20ms}
"""
"""A small design without findings; it is not in its canonical form."""
BROKEN = DESIGN.replace("references tenants ", "references tenant ")
"""The same with an unknown name."""


@dataclass(frozen=True)
class Ended:
    """How a run ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def run_here(*words: str) -> Ended:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(words)
    return Ended(code, out.getvalue(), err.getvalue())


def run_process(*words: str, text: str | bytes = b"", folder: Path | None = None, **variables: str) -> Ended:
    """Run a command as a process of its own, with these environment variables more."""
    data = text.encode() if isinstance(text, str) else text
    command = [sys.executable, "-m", "dbwright", *words]
    done = subprocess.run(
        command, input=data, capture_output=True, check=False, cwd=folder, env=plain_environment(variables)
    )
    return Ended(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


def plain_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without what decides about colours and widths, and with these variables."""
    deciding = {"NO_COLOR", "TERM", "COLUMNS", "FORCE_COLOR"}
    return {name: value for name, value in os.environ.items() if name not in deciding} | dict(variables)


def write_design(folder: Path, text: str = DESIGN, name: str = "shop.design.yaml") -> Path:
    """Write a design and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
