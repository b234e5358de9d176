"""The look of diagrams: colours as variables that follow the reader's own setting, and that a page may set itself."""

from __future__ import annotations

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'

HUES = (214, 158, 32, 272, 190, 345, 88, 240)
"""Hues of areas in degrees, in their order; a ninth area has the first hue again."""

LIGHT = (
    "--erd-paper: #fff; --erd-text: #1c2024; --erd-quiet: #60646c; --erd-rule: #e3e6ea; --erd-edge: #b9bec7; "
    "--erd-area: 97.5%; --erd-area-edge: 88%; --erd-head: 91%; --erd-label: 36%; --erd-line: 52%; --erd-strong: 34%; "
    "--erd-wash: 1;"
)
"""The variables on light paper; a page with a switch of its own gives `.erd` these or those of DARK."""

DARK = (
    "--erd-paper: #16181c; --erd-text: #e8eaed; --erd-quiet: #a0a6ae; --erd-rule: #2b3037; --erd-edge: #4a515c; "
    "--erd-area: 11.5%; --erd-area-edge: 22%; --erd-head: 23%; --erd-label: 76%; --erd-line: 58%; --erd-strong: 78%; "
    "--erd-wash: .5;"
)
"""The variables on dark paper."""


def _soft(lightness: str) -> str:
    """Return a large surface's colour, paler on dark paper."""
    return f"hsl(var(--erd-hue) calc(var(--erd-tint) * var(--erd-wash)) var({lightness}))"


def _clear(lightness: str, tint: str = "var(--erd-tint)") -> str:
    return f"hsl(var(--erd-hue) {tint} var({lightness}))"


# The first colour of each pair is for programs that know no variables.
_RULES = (
    (".erd text", "fill: #1c2024; fill: var(--erd-text)"),
    (".erd .erd-paper", "fill: #fff; fill: var(--erd-paper)"),
    (".erd-area", f"fill: #f5f6f8; fill: {_soft('--erd-area')}; stroke: #d9dce1; stroke: {_soft('--erd-area-edge')}"),
    (
        ".erd .erd-label",
        f"font-size: 13px; font-weight: 600; fill: {_clear('--erd-label')}; stroke: {_soft('--erd-area')}; "
        "stroke-width: 5px; stroke-linejoin: round; paint-order: stroke",
    ),
    (".erd-body", "fill: #fff; fill: var(--erd-paper); stroke: #b9bec7; stroke: var(--erd-edge)"),
    (".erd-head", f"fill: #e8ebf0; fill: {_soft('--erd-head')}"),
    (".erd-quiet .erd-body", "stroke-dasharray: 4 3"),
    (".erd-focus .erd-body", f"stroke: {_clear('--erd-line')}; stroke-width: 2px"),
    (".erd-rule", "fill: none; stroke: #e3e6ea; stroke: var(--erd-rule)"),
    (".erd-title", "font-size: 13px; font-weight: 600"),
    (".erd-name", "font-size: 12px"),
    (".erd-key", "font-weight: 600"),
    (".erd .erd-type, .erd .erd-more", "font-size: 11px; fill: #60646c; fill: var(--erd-quiet)"),
    (".erd .erd-null", "font-style: italic"),
    (".erd .erd-mark", f"font-size: 9px; font-weight: 600; fill: #60646c; fill: {_clear('--erd-label')}"),
    (
        ".erd-line, .erd-end",
        f"fill: none; stroke: #7d8693; stroke: {_clear('--erd-line', 'calc(var(--erd-tint) * .7)')}; "
        "stroke-width: 1.25px",
    ),
    (".erd-end", "fill: #fff; fill: var(--erd-paper)"),
    (".erd-crowd .erd-line", "opacity: .5"),
    (
        ".erd-reference:hover > *, .erd-reference.erd-on > *",
        f"stroke: {_clear('--erd-strong', '80%')}; stroke-width: 2.25px; opacity: 1",
    ),
    (".erd a", "cursor: pointer; text-decoration: none"),
    (
        ".erd a:hover .erd-body, .erd a:focus-visible .erd-body",
        f"stroke: {_clear('--erd-line', '60%')}; stroke-width: 2px",
    ),
    (".erd a:hover .erd-title", "text-decoration: underline"),
)

STYLE = "\n".join(
    [
        f".erd {{ color-scheme: light dark; font-family: {FONT}; {LIGHT} }}",
        f"@media (prefers-color-scheme: dark) {{ .erd {{ {DARK} }} }}",
        f"@media print {{ .erd {{ {LIGHT} }} }}",
        ".erd-plain { --erd-hue: 220; --erd-tint: 10%; }",
        *(f".erd-hue-{number} {{ --erd-hue: {hue}; --erd-tint: 45%; }}" for number, hue in enumerate(HUES)),
        *(f"{selector} {{ {rules}; }}" for selector, rules in _RULES),
        "",
    ]
)
"""Style rules for every diagram; a page that shows several includes them once."""
