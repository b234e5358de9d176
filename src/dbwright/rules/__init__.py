"""Defects that are looked for: one function a rule, its name the code, its docstring the manual page.

A rule takes the blueprint and yields diagnostics. `registry.judge` runs them all, less what the design accepts.
"""
