"""The index: one page about many environments."""
