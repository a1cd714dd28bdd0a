"""Keeps one needless second out of every report.

JupyterLab brings `rfc3987-syntax` along (jupyter-events -> jsonschema[format-nongpl]), and
jsonschema imports it, if it can, to check the formats "iri" and "iri-reference"; the import
compiles some 35 grammars (0.8 s measured, python-jsonschema/jsonschema#1428). nbformat imports
jsonschema and its schema uses neither format. A module that is None in `sys.modules` raises
ImportError, which jsonschema expects; so in this process, and in no other, the check is left out.
"""

from __future__ import annotations

import sys


def skip_iri_grammars() -> None:
    """Makes jsonschema do without `rfc3987_syntax`; call it before anything imports nbformat."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
