"""`doctor`: what this machine, its credentials and its network need for a run, checked without calling a target.

A kind of check is a module in `doctor/checks/` that defines `CHECK`; nothing else has to be changed for a new one.
"""
