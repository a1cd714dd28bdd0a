"""Executes notebooks in processes without credentials: papermill engines, the worker and its children, Jupyter's kernel."""
