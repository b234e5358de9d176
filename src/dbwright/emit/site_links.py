"""Addresses inside the site, as `links.js` writes and reads them."""

from __future__ import annotations

from urllib.parse import quote


def table_address(name: str) -> str:
    """Return the address of a table's page."""
    return "#/table/" + quote(name, safe=":", errors="replace")
