"""The verbs of the command line as functions: check, explain, build, generate, prove, new, format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.diagnostics import DesignError, Diagnostic, errors, in_order, nearest
from dbwright.frontends.design_file import load_design, read_design
from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Decision
from dbwright.model.dependency import declared_dependencies
from dbwright.pipeline import DECIDING, compile_design
from dbwright.records import record, replace
from dbwright.rules.registry import all_rules, judge, manual

if TYPE_CHECKING:
    from dbwright.data import Dataset
    from dbwright.data.delivery import Delivery, Tell
    from dbwright.mining.report import Mined
    from dbwright.model.house import House
    from dbwright.prove.bench import Budget
    from dbwright.prove.case import Case
    from dbwright.prove.run import Observer
    from dbwright.rules.policy import Policy


@record(frozen=True)
class Check:
    """What a check found: all diagnostics in order of place, the blueprint where there is one, the sources read.

    The blueprint holds what was decided and no claims: what must be proven is a matter of `prove`.
    """

    diagnostics: tuple[Diagnostic, ...]
    blueprint: Blueprint | None
    sources: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether nothing stops a build."""
        return not errors(self.diagnostics)


def check(path: Path, policy: Path | None = None) -> Check:
    """Read and compile the design at `path`; report everything, raise nothing for what a design can get wrong.

    `policy` is the file that says how severe a finding is, by default the `dbwright.toml` beside the design or above;
    only rules in SQL that stand there start a server. Raise DesignError for one that cannot be read.
    """
    said = _policy(policy, path)
    reading = read_design(path)
    if reading.design is None or errors(reading.diagnostics):
        return Check(reading.diagnostics, None, reading.sources)
    try:
        blueprint = compile_design(reading.design, passes=DECIDING)
    except DesignError as error:
        return Check(tuple(in_order([*reading.diagnostics, *error.diagnostics])), None, reading.sources)
    asked = _asked_of(blueprint, said.house) if said and said.house.rules else ()
    found = in_order([*reading.diagnostics, *blueprint.diagnostics, *judge(blueprint, policy=said, asked=asked)])
    return Check(tuple(found), blueprint, reading.sources)


def _asked_of(blueprint: Blueprint, house: House) -> list[Diagnostic]:
    """What the rules of a house in SQL find in the database that a design makes, on a throw-away server."""
    from dbwright.catalog.house_rules import ask_rules
    from dbwright.emit.postgresql import script
    from dbwright.rules.places import place_in
    from dbwright.server import ServerError, open_server

    try:
        with open_server() as server, server.scratch() as database:
            database.run_sql(script(blueprint))
            with database.connect() as connection, connection.transaction():
                connection.execute("set transaction read only")
                return ask_rules(connection, house.rules, partial(place_in, blueprint))
    except ServerError as error:
        first = house.rules[0]
        message = f"the rules of the house cannot be asked, `{first.code}` first: {error}"
        return [
            Diagnostic("house-rules-not-asked", message, first.span, "see what `dbwright prove` says of the design")
        ]
    except DesignError as error:
        return list(error.diagnostics)


def _policy(given: Path | None, path: Path) -> Policy | None:
    from dbwright.rules.policy import find_policy, read_policy

    found = given or find_policy(path)
    return read_policy(found) if found else None


def fix(path: Path, policy: Path | None = None) -> dict[Path, int]:
    """Make the safe edits that the findings of a check offer; return how many were made in each file.

    Raise OSError where a file cannot be written; each is written as a whole or not at all.
    """
    from dbwright.rules.fixing import apply_fixes

    found = check(path, policy)
    changed = apply_fixes(found.sources, found.diagnostics)
    for name, (text, _) in changed.items():
        write_files(Path(name).parent, {Path(name).name: text})
    return {Path(name): count for name, (_, count) in changed.items()}


def check_dump(path: Path, policy: Path | None = None) -> Check:
    """Load an SQL file into a throw-away PostgreSQL and judge what it makes; raise ServerError."""
    from dbwright.frontends.dump import read_dump
    from dbwright.server import open_server

    said = _policy(policy, path)
    with open_server() as server:
        try:
            blueprint, notes = read_dump(path, server, said.house if said else None)
        except DesignError as error:
            return Check(error.diagnostics, None, {})
    return Check(tuple(in_order([*notes, *_judged(blueprint, said)])), blueprint, {})


def check_server(address: str, policy: Path | None = None, design: Path | None = None) -> Check:
    """Judge the tables of a running server, of which only the catalogs are read; raise ServerError, DesignError.

    `design` is that of the database: what has grown is compared with what it has for today.
    """
    from dbwright.catalog import read_catalog
    from dbwright.server import open_server

    said = _policy(policy, Path.cwd())
    house = said.house if said else None
    with open_server(address) as server, server.connect() as connection:
        blueprint = read_catalog(connection, connection.info.dbname, house, running=True)
    if design is not None:
        from dbwright.passes.volume import sizes_today

        plan = compile_design(load_design(design), passes=DECIDING)
        blueprint = replace(blueprint, planned=sizes_today(plan, date.today()))
    return Check(tuple(in_order(_judged(blueprint, said))), blueprint, {})


