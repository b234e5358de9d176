"""Every version that is installed is written down once: in constraints.txt for Python, in package-lock.json for npm."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from project_tree import ROOT

# What comes with every virtual environment, and what we are.
NOT_PINNED = {"pip", "setuptools", "dbwright"}


def read_pins() -> dict[str, str]:
    """Return the version of each package in constraints.txt, in the order of the file."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


def read_requirements() -> list[Requirement]:
    """Return all that pyproject.toml asks for: to run, to develop and to build."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    optional = [line for lines in project.get("optional-dependencies", {}).values() for line in lines]
    return [Requirement(line) for line in [*project["dependencies"], *optional, *settings["build-system"]["requires"]]]


def test_pins_are_sorted() -> None:
    assert list(read_pins()) == sorted(read_pins())


def test_every_requirement_has_a_pin_that_satisfies_it() -> None:
    pins = read_pins()
    unpinned = [
        str(requirement)
        for requirement in read_requirements()
        if not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"))
        or canonicalize_name(requirement.name) not in pins
    ]
    assert unpinned == []


def test_what_is_installed_is_what_is_pinned() -> None:
    installed = {canonicalize_name(found.metadata["Name"]): found.version for found in distributions()}
    pins = read_pins()
    strays = [f"{name}=={version}" for name, version in sorted(installed.items()) if pins.get(name) != version]
    assert [stray for stray in strays if stray.split("==")[0] not in NOT_PINNED] == []


def test_npm_tools_are_pinned_and_the_lock_is_in_step() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert locked[""]["devDependencies"] == wanted
