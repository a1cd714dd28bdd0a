"""The variables that a process which executes notebooks may have: none of them holds a credential."""

from __future__ import annotations

import os

_HARMLESS = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "MPLCONFIGDIR",
    "PYTHONPATH",
    "PYTHONHASHSEED",
    "PYDANTIC_DISABLE_PLUGINS",
    "JUPYTER_PATH",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
    "USERPROFILE",
    "APPDATA",
    "TEMP",
)
FOR_NOTEBOOKS = {
    # ipykernel's own choice: figures are shown at the end of their cell, and no figure is lost.
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # numpy's library starts a thread for each core when it is imported, and a process with threads must not be forked.
    "OPENBLAS_NUM_THREADS": "1",
}
"""What the worker adds to them."""


def clean_environment() -> dict[str, str]:
    """The environment of a process that executes notebooks: no variable of it holds a credential."""
    return {name: os.environ[name] for name in _HARMLESS if name in os.environ}
