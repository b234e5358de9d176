"""No file records the address of a package registry: each machine has its own way to packages."""

from __future__ import annotations

import re

import pytest

from project_tree import ROOT, list_repository_files

# Hosts in parts, so that this file does not record one either.
HOSTS = [
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("pypi", "python", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("deb", "debian", "org"),
    ("security", "debian", "org"),
    ("ftp", "debian", "org"),
    ("apt", "postgresql", "org"),
    ("nodesource", "com"),
    ("proxy", "golang", "org"),
    ("crates", "io"),
    ("rubygems", "org"),
    ("registry-1", "docker", "io"),
]
SETTINGS = [
    r'"resolved"\s*:\s*"(http|file)',
    r"\bregistry\s*=\s*[\"']?http",
    r"--(extra-)?index" + r"-url\b",
    r"\bindex" + r"-url\s*=",
    "/opt/" + "pypi",
]
ADDRESS = re.compile("|".join([*(r"\b" + re.escape(".".join(parts)) + r"\b" for parts in HOSTS), *SETTINGS]), re.I)


def find_addresses(name: str, text: str) -> list[str]:
    """Return one line, file:line: the text found, for each address in the text."""
    lines = enumerate(text.splitlines(), start=1)
    return [f"{name}:{number}: {found[0]}" for number, line in lines for found in ADDRESS.finditer(line)]


def test_no_file_records_the_address_of_a_registry() -> None:
    findings = []
    for path in list_repository_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        findings += find_addresses(str(path.relative_to(ROOT)), text)
    assert findings == [], "\n" + "\n".join(findings)


@pytest.mark.parametrize("parts", HOSTS, ids="-".join)
def test_each_host_is_found(parts: tuple[str, ...]) -> None:
    assert len(find_addresses("a", "see https://" + ".".join(parts) + "/x")) == 1


@pytest.mark.parametrize(
    "line",
    [
        '"resolved"' + ': "https://x.example/a.tgz"',
        "registry" + "=https://x.example",
        "pip install --index" + "-url https://x.example",
        "extra-index" + "-url = https://x.example",
    ],
)
def test_each_setting_is_found(line: str) -> None:
    assert len(find_addresses("a", line)) == 1
