"""`new`, `explain`, `build` and `schema` show what the Python API returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from command_line import run_here, run_process, write_design
from dbwright.api import check
from dbwright.starter import STARTER, example_names, starter_files


def test_new_writes_a_design_that_has_no_findings(tmp_path: Path) -> None:
    ended = run_process("new", folder=tmp_path)
    assert (ended.code, ended.out) == (0, f"{STARTER}\n")
    assert ended.err == f"next, type: dbwright check {STARTER}\n"
    assert check(tmp_path / STARTER).diagnostics == ()


def test_new_takes_a_file_or_a_folder(tmp_path: Path) -> None:
    assert run_here("new", str(tmp_path / "a" / "crm.design.yaml")).code == 0
    assert run_here("new", str(tmp_path / "b")).code == 0
    assert (tmp_path / "a" / "crm.design.yaml").read_text() == (tmp_path / "b" / STARTER).read_text()


@pytest.mark.parametrize("example", example_names())
def test_new_writes_each_example_to_a_folder_of_its_own(example: str, tmp_path: Path) -> None:
    ended = run_process("new", "--example", example, folder=tmp_path)
    assert ended.code == 0
    assert sorted(path.name for path in (tmp_path / example).iterdir()) == sorted(starter_files(example))
    assert run_here("check", str(tmp_path / example)).code == 0


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    design = write_design(tmp_path, "mine", STARTER)
    ended = run_here("new", str(tmp_path))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {design} exists, and is not overwritten\n")
    assert design.read_text() == "mine"


def test_an_unknown_example_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        starter_files("../fediflow")


@pytest.mark.parametrize("name", ["orders", "orders.status", "web", "order-history", "indexes/orders_created_at_idx"])
def test_explain_knows_what_a_design_consists_of(name: str, tmp_path: Path) -> None:
    design = str(write_design(tmp_path))
    known = run_here("explain", design).out.splitlines()
    name = next(code for code in known if code.startswith("indexes/orders")) if name.startswith("indexes/") else name
    ended = run_here("explain", design, name)
    assert (ended.code, ended.err) == (0, "")
    assert "\n  why: " in ended.out
    decisions = json.loads(run_here("explain", design, name, "--format", "json").out)
    assert [d["code"] for d in decisions] == [line for line in ended.out.splitlines() if line in known]


def test_explain_tells_the_place_and_what_was_turned_down(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    code = next(c for c in run_here("explain", str(design)).out.splitlines() if c.startswith("indexes/"))
    shown = run_here("explain", str(design), code).out
    assert f"  --> {design}:" in shown
    assert "  instead of: " in shown
    assert "  serves: access.order-history" in shown


def test_explain_lists_every_code_once(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    blueprint = check(design).blueprint
    assert blueprint is not None
    codes = [decision.code for decision in blueprint.decisions]
    assert run_here("explain", str(design)).out.splitlines() == codes
    assert json.loads(run_here("explain", str(design), "--format", "json").out) == codes


@pytest.mark.parametrize(("typed", "meant"), [("order", "orders"), ("order.status", "orders.status"), ("wep", "web")])
def test_explain_answers_an_unknown_name_with_the_nearest(typed: str, meant: str, tmp_path: Path) -> None:
    ended = run_here("explain", str(write_design(tmp_path)), typed)
    assert (ended.code, ended.out) == (1, "")
    assert f"did you mean `{meant}`?" in ended.err


def test_explain_tells_where_nothing_was_decided(tmp_path: Path) -> None:
    ended = run_here("explain", str(write_design(tmp_path)), "tenants_pkey")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "`tenants_pkey` stands as it was written; nothing was decided about it\n"


def test_build_names_what_it_writes_next_to_the_design(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    ended = run_here("build", str(design), "--target", "postgresql", "--target", "mermaid")
    written = [Path(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert written[0] == tmp_path / "built" / "ddl" / "schema.sql"
    assert sorted(written) == sorted(path for path in (tmp_path / "built").rglob("*") if path.is_file())
    assert ended.err == f"built {len(written)} files in {tmp_path}/built\n"


def test_build_writes_a_folder_of_designs_next_to_them(tmp_path: Path) -> None:
    write_design(tmp_path)
    assert run_here("build", str(tmp_path), "--target", "postgresql").code == 0
    assert (tmp_path / "built" / "ddl" / "schema.sql").is_file()


def test_build_compiles_for_another_version(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    texts = []
    for version in ("15", "18"):
        output = tmp_path / version
        assert (
            run_here("build", str(design), "-o", str(output), "--version", version, "--target", "postgresql").code == 0
        )
        texts.append((output / "ddl" / "schema.sql").read_text())
    assert texts[0] != texts[1]


def test_build_gives_the_same_bytes_each_time(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    folders = [tmp_path / "1", tmp_path / "2"]
    for folder in folders:
        assert run_process("build", str(design), "-o", str(folder), PYTHONHASHSEED=folder.name).code == 0
    trees = [{p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in folders]
    assert len(trees[0]) > 10
    assert trees[0] == trees[1]


def test_schema_prints_both_schemas() -> None:
    for words in (["schema"], ["schema", "--case"]):
        ended = run_here(*words)
        assert ended.code == 0
        Draft202012Validator.check_schema(json.loads(ended.out))
    assert "entities" in json.loads(run_here("schema").out)["properties"]
    assert "claims" in json.loads(run_here("schema", "--case").out)["properties"]


def test_rules_are_listed_and_each_has_a_manual_page() -> None:
    codes = [line.split()[0] for line in run_here("rules").out.splitlines()]
    manuals = json.loads(run_here("rules", "--format", "json").out)
    assert codes == list(manuals) == sorted(codes)
    for code in codes:
        shown = run_here("explain", code)
        assert (shown.code, shown.out.rstrip()) == (0, manuals[code].rstrip())
        assert all(part in shown.out for part in ("What it does:", "Why it matters:", "Instead of:", "Write:"))


def test_a_code_that_is_no_rule_is_taken_for_a_design_that_is_missing() -> None:
    ended = run_here("explain", "forth-normal-form")
    assert ended.code == 2
    assert "forth-normal-form cannot be read" in ended.err + ended.out
