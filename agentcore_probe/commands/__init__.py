"""One module a command: it runs the probe, prints the result and returns the exit code."""
