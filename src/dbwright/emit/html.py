"""HTML that is safe by construction: text becomes markup only through `element`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape as _escape

_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPECIAL = re.compile(r"""[\x00-\x08\x0b-\x1f\x7f-\x9f&<>"']""")


class Html(str):
    """Markup: what a plain string becomes once it is escaped."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Return text as markup; markup stays as it is."""
    if isinstance(text, Html):
        return text
    return Html(_escape(_CONTROL.sub("\ufffd", text)) if _SPECIAL.search(text) else text)


def element(tag: str, attributes: Mapping[str, str] | None = None, *children: str) -> Html:
    """Return `<tag …>children</tag>`; children and attribute values are escaped unless they are markup already."""
    named = "".join([f' {name}="{escape(str(value))}"' for name, value in attributes.items()]) if attributes else ""
    if tag in _VOID:
        return Html(f"<{tag}{named}>")
    return Html(f"<{tag}{named}>{together(*children)}</{tag}>")


def together(*children: str) -> Html:
    """Return pieces one after the other, each escaped unless it is markup already."""
    return Html("".join([c if isinstance(c, Html) else escape(c) for c in children]))
