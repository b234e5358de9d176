"""`dbwright generate` on real servers: rows arrive, the schema stays as it was, and what fails leaves nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest

from dbwright.api import generate
from dbwright.cli import main
from dbwright.data import Dataset
from dbwright.data.filling import TablesNotReady
from dbwright.data.folders import LOADER, file_stem
from dbwright.emit.postgresql import script
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.server import Database, Server
from dbwright.sql.names import listed, qualify

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DESIGNS = {
    "odd": Path(__file__).with_name("odd.design.yaml"),
    **{f.name: f for f in sorted(EXAMPLES.glob("*/")) if any(f.glob("*.design.yaml"))},
}
ROWS = 6_000


def blueprint_of(name: str, version: int = 18) -> Blueprint:
    """The blueprint of a design."""
    return compile_design(load_design(DESIGNS[name]), version)


def counts(database: Database, dataset: Dataset) -> dict[str, int]:
    """How many rows each table has."""
    with database.connect() as connection:
        found = {}
        for name in dataset.tables:
            row = connection.execute(f"select count(*) from {qualify(dataset.schema, name)}".encode()).fetchone()
            found[name] = row[0] if row else -1
    return found


def rows_of(dataset: Dataset) -> dict[str, int]:
    """How many rows each table should have."""
    return {name: rows.count for name, rows in dataset.tables.items()}


@pytest.mark.parametrize("name", DESIGNS)
def test_an_empty_database_gets_tables_rows_and_every_constraint(name: str, server: Server) -> None:
    with server.scratch() as database, server.scratch() as written:
        written.run_sql(script(blueprint_of(name)))
        made = generate(DESIGNS[name], database.dsn, rows=ROWS)
        assert counts(database, made.dataset) == rows_of(made.dataset)
        assert database.dump() == written.dump()


@pytest.mark.parametrize("name", DESIGNS)
def test_empty_tables_are_filled_and_stay_what_they_are(name: str, server: Server) -> None:
    with server.scratch() as database:
        database.run_sql(script(blueprint_of(name)))
        before = database.dump()
        made = generate(DESIGNS[name], database.dsn, rows=ROWS)
        assert counts(database, made.dataset) == rows_of(made.dataset)
        assert database.dump() == before


def test_comments_fill_factors_and_switched_off_triggers_are_kept(database: Database) -> None:
    database.run_sql(script(blueprint_of("shop")))
    database.run_sql(
        "comment on constraint orders_pkey on shop.orders is 'the key';"
        "comment on index shop.orders_pkey is 'its index';"
        "alter index shop.payments_pkey set (fillfactor = 60);"
        "alter table shop.users add constraint late unique (tenant_id, email, user_id) include (name)"
        " with (fillfactor = 70) deferrable initially deferred;"
        "alter table shop.users disable trigger users_touch;"
        "create view shop.totals as select order_id, status, sum(total) from shop.orders group by tenant_id, order_id"
    )
    before = database.dump()
    generate(DESIGNS["shop"], database.dsn, rows=ROWS)
    assert database.dump() == before


def test_the_oldest_server_takes_the_rows(server15: Server) -> None:
    with server15.scratch() as database:
        made = generate(DESIGNS["fediflow"], database.dsn, rows=ROWS)
        assert counts(database, made.dataset) == rows_of(made.dataset)


def test_sequences_go_on_after_the_rows(database: Database) -> None:
    made = generate(DESIGNS["odd"], database.dsn, rows=2_000)
    last = made.dataset.tables["people"].count
    with database.connect() as connection:
        found = connection.execute("select nextval('odd.people_person_id_seq')").fetchone()
    assert found == (last + 1,)


def test_a_refused_row_leaves_the_database_as_it_was(database: Database) -> None:
    database.run_sql(script(blueprint_of("shop")))
    database.run_sql("alter table shop.orders add constraint never check (total < 0)")
    before = database.dump()
    with pytest.raises(psycopg.errors.CheckViolation, match="never"):
        generate(DESIGNS["shop"], database.dsn, rows=ROWS)
    assert database.dump() == before
    with database.connect() as connection:
        assert connection.execute("select count(*) from shop.tenants").fetchone() == (0,)


def test_nothing_is_created_where_a_constraint_of_the_design_cannot_hold(database: Database, tmp_path: Path) -> None:
    # What the generator cannot read it tries, and the constraint that comes afterwards judges it.
    design = tmp_path / "sums.design.yaml"
    design.write_text(
        "design: sums\nroles: {web: {}}\nentities:\n  things:\n    columns:\n"
        "      thing_id: uuid primary key\n      word: text not null check (md5(word) like '00%')\n"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="things_word_check"):
        generate(design, database.dsn, rows=500)
    with database.connect() as connection:
        assert connection.execute("select count(*) from pg_namespace where nspname = 'sums'").fetchone() == (0,)


def test_tables_with_rows_are_left_alone(database: Database) -> None:
    generate(DESIGNS["shop"], database.dsn, rows=1_000)
    with pytest.raises(TablesNotReady, match="has rows already") as caught:
        generate(DESIGNS["shop"], database.dsn, rows=1_000)
    assert "truncate" in caught.value.help


def test_some_of_the_tables_are_not_enough(database: Database) -> None:
    database.run_sql("create schema shop; create table shop.orders (order_id uuid)")
    with pytest.raises(TablesNotReady, match="but not tenants, users"):
        generate(DESIGNS["shop"], database.dsn, rows=1_000)


@pytest.mark.parametrize("name", DESIGNS)
def test_csv_files_load_into_tables_with_all_constraints(name: str, server: Server, tmp_path: Path) -> None:
    made = generate(DESIGNS[name], f"csv:{tmp_path}", rows=ROWS)
    with server.scratch() as database:
        database.run_sql(script(blueprint_of(name)))
        command = [str(server.bin("psql")), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", LOADER]
        done = subprocess.run(
            command, cwd=tmp_path, env=server.environment(database.name), capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert counts(database, made.dataset) == rows_of(made.dataset)


@pytest.mark.parametrize("name", DESIGNS)
def test_parquet_files_hold_the_rows_that_a_database_gets(name: str, server: Server, tmp_path: Path) -> None:
    made = generate(DESIGNS[name], f"parquet:{tmp_path}", rows=2_000)
    with server.scratch() as database:
        database.run_sql(script(blueprint_of(name)))
        with database.connect() as connection, connection.transaction():
            connection.execute("set local session_replication_role = replica")
            for table, rows in made.dataset.tables.items():
                read = pq.read_table(tmp_path / f"{file_stem(table)}.parquet")
                assert read.column_names == list(rows.columns)
                copy_objects(connection, qualify(made.dataset.schema, table), read.to_pylist(), read.column_names)
        assert counts(database, made.dataset) == rows_of(made.dataset)
        assert same_rows(database, server, name)


def copy_objects(connection: Any, target: str, rows: list[dict[str, Any]], names: list[str]) -> None:
    """Write rows of Python objects as COPY text."""
    with connection.cursor() as cursor, cursor.copy(f"copy {target} ({listed(names)}) from stdin".encode()) as copy:
        for row in rows:
            copy.write_row([row[n] for n in names])


def same_rows(database: Database, server: Server, name: str) -> bool:
    """Whether a database holds what a direct delivery of the same design and seed brings."""
    with server.scratch() as other:
        made = generate(DESIGNS[name], other.dsn, rows=2_000)
        return all(digest(database, made.dataset, t) == digest(other, made.dataset, t) for t in made.dataset.tables)


def digest(database: Database, dataset: Dataset, table: str) -> Any:
    """A number that stands for all rows of a table in any order."""
    with database.connect() as connection:
        statement = f"select sum(hashtext(t::text)::numeric) from {qualify(dataset.schema, table)} t"
        return connection.execute(statement.encode()).fetchone()


def test_the_command_tells_what_it_did(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["generate", str(DESIGNS["shop"]), "--to", database.dsn, "--rows", "2k", "--rows", "orders=1k"]
    assert main([*words, "--format", "json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    by_name = {t["table"]: t for t in told["tables"]}
    assert by_name["orders"]["rows"] == 1_000
    assert by_name["orders"]["bytes"] > 50_000
    assert told["rows"] == sum(t["rows"] for t in told["tables"])
    assert "orders: 1,000 rows" in err
    assert main(words) == 3
    assert "has rows already" in capsys.readouterr().err


def test_the_command_explains_a_login_that_may_not(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    database.run_sql("drop role if exists generate_guest; create role generate_guest login")
    try:
        words = ["generate", str(DESIGNS["shop"]), "--to", f"{database.dsn} user=generate_guest"]
        assert main(words) == 3
        said = capsys.readouterr().err
        assert "permission denied" in said
        assert "help: connect as a superuser" in said
    finally:
        database.run_sql("drop role generate_guest")


def test_files_that_are_there_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "orders.csv").write_text("mine")
    assert main(["generate", str(DESIGNS["shop"]), "--to", f"csv:{tmp_path}", "--rows", "1k"]) == 3
    assert "orders.csv is there already" in capsys.readouterr().err
    assert [f.name for f in tmp_path.iterdir()] == ["orders.csv"]
    assert (tmp_path / "orders.csv").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["generate", str(DESIGNS["shop"]), "--to", f"csv:{tmp_path / 'file' / 'rows'}", "--rows", "1k"]) == 3
    assert "Not a directory" in capsys.readouterr().err


def test_a_full_disk_leaves_no_file(tmp_path: Path) -> None:
    script_text = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "from dbwright.cli import main\n"
        f"sys.exit(main(['generate', {str(DESIGNS['shop'])!r}, '--to', 'csv:{tmp_path / 'rows'}', '--rows', '20k']))\n"
    )
    done = subprocess.run([sys.executable, "-c", script_text], capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "File too large" in done.stderr
    assert not (tmp_path / "rows").exists()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_full_disk_is_one_message(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = tmp_path / "small"
    small.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], check=False)
    if made.returncode:
        pytest.skip("only root may make a small disk")
    try:
        assert main(["generate", str(DESIGNS["shop"]), "--to", f"{kind}:{small / 'rows'}", "--rows", "40k"]) == 3
        assert not list(small.iterdir())
    finally:
        subprocess.run(["umount", str(small)], check=True)
    told = capsys.readouterr().err
    assert told.count("error:") == 1
    assert f"the disk is full at {small / 'rows'}" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "shop"], "--to cannot be `shop`"),
        (["--to", "csv:"], "names no folder"),
        (["--to", "csv:x", "--rows", "many"], "`many` is not written like"),
        (["--to", "csv:x", "--rows", "oders=5"], "did you mean `orders`"),
        (["--to", "csv:x", "--scale", "0"], "--scale is a share above 0"),
        (["--to", "csv:x", "--scale", "0.1", "--rows", "5"], "--scale is a share above 0"),
    ],
)
def test_what_cannot_be_meant_is_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", str(DESIGNS["shop"]), *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_load_leaves_nothing(number: signal.Signals, code: int, database: Database) -> None:
    command = [sys.executable, "-m", "dbwright", "generate", str(DESIGNS["shop"]), "--to", database.dsn]
    process = subprocess.Popen([*command, "--rows", "400k"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("orders:"):
            process.send_signal(number)
            break
    out, err = process.communicate()
    ended = 128 - process.returncode if process.returncode < 0 else process.returncode
    assert (ended, out) == (code, ""), err
    assert "Traceback" not in err
    with database.connect() as connection:
        assert connection.execute("select count(*) from pg_namespace where nspname = 'shop'").fetchone() == (0,)


def test_interrupted_files_do_not_appear(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dbwright", "generate", str(DESIGNS["shop"]), "--to", f"csv:{tmp_path / 'rows'}"]
    process = subprocess.Popen([*command, "--rows", "400k"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("orders:"):
            process.send_signal(signal.SIGINT)
            break
    process.communicate()
    assert list(tmp_path.iterdir()) == []
