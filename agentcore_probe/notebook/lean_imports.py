"""Leaves out modules that papermill, nbformat and nbconvert import and that a report does not need.

Importing a module that is None in `sys.modules` raises ImportError, which these packages expect. In this process only,
these modules are left out:

- Checkers for the format of strings in a JSON schema; no notebook schema uses a format. JupyterLab installs them
  (jupyter-events -> jsonschema[format-nongpl]), and one of them compiles some 35 grammars when it is imported
  (0.8 s measured, python-jsonschema/jsonschema#1428).
- papermill's access to S3 and nbconvert's web server: boto3 and most of tornado (0.05 s, 9 MiB measured).

nbformat's default validator, fastjsonschema, first writes and compiles a program for the schema (10 MiB, 50 ms
measured) and then needs 1 ms for a notebook; jsonschema needs 15 ms for each. papermill and nbconvert check a notebook
five times, so fastjsonschema pays off only in a process that makes several reports.
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
    """Leaves the modules out. Call it before anything imports nbformat, papermill or nbconvert."""
    for name in _LEFT_OUT:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    os.environ.setdefault("NBFORMAT_VALIDATOR", "jsonschema")


def compiled_nbformat() -> None:
    """Makes nbformat check notebooks with a compiled program, for a process that makes many reports."""
    os.environ["NBFORMAT_VALIDATOR"] = "fastjsonschema"
