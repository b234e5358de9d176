"""Chooses indexes for statements with weights, under a budget of bytes: by search with a bound, from the real planner.

`workload` reads the statements, `candidates` says which indexes could serve them, `trials` asks the laboratory what
each is worth, `programme` chooses by an integer programme whose gap is known, `search` improves the choice by asking
again, and `advice` is what comes out.
"""
