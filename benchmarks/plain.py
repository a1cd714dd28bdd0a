"""The same sections and charts by a plain script, without notebook, papermill or nbconvert."""

from __future__ import annotations

import sys
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.report.report import Report


def main() -> None:
    """Writes the sections of the record in the first argument to the file in the second."""
    report = Report(api.load(sys.argv[1]), "en")
    parts = (
        report.summary(), report.matrix(), report.evidence(), report.timeline(), report.root_causes(),
        report.access_methods(), report.latency(), report.checklist(), report.conclusions(), report.usage(),
        report.evaluation(),
    )  # fmt: skip
    Path(sys.argv[2]).write_text("\n".join(part.html for part in parts), "utf-8")


if __name__ == "__main__":
    main()
