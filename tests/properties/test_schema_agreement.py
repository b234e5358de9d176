"""What the JSON Schema refuses the reader refuses, and the other way round, whatever is changed in a good design."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dbwright.emit.design_schema import design_schema
from dbwright.frontends.binding import Binder
from dbwright.frontends.nodes import compose
from dbwright.model.design import Design

VALIDATOR = Draft202012Validator(design_schema())
GOOD: dict[str, Any] = {
    "design": "shop",
    "target": {"engine": "postgresql", "version": 18, "extensions": ["postgis"]},
    "horizon": "3y",
    "review": {"state": "draft", "owners": ["data"], "comments": {"first": {"on": "users", "asks": "why"}}},
    "tenancy": {"by": "tenants.tenant_id", "isolation": "row"},
    "roles": {"web": {"login": True, "connections": 5}, "support": None},
    "groups": {"stamps": {"columns": {"created_at": "timestamptz not null"}}},
    "entities": {
        "tenants": None,
        "users": {
            "columns": {
                "user_id": "uuid",
                "name": {"sql": "text", "one of": ["a", 1], "mask": "full", "location": False},
            },
            "groups": ["stamps"],
            "unique": [["user_id", "name"]],
            "check": {"rule": {"sql": "true", "about": "always"}},
            "references": {"key": {"columns": ["a", "b"], "to": "tenants", "on delete": "cascade"}},
            "rows": {"now": "2M", "growth": "5%/month", "skew": {"user_id": "zipf(1.1)"}},
            "row size": "300B",
            "retention": {"keep": "36 months", "then": "archive"},
            "storage": {"kind": "relational"},
            "partition": {"by": "list(name)", "values": {"eu": ["de"]}, "count": 4},
            "accept": [{"rule": "wide", "why": "measured"}],
        },
    },
    "relationships": ["tenants 1-n users"],
    "access": {
        "find": {
            "by": ["web"],
            "sql": "select 1",
            "parameters": {"n": 3},
            "rate": "900/s",
            "latency": {"p95": "15ms"},
            "rows": 5,
            "cache": {"ttl": "60s", "drop on": ["users"]},
        }
    },
    "availability": {"rpo": "0s", "replicas": 2},
    "x-note": {"free": ["form"]},
}
KEYS = ["sql", "keep", "when", "x-more", "nmae", "", "on delete", "columns", "by"]
VALUES: list[Any] = [
    None,
    True,
    3,
    1.5,
    "",
    "text",
    "full",
    "2M",
    "15ms",
    "forever",
    [],
    {},
    ["a"],
    [["a"]],
    {"a": "b"},
]


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value below the root."""
    steps: list[Any] = (
        list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []
    )
    found = []
    for step in steps:
        found += [(*path, step), *places(data[step], (*path, step))]
    return found


def at(data: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a path."""
    for step in path:
        data = data[step]
    return data


@st.composite
def changed_designs(draw: st.DrawFn) -> dict[str, Any]:
    """A good design with one to three changes: a value replaced, a key added, taken away or given another name."""
    data = copy.deepcopy(GOOD)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(data)))
        parent, step = at(data, path[:-1]), path[-1]
        change = draw(st.sampled_from(["replace", "add", "remove", "rename"]))
        if change == "replace" or isinstance(parent, list):
            parent[step] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        elif change == "add":
            parent[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        elif path != ("design",):  # which a part of a design may lack, so the schema does not ask for it
            value = parent.pop(step)
            if change == "rename":
                parent[draw(st.sampled_from(KEYS))] = value
    data.setdefault("design", "shop")
    return data


def reader_refuses(data: Any) -> list[str]:
    """Return what the reader says about data written as JSON, which is YAML."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    root = compose(text, "shop")
    assert root is not None
    binder = Binder({"shop": text})
    binder.model(Design, root)
    return [d.message for d in binder.diagnostics]


def schema_refuses(data: Any) -> list[str]:
    """Return what the schema says about data."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)]


def test_the_good_design_is_good_to_both() -> None:
    assert (reader_refuses(GOOD), schema_refuses(GOOD)) == ([], [])


@settings(max_examples=300, deadline=None)
@given(changed_designs())
def test_reader_and_schema_refuse_the_same(data: dict[str, Any]) -> None:
    reader, schema = reader_refuses(data), schema_refuses(data)
    assert bool(reader) == bool(schema), f"reader: {reader}; schema: {schema}"
