"""The real planner at any scale: a server without rows that plans as if it had them, and what can be asked of it.

`statistics` says what a planner looks at, `transplant` reads it from a loaded server, and `laboratory` makes a
throw-away server believe it.
"""
