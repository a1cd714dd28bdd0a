"""Facts: frozen types, and nothing that acts."""
