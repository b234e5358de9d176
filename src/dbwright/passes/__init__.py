"""One file a step of the process: each pass reads the design and the blueprint so far, and adds what it decides.

A pass is `run(design, blueprint) -> blueprint`: pure, no input or output, valid in, valid out. Its docstring says
what it reads, decides and writes, and which source it follows. The order stands in `dbwright.pipeline.PASSES`.
"""
