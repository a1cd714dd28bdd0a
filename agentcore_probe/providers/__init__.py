"""Identity providers: one file for each."""
