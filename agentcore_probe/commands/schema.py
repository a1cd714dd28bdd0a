"""`schema`: what others may rely on, for editors and for programs that read records."""

from __future__ import annotations

import json

from agentcore_probe.environments.schema import environment_schema, record_schema

SCHEMAS = {"record": record_schema, "environment": environment_schema}


def run(name: str | None) -> None:
    """Prints the JSON Schema of that name, or both in one object."""
    schemas = {each: make() for each, make in SCHEMAS.items() if name in (None, each)}
    print(json.dumps(schemas if name is None else schemas[name], indent=2, ensure_ascii=False))
