"""Commands without a report, beside the import of boto3."""

from __future__ import annotations

from benchmarks.commands import Commands
from benchmarks.measure import Approach
from benchmarks.table import CPU, PEAK, SECONDS, Table, cpu, ratio, seconds
from benchmarks.workplace import PROGRAMS, PROJECT, Workplace, probe

RESPONSE = """\
HTTP/1.1 403 Forbidden
content-type: application/json

{"message":"OAuth authorization failed: Claim 'client_id' value mismatch with configuration."}
"""
"""What `explain` explains."""
_BOTO3 = '`python -c "import boto3"`'


def _approaches(workplace: Workplace) -> list[Approach]:
    response = workplace.folder / "response.txt"
    response.write_text(RESPONSE)
    commands = {
        _BOTO3: [str(PROGRAMS / "python"), "-c", "import boto3"],
        "`--help`": [*probe(), "--help"],
        "`explain`": [*probe(), "explain", str(response)],
    }
    return [Approach(name, Commands([command], PROJECT)) for name, command in commands.items()]


TABLE = Table(
    "start",
    "Start-up",
    _approaches,
    (SECONDS, ratio("of `import boto3`", seconds), CPU, ratio("of `import boto3`", cpu), PEAK),
    "command",
)
