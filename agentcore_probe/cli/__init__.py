"""The command line: commands, options and exit codes. `python -m agentcore_probe --help` lists them.

Exit codes: 0 verified, explained, accepted (`ask`), or without a problem (`doctor`); 1 a finding differs from what is
expected, an expectation is not met or out of date, inconclusive, a fault that `ask` or `doctor` found, or no cause is known
(`explain`); 2 usage, an input file, or a page that `check` cannot compare; 3 no identity; 4 nothing reachable; 5 report not
written; 70 internal error; 130 interrupted.
"""

from __future__ import annotations

import sys
from typing import NoReturn

from agentcore_probe.cli.group import cli
from agentcore_probe.commands import streams
from agentcore_probe.commands.exit_status import exit_status

__all__ = ["cli", "main"]


def main() -> NoReturn:
    """The console script: runs a command and ends the process with its exit code."""
    streams.prepare()
    streams.end(exit_status(cli, wants_json="--json" in sys.argv))
