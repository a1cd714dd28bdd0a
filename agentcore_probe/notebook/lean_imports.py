"""Keeps out of every report what papermill, nbformat and nbconvert import without a need for it here.

A module that is None in `sys.modules` raises ImportError, which each of them expects; so in this process,
and in no other, it is left out:

- What checks the format of strings in a JSON schema; no notebook schema uses a format. JupyterLab brings these
  checkers along (jupyter-events -> jsonschema[format-nongpl]), and one of them compiles some 35 grammars when it
  is imported (0.8 s measured, python-jsonschema/jsonschema#1428).
- papermill's notebooks on S3 and nbconvert's own web server: boto3 and most of tornado (0.05 s, 9 MiB measured).

nbformat's own choice of a validator, fastjsonschema, writes and compiles a program for the schema first (10 MiB,
50 ms measured) and then needs 1 ms for a notebook; jsonschema needs 15 ms for each. papermill and
nbconvert check a notebook five times, so it pays where one process makes several reports.
"""

from __future__ import annotations

import os
import sys

_LEFT_OUT = (
    "rfc3987_syntax",
    "rfc3986_validator",
    "isoduration",
    "papermill.s3",
    "nbconvert.postprocessors.serve",
)


def slim() -> None:
    """Makes them do without; call it before anything imports nbformat, papermill or nbconvert."""
    for name in _LEFT_OUT:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    os.environ.setdefault("NBFORMAT_VALIDATOR", "jsonschema")


def compiled_nbformat() -> None:
    """Makes nbformat check notebooks by a compiled program: for a process that makes many."""
    os.environ["NBFORMAT_VALIDATOR"] = "fastjsonschema"
