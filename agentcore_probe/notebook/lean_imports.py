"""Lets papermill, nbformat and nbconvert import only what a report needs.

They import clients, converters and stores that our engine and our template never use: together 0.5 s of processor time
(measured). A module of the tables below gets an `import` statement of its own, which leaves them out. Nothing else sees
the difference: no stand-in is ever in `sys.modules`, so other threads and later imports find the real packages.

nbformat's default validator, fastjsonschema, first writes and compiles a program for the schema (10 MiB, 35 ms
measured) and then needs 1 ms for a notebook; jsonschema needs 10 ms. A notebook is checked twice, so fastjsonschema
pays off only in a process that makes several reports.
"""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType, SimpleNamespace
from typing import Any

_NOT_INSTALLED: Mapping[str, str] = {
    # Checkers for the format of strings; no notebook schema uses a format. JupyterLab installs them
    # (jupyter-events -> jsonschema[format-nongpl]), and one of them compiles some 35 grammars when it is imported
    # (0.8 s measured, python-jsonschema/jsonschema#1428).
    "jsonschema._format": "idna isoduration jsonpointer rfc3986_validator rfc3987_syntax webcolors",
    "papermill.iorw": "gcsfs github pyarrow.fs .abs .adl .s3",
    "nbconvert.postprocessors": ".serve",
}
"""By module, what it imports where it is installed."""

_LATER: Mapping[str, str] = {
    "papermill.engines": ".clientwrap",  # nbclient, which only Jupyter's own kernel needs
    "papermill.iorw": "requests tenacity",
    "nbconvert.exporters": ".asciidoc .latex .markdown .notebook .pdf .python .qtpdf .qtpng .rst .script .slides .webpdf",
    "nbconvert.exporters.html": "bs4 nbconvert.filters.markdown_mistune",
    "nbconvert.filters": ".ansi .citation .latex .markdown .metadata .pandoc .strings",
    "nbconvert.filters.markdown_mistune": "bs4",
    "nbconvert.filters.strings": "bleach nbconvert.preprocessors.sanitize",
    "nbconvert.preprocessors": "nbclient.exceptions .clearmetadata .clearoutput .coalescestreams .convertfigures"
    " .csshtmlheader .execute .extractattachments .extractoutput .highlightmagics .latex .regexremove .svg2pdf .tagremove",
}
"""By module, what it imports and does not use before it is called."""

_NO_PLUGINS: Mapping[str, str] = {"papermill.engines": "entrypoints", "papermill.iorw": "entrypoints"}
"""By module, what finds the engines and stores of other packages: it reads the metadata of all that is installed."""

_PACKAGES = frozenset({"jsonschema", "nbclient", "nbconvert", "nbformat", "papermill"})
"""The packages of these modules, and those that share classes with them."""

_set_aside: list[ModuleType] = []


def slim() -> None:
    """Leaves out what is not needed. Call it before anything imports nbformat, papermill or nbconvert."""
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
    os.environ.setdefault("NBFORMAT_VALIDATOR", "jsonschema")


def compiled_nbformat() -> None:
    """Makes nbformat check notebooks with a compiled program, for a process that makes many reports."""
    os.environ["NBFORMAT_VALIDATOR"] = "fastjsonschema"


def make_whole() -> None:
    """Makes people's cells import the packages anew, with all that they import; for a process that only runs cells."""
    if _Finder in sys.meta_path:
        sys.meta_path.remove(_Finder)
    lean = [name for name in sys.modules if name.partition(".")[0] in _PACKAGES]
    # Kept: to free them would copy memory that is shared with the parent process.
    _set_aside.extend(map(sys.modules.pop, lean))


class _Finder:
    """Finds the modules of the tables."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module as it is found otherwise, with a loader of ours."""
        if name not in _NOT_INSTALLED and name not in _LATER:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    """Gives a module an `import` statement of its own, which Python takes from the module's builtins."""

    def exec_module(self, module: ModuleType) -> None:
        """Executes the module."""
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": partial(_import, module.__name__)}
        super().exec_module(module)


def _import(  # noqa: PLR0913, PLR0917  (all but the first as Python passes them)
    importer: str,
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    """The `import` statement of a module of the tables."""
    written = "." * level + name
    if written in _NOT_INSTALLED.get(importer, "").split():
        raise ModuleNotFoundError(f"a report does without {written}", name=name)
    if written in _LATER.get(importer, "").split():
        module = partial(import_module, written, (globals or {}).get("__package__"))
        return _Names(module) if fromlist else _Later(module)
    if written in _NO_PLUGINS.get(importer, "").split():
        return SimpleNamespace(get_group_all=lambda group: ())
    return builtins.__import__(name, globals, locals, fromlist or (), level)


class _Names:
    """What `from MODULE import NAME` takes a name from."""

    def __init__(self, module: Callable[[], ModuleType]) -> None:
        self.__module = module

    def __getattr__(self, name: str) -> _Later:
        return _Later(lambda: getattr(self.__module(), name))


class _Later:
    """Stands for a module, or for a function or class of it, and imports it when it is used."""

    def __init__(self, real: Callable[[], Any]) -> None:
        self.__real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__real(), name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__real()(*args, **kwargs)
