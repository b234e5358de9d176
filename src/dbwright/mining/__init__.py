"""What data say of a design: dependencies they refute or suggest, column sets that never repeat, lists in values.

A dependency found in data is a hypothesis; one that data refute is a fact, with two rows that show it. Source: shared
facts on normalization, sections 1.3 and 1.4.
"""
