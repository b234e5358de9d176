"""The capacity plan as a picture: a stacked bar of tables, TOAST and indexes for each year, as inline SVG."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.capacity import Capacity, Year
from dbwright.model.quantities import show_bytes

_WIDTH, _HEIGHT = 640, 220
_LEFT, _TOP, _BOTTOM = 8, 24, 40
_KINDS = (("heap", "tables", "#3355cc"), ("toast", "TOAST", "#8899dd"), ("index", "indexes", "#d98a29"))


def capacity_chart(plan: Capacity) -> str:
    """Return the picture; its text takes the colour of the page."""
    most = max(y.bytes for y in plan.years) or 1
    title = f"Bytes year by year, up to {show_bytes(most)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" width="{_WIDTH}" '
        f'height="{_HEIGHT}" font-family="sans-serif" font-size="12" fill="currentColor"><title>{title}</title>'
    ]
    step = (_WIDTH - 2 * _LEFT) / len(plan.years)
    for number, year in enumerate(plan.years):
        parts += _bar(year, _LEFT + number * step, step, most)
    parts += _legend()
    return "".join([*parts, "</svg>"])


def _bar(year: Year, left: float, step: float, most: int) -> Iterator[str]:
    room = _HEIGHT - _TOP - _BOTTOM
    width, bottom = min(72.0, step * 0.7), float(_HEIGHT - _BOTTOM)
    start, middle = left + (step - width) / 2, left + step / 2
    for kind, word, colour in _KINDS:
        size: int = getattr(year, kind)
        height = room * size / most
        if size:
            bottom -= height
            told = f"{word}: {show_bytes(size)}"
            yield (
                f'<rect x="{start:.1f}" y="{bottom:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}">'
                f"<title>{told}</title></rect>"
            )
    yield f'<text x="{middle:.1f}" y="{bottom - 6:.1f}" text-anchor="middle">{show_bytes(year.bytes)}</text>'
    age = "first day" if not year.age else f"{year.age:g} y"
    yield f'<text x="{middle:.1f}" y="{_HEIGHT - _BOTTOM + 15}" text-anchor="middle">{age}</text>'


def _legend() -> Iterator[str]:
    for number, (_, word, colour) in enumerate(_KINDS):
        x = _LEFT + number * 90
        yield f'<rect x="{x}" y="{_HEIGHT - 14}" width="10" height="10" fill="{colour}"/>'
        yield f'<text x="{x + 15}" y="{_HEIGHT - 5}">{word}</text>'
