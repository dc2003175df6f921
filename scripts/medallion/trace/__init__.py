"""The life of one key: what came, what became of it, and what is there now."""
