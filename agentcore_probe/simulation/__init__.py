"""May a principal call the targets? `rows` decides each action; `documents` reads the policies."""
