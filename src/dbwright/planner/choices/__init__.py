"""Chooses beyond indexes: partition keys, summaries, counters and copied columns, each tried as a design of its own.

A candidate is a change of the design. It is compiled like any other design, so that what a change brings along (keys
that grow, triggers, indexes by rule) is priced with it, and planned at the horizon in a laboratory of its own.
"""
