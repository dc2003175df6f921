"""The log: what became of every node and of every load, with counts from the tables."""
