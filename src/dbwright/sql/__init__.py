"""PostgreSQL's grammar, read through libpg_query (`postgast`): column lines, access patterns, verbatim objects.

Nothing here decides what SQL means; it finds names and places. The server has the last word.
"""
