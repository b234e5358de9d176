"""SQLAlchemy models: valid for every design, formatted, typed, and without two relationships that write one column."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, text
from sqlalchemy.orm import DeclarativeBase, RelationshipProperty, configure_mappers
from sqlalchemy.schema import CreateTable

from dbwright.emit import sqlalchemy as emitter
from dbwright.emit.identifiers import RESERVED, identifier, model_names
from dbwright.emit.sqlalchemy_text import escape_colons
from model_designs import DESIGNS, ROOT, blueprint_of, emitted, import_text, run_tool

PATH = "models/sqlalchemy_models.py"


@pytest.mark.parametrize("design", DESIGNS)
def test_models_are_the_same_each_time(design: str) -> None:
    assert emitter.emit(blueprint_of(design)) == emitted("sqlalchemy", design)
    assert list(emitted("sqlalchemy", design)) == [PATH]


@pytest.mark.parametrize("design", DESIGNS)
def test_models_load_and_configure_without_a_warning(design: str, tmp_path: Path) -> None:
    (tmp_path / "sqlalchemy_models.py").write_text(emitted("sqlalchemy", design)[PATH], encoding="utf-8")
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nimport sqlalchemy_models\n"
    script += "from sqlalchemy.orm import configure_mappers; configure_mappers()"
    assert run_tool("-W", "error", "-c", script) == (0, "")


def test_models_are_formatted_and_clean_and_typed(tmp_path: Path) -> None:
    paths = [tmp_path / f"{design}_models.py" for design in DESIGNS]
    for path, design in zip(paths, DESIGNS, strict=True):
        path.write_text(emitted("sqlalchemy", design)[PATH], encoding="utf-8")
    settings = ("--no-cache", "--config", ROOT / "pyproject.toml")
    for arguments in (("format", "--diff"), ("check",)):
        code, said = run_tool("-m", "ruff", *arguments, *settings, *paths)
        assert code == 0, said
    configuration = tmp_path / "mypy.ini"
    configuration.write_text("[mypy]\nstrict = true\n", encoding="utf-8")
    code, said = run_tool("-m", "mypy", "--config-file", configuration, "--cache-dir", tmp_path / "cache", *paths)
    assert code == 0, said


@pytest.mark.parametrize("design", DESIGNS)
def test_each_column_is_written_by_one_relationship(design: str, tmp_path: Path) -> None:
    models = import_text(emitted("sqlalchemy", design)[PATH], tmp_path / f"written_{design}.py")
    configure_mappers()
    base: type[DeclarativeBase] = models.Base
    for mapper in base.registry.mappers:
        writers: dict[str, list[str]] = {}
        forward = [r for r in mapper.relationships if r.direction.name == "MANYTOONE" and not r.viewonly]
        for relationship in forward:
            for _, written in relationship.synchronize_pairs:
                writers.setdefault(str(written), []).append(relationship.key)
        assert [names for names in writers.values() if len(names) > 1] == []


@pytest.mark.parametrize("design", DESIGNS)
def test_every_foreign_key_is_a_relationship_with_both_ends(design: str, tmp_path: Path) -> None:
    models = import_text(emitted("sqlalchemy", design)[PATH], tmp_path / f"ends_{design}.py")
    configure_mappers()
    found: list[RelationshipProperty[object]] = [
        r for mapper in models.Base.registry.mappers for r in mapper.relationships if r.direction.name == "MANYTOONE"
    ]
    keys = [k for table in blueprint_of(design).tables for k in table.foreign_keys]
    assert len(found) == len(keys)
    assert [r.key for r in found if r.mapper.relationships[str(r.back_populates)].back_populates != r.key] == []


def test_only_the_reference_to_the_tenant_writes_the_tenant(tmp_path: Path) -> None:
    models = import_text(emitted("sqlalchemy", "fediflow")[PATH], tmp_path / "tenant_models.py")
    configure_mappers()
    relationships = models.User.__mapper__.relationships
    assert [str(c) for _, c in relationships["tenant"].synchronize_pairs] == ["users.tenant_id"]
    assert [str(c) for _, c in relationships["advisor"].synchronize_pairs] == ["users.advisor_id"]
    follow = models.Follow.__mapper__.relationships
    assert sorted(follow.keys()) == ["followee", "follower"]
    assert {"follows_by_followee", "follows_by_follower"} <= {*models.User.__mapper__.relationships.keys()}


def test_a_key_on_columns_that_others_write_is_only_read(tmp_path: Path) -> None:
    models = import_text(emitted("sqlalchemy", "every_type")[PATH], tmp_path / "viewonly_models.py")
    configure_mappers()
    assert [r.key for r in models.Child.__mapper__.relationships if r.viewonly] == ["parent_3"]


def test_a_unique_reference_leads_back_to_one_row(tmp_path: Path) -> None:
    models = import_text(emitted("sqlalchemy", "every_type")[PATH], tmp_path / "single_models.py")
    configure_mappers()
    relationships = models.Child.__mapper__.relationships
    assert (relationships["profiles"].uselist, relationships["parents_by_favourite_child"].uselist) == (False, True)


def test_a_table_without_a_key_is_mapped_by_all_its_columns(tmp_path: Path) -> None:
    blueprint = blueprint_of("every_type")
    profiles = blueprint.table("profiles")
    assert profiles is not None
    keyless = replace(blueprint, tables=(replace(profiles, primary_key=None, foreign_keys=()),))
    models = import_text(emitter.emit(keyless)[PATH], tmp_path / "keyless_models.py")
    configure_mappers()
    assert [c.name for c in models.Profile.__mapper__.primary_key] == ["child_id", "child", "created_at", "updated_at"]
    assert list(models.Profile.__table__.primary_key) == []


@pytest.mark.parametrize("design", DESIGNS)
def test_names_are_valid_and_unique(design: str) -> None:
    names = model_names(blueprint_of(design))
    classes = list(names.classes.values())
    assert len(set(classes)) == len(classes)
    for attributes in names.attributes.values():
        found = list(attributes.values())
        assert len(set(found)) == len(found)
        assert [n for n in [*found, *classes] if not n.isidentifier() or n in RESERVED] == []


@given(st.text(max_size=90))
def test_any_name_becomes_an_identifier_that_python_does_not_fold(name: str) -> None:
    found = identifier(name, "column")
    assert found.isidentifier()
    assert len(found) <= 40
    tree = ast.parse(found, mode="eval") if found not in RESERVED else None
    assert tree is None or ast.unparse(tree) == found


def test_nothing_that_declarative_classes_keep_is_an_attribute() -> None:
    class Probe(DeclarativeBase):
        """A declarative base as it comes."""

    assert sorted(n for n in vars(Probe) if not n.startswith("_") and n not in RESERVED) == []


SQL = st.text(st.sampled_from("ab1_$: \\'(?)"), max_size=24)


@given(SQL)
def test_text_gives_the_sql_back(sql: str) -> None:
    assert str(text(escape_colons(sql)).compile()) == sql


def test_checks_keep_percent_signs_and_colons() -> None:
    check = "x <> 'a:b ::text :x %s \\:y' and x ~ '(?:a|b)'"
    table = Table("t", MetaData(), Column("x", Integer), CheckConstraint(escape_colons(check)))
    assert f"CHECK ({check})" in str(CreateTable(table))


def test_writing_models_imports_none_of_their_libraries() -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom importlib import import_module\n"
        "from dbwright.frontends.design_file import load_design\nfrom dbwright.pipeline import compile_design\n"
        f"blueprint = compile_design(load_design(Path({str(DESIGNS['fediflow'])!r})))\n"
        "for target in ('sqlalchemy', 'pydantic', 'json_schema', 'migration'):\n"
        "    import_module(f'dbwright.emit.{target}').emit(blueprint)\n"
        "print(sorted({'sqlalchemy', 'pydantic', 'jsonschema', 'psycopg', 'numpy', 'rich'} & set(sys.modules)))"
    )
    assert run_tool("-c", script) == (0, "[]\n")
