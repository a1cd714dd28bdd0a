"""Lets papermill, nbformat and nbconvert import only what a report needs.

They import clients, converters and stores that our engine and our template never use: together 0.5 s of processor time
(measured).

nbformat's default validator, fastjsonschema, first writes and compiles a program for the schema (10 MiB, 35 ms
measured) and then needs 1 ms for a notebook; jsonschema needs 10 ms. A notebook is checked twice, so fastjsonschema
pays off only in a process that makes several reports.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from types import ModuleType, SimpleNamespace

from agentcore_probe.late_imports import LateImports

_DONE_WITHOUT: Mapping[str, str] = {
    # Checkers for the format of strings; no notebook schema uses a format. JupyterLab installs them
    # (jupyter-events -> jsonschema[format-nongpl]), and one of them compiles some 35 grammars when it is imported
    # (0.8 s measured, python-jsonschema/jsonschema#1428).
    "jsonschema._format": "idna isoduration jsonpointer rfc3986_validator rfc3987_syntax webcolors",
}
"""By module, what it imports where it is installed, and can do without."""

_LATER: Mapping[str, str] = {
    "papermill.execute": ".iorw",
    "papermill.engines": ".clientwrap entrypoints",  # nbclient, which only Jupyter's own kernel needs
    "papermill.iorw": "entrypoints gcsfs gcsfs.retry github pyarrow.fs requests tenacity .abs .adl .s3",
    "nbconvert.exporters": ".asciidoc .latex .markdown .notebook .pdf .python .qtpdf .qtpng .rst .script .slides .webpdf",
    "nbconvert.exporters.html": "bs4 nbconvert.filters.markdown_mistune",
    "nbconvert.filters": ".ansi .citation .latex .markdown .metadata .pandoc .strings",
    "nbconvert.filters.markdown_mistune": "bs4",
    "nbconvert.filters.strings": "bleach nbconvert.preprocessors.sanitize",
    "nbconvert.postprocessors": ".serve",
    "nbconvert.preprocessors": "nbclient.exceptions .clearmetadata .clearoutput .coalescestreams .convertfigures"
    " .csshtmlheader .execute .extractattachments .extractoutput .highlightmagics .latex .regexremove .svg2pdf .tagremove",
}
"""By module, what it imports and does not use before it is called."""

_NO_PLUGINS = {"entrypoints": SimpleNamespace(get_group_all=lambda group: ())}
"""In the place of what finds the engines and stores of other packages: it reads the metadata of all that is installed."""


def _write(notebook: object, path: str | None) -> None:
    """What `papermill.iorw.write_ipynb` does, which makes the text of a notebook also where it is written nowhere (5 ms)."""
    if path is not None:
        from papermill.iorw import write_ipynb

        write_ipynb(notebook, path)


_IMPORTS = LateImports(
    _LATER,
    instead={
        "papermill.execute": {"write_ipynb": _write},
        "papermill.engines": _NO_PLUGINS,
        "papermill.iorw": _NO_PLUGINS,
    },
    absent=_DONE_WITHOUT,
)

_PACKAGES = frozenset({"jsonschema", "nbclient", "nbconvert", "nbformat", "papermill"})
"""The packages of these modules, and those that share classes with them."""

_set_aside: list[ModuleType] = []


def slim() -> None:
    """Leaves out what is not needed. Call it before anything imports nbformat, papermill or nbconvert."""
    _IMPORTS.install()
    os.environ.setdefault("NBFORMAT_VALIDATOR", "jsonschema")


def compiled_nbformat() -> None:
    """Makes nbformat check notebooks with a compiled program, for a process that makes many reports."""
    os.environ["NBFORMAT_VALIDATOR"] = "fastjsonschema"


def make_whole() -> None:
    """Makes people's cells import the packages anew, with all that they import; for a process that only runs cells."""
    _IMPORTS.remove()
    lean = [name for name in sys.modules if name.partition(".")[0] in _PACKAGES]
    # Kept: to free them would copy memory that is shared with the parent process.
    _set_aside.extend(map(sys.modules.pop, lean))
