"""The templates of a report's parts."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from agentcore_probe.report.template_cache import TemplateCache


@cache
def templates() -> Any:
    """The environment of the templates: what a server said is escaped, and a missing value is an error."""
    return Environment(
        loader=PackageLoader("agentcore_probe.report", "template"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        bytecode_cache=TemplateCache(),
    )
