"""The probes, one for each access method, and the run that makes a record of their results."""
