"""What can be said of tables before they have rows: how many rows, which values, and how many bytes on disk.

`layout` packs values into rows and rows into pages, `trees` and `methods` do it for indexes, `facts` holds what is
known of values. No server is asked, so that the passes, the planner and whoever makes rows count alike.
"""
