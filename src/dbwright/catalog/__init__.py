"""A live PostgreSQL as a blueprint: tables, keys, references, checks and indexes, read in one snapshot.

What nobody designed has no access patterns, no volumes and no places in a file; rules that need those stay silent.
"""

from dbwright.catalog.reading import read_catalog

__all__ = ["read_catalog"]
