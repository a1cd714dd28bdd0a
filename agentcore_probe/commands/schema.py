"""`schema`: JSON Schemas, for editors and for programs that read records."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from agentcore_probe.environments.files import find_root, has_layers
from agentcore_probe.environments.schema import environment_schema, record_schema

SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "record": record_schema,
    "environment": lambda: environment_schema(inherits=has_layers(find_root())),
}


def run(name: str | None) -> None:
    """Prints the JSON Schema called `name`; None prints both in one object."""
    if name is None:
        document = {title: make_schema() for title, make_schema in SCHEMAS.items()}
    else:
        document = SCHEMAS[name]()
    print(json.dumps(document, indent=2, ensure_ascii=False))
