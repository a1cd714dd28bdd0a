"""What `report` and `verify` found out, in the formats of other tools.

A format is a module here that defines `EXPORT`. Its option is the module's name: `json_summary` is `--json-summary`.
The command line makes its options from this table, so the modules import nothing heavy when they are imported.
"""

from __future__ import annotations

import sys

from agentcore_probe.modules import declared
from agentcore_probe.report.exports.export import Export

EXPORTS: dict[str, Export] = dict(
    sorted(declared(sys.modules[__name__], "EXPORT").items(), key=lambda item: item[1].order)
)
"""Every format by its module's name, in the order of `--help`."""


def option(name: str) -> str:
    """The option of a format.

    Args:
        name: a key of `EXPORTS`.
    """
    return f"--{name.replace('_', '-')}"
