"""Keeps one needless second out of every report.

jsonschema imports, where it can, what checks the format of strings, and nbformat imports jsonschema;
no notebook schema uses a format. JupyterLab brings these checkers along (jupyter-events ->
jsonschema[format-nongpl]), and one of them compiles some 35 grammars when it is imported (0.8 s
measured, python-jsonschema/jsonschema#1428). A module that is None in `sys.modules` raises
ImportError, which jsonschema expects; so in this process, and in no other, the checks are left out.
"""

from __future__ import annotations

import sys

_FORMAT_CHECKERS = ("rfc3987_syntax", "rfc3986_validator", "isoduration")


def skip_format_checkers() -> None:
    """Makes jsonschema do without them; call it before anything imports nbformat."""
    for name in _FORMAT_CHECKERS:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
