"""Workloads and published algorithms that the advisor is measured against."""
