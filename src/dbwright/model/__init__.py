"""What a design and a blueprint are: frozen dataclasses, no input or output.

`design`, `entity`, `access` and `operations` hold what a person writes; `blueprint`, `decision` and `claim` hold what
the compiler decides. `shape` says how a class stands in the design file; the reader and the JSON Schema follow it.
"""
