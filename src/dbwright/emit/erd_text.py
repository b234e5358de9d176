"""How wide a text is, without a browser: a table of character widths, on the wide side of what systems ship.

Widths are advance widths in hundredths of an em, as DejaVu Sans has them: it is the widest of the usual system fonts,
so that a text measured here fits in Segoe UI, San Francisco, Roboto and Noto Sans too.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_WIDTHS = {
    "ijl": 28,
    "I": 30,
    " .,;:|": 34,
    "f'": 36,
    "t-()[]/\\": 40,
    "r": 42,
    '"!': 46,
    "s_z?*": 53,
    "ckvxy": 59,
    "a": 62,
    "bdeghnopqu$0123456789": 64,
    "FLJESTXYBPZKV": 66,
    "ACRDU": 74,
    "HGNOQ": 79,
    "w<>=+~#^": 84,
    "%&": 95,
    "mMWÆ@—…": 100,
}
_EM = {character: width / 100 for characters, width in _WIDTHS.items() for character in characters}
_BOLDER = 1.1


@cache
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width in pixels of a text of `size` pixels."""
    return sum(_em(character) for character in text) * size * (_BOLDER if bold else 1.0)


def shorten(text: str, limit: float, size: float, bold: bool = False) -> str:
    """Return the text, or as much of its start as fits in `limit` pixels with an ellipsis."""
    if text_width(text, size, bold) <= limit:
        return text
    kept = text
    while kept and text_width(f"{kept}…", size, bold) > limit:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


@cache
def _em(character: str) -> float:
    known = _EM.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    letter = unicodedata.normalize("NFKD", character)[0]
    return _EM.get(letter, 0.8)
