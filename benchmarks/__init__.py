"""Benchmarks of whole commands (`make bench`) and under load (`make load`)."""
