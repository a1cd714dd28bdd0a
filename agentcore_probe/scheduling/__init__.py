"""Hands work to a Dask cluster: the client's side, and the task that a worker executes. The scheduler is Dask's own.

Nothing here knows what the work is: a task is a function of this package with its request, a text, and so is its
result. No object of this package is pickled, apart from the functions' names.
"""
