"""The style sheet of a page that stands alone; colours follow the reader's own setting."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --text: #1c2024; --quiet: #60646c; --line: #d9dce1; --paper: #ffffff;
  --shade: #f5f6f8; --link: #1a5fb4; --warn: #fff4d6; --warn-line: #e0b340; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8eaed; --quiet: #a0a6ae; --line: #3a3f47; --paper: #16181c; --shade: #1f2227; --link: #7fb4ff;
    --warn: #3a3014; --warn-line: #8a6d1f; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); color: var(--text);
  background: var(--paper); font: 15px/1.5 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; border-right: 1px solid var(--line);
  background: var(--shade); font-size: 13px; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .1rem 0; text-decoration: none; color: var(--text); overflow-wrap: anywhere; }
nav a code { background: none; padding: 0; }
nav .level2 { margin-top: .6rem; font-weight: 600; }
nav .level3 { padding-left: .8rem; }
main { padding: 1.5rem 2rem 4rem; max-width: 84rem; }
h1, h2, h3, h4 { line-height: 1.25; margin: 2rem 0 .6rem; overflow-wrap: anywhere; }
h1 { margin-top: 0; font-size: 1.9rem; }
h2 { font-size: 1.4rem; padding-bottom: .3rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.15rem; margin-top: 2.4rem; }
h3 > code { font-size: 1em; font-weight: 600; background: none; padding: 0; }
h4 { font-size: .8rem; text-transform: uppercase; letter-spacing: .05em; color: var(--quiet); margin-bottom: .3rem; }
.here { color: var(--quiet); text-decoration: none; visibility: hidden; }
:is(h1, h2, h3, h4):hover .here, .here:focus { visibility: visible; }
a { color: var(--link); }
code { font: .88em ui-monospace, monospace; background: var(--shade); padding: .05em .3em; border-radius: 3px;
  overflow-wrap: anywhere; }
th code, td code { overflow-wrap: break-word; }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: 4px; padding: .8rem; overflow: auto; }
pre code { background: none; padding: 0; }
.wide { overflow-x: auto; margin: .4rem 0 1rem; }
table { border-collapse: collapse; min-width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th { background: var(--shade); font-weight: 600; white-space: nowrap; }
tr:target td, :is(h1, h2, h3, h4):target { background: var(--warn); }
.unsaid { background: var(--warn); border-left: 4px solid var(--warn-line); padding: .5rem .8rem; }
details > summary { cursor: pointer; color: var(--link); }
@media (max-width: 60rem) {
  body { display: block; }
  nav { display: none; }
  main { padding: 1rem; }
  table:has(th:nth-child(4)) { min-width: 38rem; }
  table:has(th:nth-child(6)) { min-width: 52rem; }
}
@media print {
  body { display: block; font-size: 10pt; }
  nav, .here { display: none; }
  main { padding: 0; max-width: none; }
  .wide { overflow: visible; }
  table { font-size: 8.5pt; }
  tr, h1, h2, h3, h4 { break-inside: avoid; }
  h1, h2, h3, h4 { break-after: avoid; }
}
"""
"""Style rules; the page puts them into one `style` element."""
