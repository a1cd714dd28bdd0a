"""Executes notebooks in clean processes: the papermill engines, the worker, its children, Jupyter's own kernel."""