def _judged(blueprint: Blueprint, policy: Policy | None) -> list[Diagnostic]:
    """What the rules find in a catalog, ours and those of the house, which were asked while it was read."""
    return judge(blueprint, policy=policy, asked=blueprint.diagnostics)


def explain(path: Path, name: str) -> list[Decision]:
    """Return the decisions about `name`: a table, column, index, role, access pattern or decision code.

    Raise DesignError where the design cannot be compiled.
    """
    blueprint = compile_design(load_design(path))
    exact = [d for d in blueprint.decisions if name == d.code]
    if exact:
        return exact
    served = (name, f"access.{name}", f"entities.{name}", f"roles.{name}")
    return [d for d in blueprint.decisions if name in d.subjects or any(s in d.serves for s in served)]


def mine(
    address: str,
    tables: Sequence[str] = (),
    *,
    design: Path | None = None,
    most_left: int = 2,
    most_rows: int = 1_000_000,
    announce: Callable[[str, str], None] = lambda table, doing: None,
) -> Iterator[Mined]:
    """Yield what the rows of each table of a running server say of its dependencies, of some tables or of all.

    What `design` declares under `depends:` is asked of all rows; all else is sought in at most `most_rows` of a table,
    with at most `most_left` columns on the left. Nothing is written. Raise DesignError, ServerError, psycopg.Error;
    LookupError for a table that is not there.
    """
    from dbwright.catalog import read_catalog
    from dbwright.mining.report import mine_table
    from dbwright.server import open_server

    declared = declared_dependencies(load_design(design)) if design else {}
    with open_server(address) as server, server.connect() as connection:
        connection.read_only = True
        found = {t.name: t for t in read_catalog(connection, connection.info.dbname).tables}
        for name in tables or found:
            if name not in found:
                raise LookupError(name, nearest(name, found))
        for name in tables or found:
            own = declared.get(name.rpartition(".")[2], ())
            with connection.transaction():
                yield mine_table(connection, found[name], own, most_left, most_rows, partial(announce, name))


def review(path: Path, word: str, role: str = "", by: str = "", note: str = "") -> str:
    """Take a step of the review of the design at `path` and return the state it leads to.

    `word` is submit, request-changes, approve, implement or supersede; `role` the reviewer, `by` the person. The record
    beside the design is written, and the state in the design. Raise DesignError, StepRefused, OSError.
    """
    from datetime import UTC, datetime

    from dbwright.frontends.review_record import record_path, render_record, write_state
    from dbwright.reviewing.steps import take

    design = load_design(path)
    blueprint = compile_design(design, passes=DECIDING)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    record, state = take(blueprint, word, role, by, at, note)
    files = write_state(design, state)
    for name, text in {**files, str(record_path(path)): render_record(record)}.items():
        write_files(Path(name).parent, {Path(name).name: text})
    return state


def rule_manuals() -> dict[str, str]:
    """Return the manual page of every rule by its code, in order of code."""
    return {code: manual(code) for code in all_rules()}


def build(path: Path, output: Path, targets: Sequence[str] = (), version: int | None = None) -> list[Path]:
    """Write every target (or only some) of the design below `output`; return the files written, in order.

    `version` compiles for another major version than the design's target. The documents show what the records of a
    proof and of an advice beside the design hold. Raise DesignError, OSError.
    """
    from dbwright.emit import TARGETS, emit
    from dbwright.frontends.advice_record import read_advice
    from dbwright.prove.record import read_proof

    blueprint = compile_design(load_design(path), version)
    proof, advice = read_proof(path, blueprint), read_advice(path, blueprint)
    findings, server = (proof.findings, proof.server) if proof is not None else ((), None)
    files: dict[str, str] = {}
    for target in targets or TARGETS:
        files |= emit(blueprint, target, findings, server, advice)
    return write_files(output, files)


def write_files(output: Path, files: Mapping[str, str]) -> list[Path]:
    """Write files below a folder, each through a temporary name so that none is ever half written."""
    written = []
    for name, text in files.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            temporary.write_text(text, encoding="utf-8", newline="\n")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        written.append(path)
    return written


