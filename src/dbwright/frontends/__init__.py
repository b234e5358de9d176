"""Ways in: from files to a Design whose every element knows its place.

`design_file` is the door; `nodes` reads YAML within limits, `binding` turns nodes into model values, `merging` joins
files, `resolution` finds names that lead nowhere.
"""
