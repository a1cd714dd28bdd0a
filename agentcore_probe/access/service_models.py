"""botocore's models of AWS services, with the operations that are called and the shapes that these use.

Each client has a method, a model and a text of documentation for every operation of its service: 0.6 MiB and 5 ms in each
environment, where a few are called. The first error that a client gets makes it build every shape: 6 ms.
"""

from __future__ import annotations

import functools
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agentcore_probe.access.operations import READS
from agentcore_probe.boto_loader import ModelLoader, PlainJsonLoader

_LOGIN_SERVICES = frozenset({"signin", "sso", "sso-oidc", "sts"})
"""botocore logs in at these itself, by operations of its own choice."""


@functools.cache
def model_loader() -> Any:
    """The loader of the models, one per process: parsing them takes 0.15 s."""
    folders = os.environ.get("AWS_DATA_PATH", "").split(os.pathsep)
    loader: Any = ModelLoader(
        [str(Path(os.path.expandvars(folder)).expanduser()) for folder in folders if folder]
    )
    loader.file_loader = _CalledOnly()
    return loader


class _CalledOnly(PlainJsonLoader):
    """Reads models without what is not called."""

    def load_file(self, file_path: str) -> Any:
        """The model in `file_path`, a path without its extension; None if the file does not exist."""
        model = super().load_file(file_path)
        called = _called().get(Path(file_path).parents[1].name)
        if model is None or called is None or "operations" not in model:
            return model
        operations = {name: one for name, one in model["operations"].items() if name in called}
        return {**model, "operations": operations, "shapes": _used(model.get("shapes", {}), operations)}


def _used(shapes: Mapping[str, Any], operations: Mapping[str, Any]) -> dict[str, Any]:
    """The shapes that operations name, with those that these name, and all errors of the service.

    A model of `AWS_DATA_PATH` may lack some: botocore misses a shape where it needs it.
    """
    used = set[str]()
    names = [name for name, shape in shapes.items() if shape.get("exception")]
    names += _named(operations)
    while names:
        name = names.pop()
        if name in shapes and name not in used:
            used.add(name)
            names += _named(shapes[name])
    return {name: shape for name, shape in shapes.items() if name in used}


def _named(part: Any) -> Iterator[str]:
    """The names of shapes in a part of a model."""
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        for value in part.values():
            yield from _named(value)
    elif isinstance(part, list):
        for value in part:
            yield from _named(value)


@functools.cache
def _called() -> Mapping[str, set[str]]:
    """The operations that are called, by service; without services that botocore calls itself."""
    operations = defaultdict[str, set[str]](set)
    for service, _, name in (read.partition(":") for read in READS):
        if service not in _LOGIN_SERVICES:
            operations[service].add(name)
    return operations
