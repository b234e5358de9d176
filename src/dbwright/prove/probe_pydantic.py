"""Run alone, in a Python of its own: has each Pydantic read model validate rows of its table.

Given JSON with `path` and `tables`, a list of [name, rows as JSON texts] in the order of the design, prints JSON: how
many rows were taken, or which one was refused and why.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import warnings
from typing import Any


def answer(path: str, tables: list[tuple[str, list[str]]]) -> dict[str, object]:
    """Import the models and validate the rows; a warning counts as an error."""
    import pydantic

    warnings.simplefilter("error")
    spec = importlib.util.spec_from_file_location("pydantic_models", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # annotations are looked up in the module of their class
    spec.loader.exec_module(module)
    models: list[Any] = module.ReadModel.__subclasses__()
    if len(models) != len(tables):
        return {"ok": False, "error": f"{len(models)} read models for {len(tables)} tables"}
    taken = 0
    for model, (name, rows) in zip(models, tables, strict=True):
        for row in rows:
            try:
                model.model_validate_json(row)
            except pydantic.ValidationError as error:
                first = error.errors(include_url=False, include_context=False)[0]
                place = ".".join(str(part) for part in first["loc"])
                reason = f"{model.__name__} refuses a row of `{name}`: {place}: {first['msg']}"
                return {"ok": False, "error": reason}
            taken += 1
    return {"ok": True, "models": len(models), "rows": taken}


if __name__ == "__main__":
    question = json.load(sys.stdin)
    try:
        found = answer(question["path"], question["tables"])
    except Exception as error:  # whatever models raise is the answer
        found = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(found))
