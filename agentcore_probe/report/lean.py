"""Keeps a needless second and 10 MiB out of every report: what nbformat loads to check a notebook.

jsonschema imports, where it can, what checks the format of strings; no notebook schema uses a format.
JupyterLab brings these checkers along (jupyter-events -> jsonschema[format-nongpl]), and one of them
compiles some 35 grammars when it is imported (0.8 s measured, python-jsonschema/jsonschema#1428). A
module that is None in `sys.modules` raises ImportError, which jsonschema expects; so in this process,
and in no other, the checks are left out.

nbformat's own choice, fastjsonschema, writes and compiles a program for the schema first (10 MiB,
50 ms measured) and then needs 1 ms for a notebook; jsonschema needs 15 ms for each. papermill and
nbconvert check a notebook five times, so it pays where one process makes several reports.
"""

from __future__ import annotations

import os
import sys

_FORMAT_CHECKERS = ("rfc3987_syntax", "rfc3986_validator", "isoduration")


def slim_nbformat() -> None:
    """Makes nbformat do without them; call it before anything imports nbformat."""
    for name in _FORMAT_CHECKERS:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    os.environ.setdefault("NBFORMAT_VALIDATOR", "jsonschema")


def compiled_nbformat() -> None:
    """Makes nbformat check notebooks by a compiled program: for a process that makes many."""
    os.environ["NBFORMAT_VALIDATOR"] = "fastjsonschema"
