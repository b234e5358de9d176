"""The conformance suite: schemas, rows and statements, planned on loaded data and in the laboratory without rows.

Each module makes one workload at a size; `workloads` lists them, `comparing` plans both ways. A part of it runs as a
test, all of it as benchmarks/conformance.py.
"""
