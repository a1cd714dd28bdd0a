"""What is measured, against what, by one command: `make bench`."""
