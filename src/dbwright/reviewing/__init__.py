"""The review of a design: what a signature covers, whether it still stands, and what has changed since, in words."""
