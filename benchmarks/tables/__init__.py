"""One module for each table, or for several of the same approaches."""