def prove(
    path: Path,
    *,
    server: str = "embedded",
    output: Path | None = None,
    keep: bool = False,
    families: Sequence[str] = (),
    observe: Observer | None = None,
    announce: Callable[[str], None] | None = None,
    budget: Budget | None = None,
) -> Case:
    """Prove the design at `path` on a server and return the assurance case; write it below `output` where given.

    `keep` writes the record of the proof beside the design, from which builds show what was found.

    `budget` is what measuring the access patterns at several sizes may take, by default 20 seconds and 1 GB of disk.

    `server` is `embedded`, a libpq connection string, or `installed[:version]`. A server older than the design's target
    gets a blueprint for its own version. Raise DesignError, ServerError, RoleExists, OSError.
    """
    from dbwright.emit import JUDGED, emit, emit_all
    from dbwright.frontends.advice_record import read_advice
    from dbwright.prove.junit import junit
    from dbwright.prove.record import proof_path, render_proof
    from dbwright.prove.run import prove_blueprint
    from dbwright.server import open_server

    design = load_design(path)
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
    with open_server(server) as opened:
        version = min(design.target.version, opened.capabilities.major)
        blueprint = compile_design(design, version)
        files = emit_all(blueprint)
        case = prove_blueprint(
            blueprint, files, opened, families=families, observe=observe, announce=announce, budget=budget
        )
    if output is not None:
        advice = read_advice(path, blueprint)
        for target in JUDGED:
            files |= emit(blueprint, target, case.findings, case.server, advice)
        files["case.json"] = case.as_json()
        files["junit.xml"] = junit(case)
        write_files(output, files)
    if keep:
        record = proof_path(path)
        write_files(record.parent, {record.name: render_proof(case, date.today())})
    return case


@record(frozen=True)
class Generated:
    """What was generated: the rows in memory, and what their delivery took."""

    dataset: Dataset
    delivery: Delivery


def generate(
    path: Path,
    to: str,
    *,
    rows: int | None = None,
    scale: float | None = None,
    tables: Mapping[str, int] | None = None,
    seed: int = 1,
    tell: Tell = lambda name, done, total: None,
) -> Generated:
    """Make rows for the design at `path` and deliver them `to` a server, `csv:FOLDER` or `parquet:FOLDER`.

    About `rows` of them together, or a `scale` of the declared volumes; `tables` says it for some. The same seed gives
    the same rows. On a server tables are created where none of them is there, and filled where all are empty, in one
    transaction; constraints are added after the rows, which proves them. Raise DesignError, GenerationError,
    LookupError for a table that the design does not have, ServerError, TablesNotReady, psycopg.Error, ParquetMissing,
    OSError; nothing is left behind then.
    """
    from dbwright.data import asked_rows
    from dbwright.data import generate as make_rows
    from dbwright.data.memory import refuse_too_many

    design = load_design(path)
    kind, _, folder = to.partition(":")
    if kind in ("csv", "parquet"):
        from dbwright.data.folders import write_csv, write_parquet_files

        blueprint = compile_design(design)
        wanted = asked_rows(blueprint, rows, scale, _known(blueprint, tables))
        refuse_too_many(blueprint, wanted)
        dataset = make_rows(blueprint, wanted, seed)
        write = write_csv if kind == "csv" else write_parquet_files
        return Generated(dataset, write(Path(folder), dataset, tell))

    from dbwright.data.filling import fill
    from dbwright.emit.postgresql import statements
    from dbwright.server import open_server

    with open_server(to) as server, server.connect() as connection:
        blueprint = compile_design(design, min(design.target.version, server.capabilities.major))
        wanted = asked_rows(blueprint, rows, scale, _known(blueprint, tables))
        refuse_too_many(blueprint, wanted)
        dataset = make_rows(blueprint, wanted, seed)
        # The transaction is ours, not the script's.
        ddl = list(statements(blueprint))[1:-1]
        return Generated(dataset, fill(connection, dataset, ddl, tell))


def _known(blueprint: Blueprint, tables: Mapping[str, int] | None) -> Mapping[str, int]:
    names = [t.name for t in blueprint.tables]
    for name in tables or {}:
        if name not in names:
            raise LookupError(name, nearest(name, names))
    return tables or {}


def new(target: Path, example: str = "") -> list[Path]:
    """Write a commented starter design, or one of the examples, to a file or folder that does not exist yet.

    Raise FileExistsError where something stands there, KeyError for an example that does not exist.
    """
    from dbwright.starter import starter_files

    files = starter_files(example)
    if target.suffix in (".yaml", ".yml"):
        if len(files) > 1:
            raise ValueError(f"the example {example} has several files: give a folder")
        files = {target.name: next(iter(files.values()))}
        target = target.parent
    present = [target / name for name in files if (target / name).exists()]
    if present:
        raise FileExistsError(str(present[0]))
    return write_files(target, files)


def format_design(path: Path) -> dict[Path, tuple[str, str]]:
    """Return {file: (text as it is, text as it should be)} of every file of the design; raise DesignError."""
    from dbwright.frontends.formatting import format_source

    reading = read_design(path)
    if not reading.sources:
        raise DesignError(reading.diagnostics)
    return {Path(name): (text, format_source(text, name)) for name, text in reading.sources.items()}
