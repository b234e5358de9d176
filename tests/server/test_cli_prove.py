"""`dbwright prove` as a person runs it: verdicts and exit codes, and nothing left behind however it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dbwright.prove.case import case_schema
from dbwright.server import Server

DESIGN = """\
design: corner shop {number}
about: People order things.
entities:
  orders:
    about: One checkout.
    columns:
      order_id:   uuid primary key default uuidv7()
      total:      "integer not null check (total >= 0)"
      created_at: timestamptz not null default now()
    rows: {{now: 2k}}
roles:
  web_{number}: {{about: The application}}
access:
  latest:
    why: The first page.
    by: web_{number}
    sql: select order_id, total from orders order by created_at desc limit 20
    rate: 10/s
    latency: {{p95: 20ms}}
"""
FORGIVING = """
sql:
  forgive:
    sql: |
      create function forgive() returns trigger language plpgsql as
      $$ begin new.total := abs(new.total); return new; end $$
  forgive_totals:
    sql: create trigger forgive_totals before insert on orders for each row execute function forgive()
"""
"""A trigger that mends what a check constraint promises to refuse, so that the promise is broken."""
Traces = Callable[[Path], list[str]]


@pytest.fixture
def design(tmp_path: Path) -> Path:
    """A small design with names of its own, as roles are shared by a whole server."""
    path = tmp_path / "shop.design.yaml"
    path.write_text(DESIGN.format(number=os.getpid()), encoding="utf-8")
    return path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder for temporary files that every account can write, as the server's own account must."""
    folder = Path(tempfile.mkdtemp(prefix="prove-", dir="/tmp"))
    folder.chmod(0o1777)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def start(*words: str, **variables: str) -> subprocess.Popen[str]:
    """Start a proof as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "dbwright", "prove", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    )


def prove(*words: str, **variables: str) -> tuple[int, str, str]:
    """Run a proof to its end; return exit code, standard output and standard error."""
    process = start(*words, **variables)
    out, err = process.communicate()
    return process.returncode, out, err


def names_on(server: Server) -> tuple[list[str], list[str]]:
    """Return the databases and roles of a server."""
    with server.connect() as connection:
        databases = connection.execute("select datname from pg_database order by 1").fetchall()
        roles = connection.execute("select rolname from pg_roles order by 1").fetchall()
    return [name for (name,) in databases], [name for (name,) in roles]


def test_a_proof_ends_with_the_verdicts_and_the_place_of_the_site(
    design: Path, open_folder: Path, traces: Traces
) -> None:
    output = design.parent / "proved"
    words = [str(design), "-o", str(output), "--family", "structure", "--family", "integrity", "--family", "latency"]
    code, out, err = prove(*words, TMPDIR=str(open_folder))
    case = json.loads((output / "case.json").read_text(encoding="utf-8"))
    Draft202012Validator(case_schema()).validate(case)
    assert (code, case["summary"]["broken"]) == (0, 0), out
    assert case["summary"]["held"] > 3
    assert out.splitlines()[-2:-1] == [f"site: {output}/index.html"]
    assert (output / "index.html").is_file()
    assert f"{case['summary']['total']} claims in " in out.splitlines()[-1]
    for line in (f"structure: {held(case, 'structure')} held", f"integrity: {held(case, 'integrity')} held"):
        assert line in err.splitlines()
    assert "\x1b" not in out + err
    assert list(open_folder.iterdir()) == []
    assert traces(open_folder) == [str(open_folder)]


def held(case: dict[str, list[dict[str, str]]], family: str) -> int:
    """Return how many claims of a family were held."""
    return sum(claim["family"] == family and claim["verdict"] == "held" for claim in case["claims"])


def test_a_broken_promise_ends_with_1_and_comes_first(design: Path) -> None:
    design.write_text(design.read_text(encoding="utf-8") + FORGIVING, encoding="utf-8")
    code, out, _ = prove(str(design), "--family", "integrity")
    assert code == 1, out
    assert out.startswith("broken: integrity/orders.")
    assert f"  --> {design}:" in out
    code, out, _ = prove(str(design), "--family", "integrity", "--format", "github")
    assert code == 1
    assert out.startswith(f"::error file={design},line=")


def test_json_holds_the_families_that_were_asked_for(design: Path) -> None:
    code, out, _ = prove(str(design), "--format", "json", "--family", "structure", "--family", "latency")
    case = json.loads(out)
    Draft202012Validator(case_schema()).validate(case)
    assert code == 0
    assert {claim["family"] for claim in case["claims"]} == {"structure", "latency"}


def test_a_named_server_is_left_as_it_was(design: Path, server: Server) -> None:
    before = names_on(server)
    code, out, _ = prove(str(design), "--server", server.dsn(), "--family", "structure")
    assert code == 0, out
    assert names_on(server) == before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_an_interrupted_proof_leaves_no_server(
    number: signal.Signals, code: int, design: Path, open_folder: Path, traces: Traces
) -> None:
    process = start(str(design), TMPDIR=str(open_folder))
    wait_for_line(process, "testing ")
    assert len(list(open_folder.iterdir())) > 0
    process.send_signal(number)
    out, err = process.communicate()
    assert (exit_code(process), out) == (code, "")
    assert "Traceback" not in err
    assert list(open_folder.iterdir()) == []
    assert traces(open_folder) == [str(open_folder)]


def test_an_interrupted_proof_leaves_a_named_server_as_it_was(design: Path, server: Server) -> None:
    before = names_on(server)
    process = start(str(design), "--server", server.dsn())
    wait_for_line(process, "testing ")
    # It stands still while it is looked at, so that it has not ended when the signal comes.
    process.send_signal(signal.SIGSTOP)
    assert names_on(server) != before
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    process.communicate()
    assert exit_code(process) == 130
    assert names_on(server) == before


def exit_code(process: subprocess.Popen[str]) -> int:
    """Return the exit code as a shell shows it.

    Where Ctrl-C comes while Python compiles a text (each dataclass is one), it ends itself by SIGINT in the end,
    however well the interrupt was handled: `run_eval_code_obj` in CPython's pythonrun.c.
    """
    return 128 - process.returncode if process.returncode < 0 else process.returncode


def wait_for_line(process: subprocess.Popen[str], beginning: str) -> None:
    """Read the progress of a proof up to the line that begins so."""
    assert process.stderr is not None
    seen = []
    for line in process.stderr:
        seen.append(line)
        if line.startswith(beginning):
            return
    pytest.fail(f"the proof ended early:\n{''.join(seen)}")


def test_a_role_that_exists_ends_with_3_and_stays(design: Path, server: Server) -> None:
    role = f"web_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(f'create role "{role}"')
    try:
        before = names_on(server)
        code, out, err = prove(str(design), "--server", server.dsn())
        assert (code, out) == (3, "")
        assert f"error: the server already has the role {role}" in err
        assert "  = help: " in err
        assert names_on(server) == before
    finally:
        server.drop_roles([role])


@pytest.mark.parametrize(
    "address", ["embeded", "installed:9", "host=/nonexistent dbname=x", "postgresql://127.0.0.1:1/x"]
)
def test_a_server_that_is_not_there_ends_with_3_and_says_what_to_type(address: str, design: Path) -> None:
    code, out, err = prove(str(design), "--server", address)
    assert (code, out) == (3, "")
    assert err.startswith("error: ")
    assert "Traceback" not in err


def test_a_password_in_the_address_is_not_shown(design: Path) -> None:
    _, out, err = prove(str(design), "--server", "postgresql://ada:sesame@127.0.0.1:1/x")
    assert "sesame" not in out + err


def test_a_folder_that_cannot_be_written_ends_with_3(design: Path) -> None:
    code, _, err = prove(str(design), "--family", "structure", "-o", str(design / "below"))
    assert code == 3
    assert err.splitlines()[-1].startswith(f"error: {design}")
