"""Rejected rows: what there is, and what shall become of it."""
