"""Ways in: from files to a Design whose every element knows its place; and the canonical way to write such a file.

`design_file` is the door; `nodes` reads YAML within limits, `merging` joins files, `binding` turns nodes into model
values, `resolution` finds names that lead nowhere. `formatting` writes a file anew, `sameness` proves that it may.
"""
