"""Claims to verdicts: each family has an experiment that tests its claims on a real server.

`bench` is the loaded and filled database that experiments share; `experiments` names the module of each family, which
offers `test(bench, claim) -> Outcome`; `run` puts them together; `case` is the assurance case that comes out.
"""
