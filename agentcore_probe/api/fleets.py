"""Many environments at once."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from agentcore_probe.api.locations import open_reports
from agentcore_probe.errors import InputError
from agentcore_probe.extras import require_extra
from agentcore_probe.model.fleet import Fleet
from agentcore_probe.model.languages import check_language
from agentcore_probe.storage import Storage

if TYPE_CHECKING:
    from agentcore_probe.report.fleet.report import FleetReport


def fleet(reports: str | Path | None = None, language: str | None = None) -> FleetReport:
    """The state of every environment as of its newest run, part by part, as the index shows it.

    Unusable records are left out with a warning.

    Args:
        reports: where the reports are, a folder or `s3://bucket/prefix`, or a `fleet.json`; None is `reports/` of the
            project.
        language: the code of a language (`en`, `ja`); None is that of most environments.

    Raises:
        InputError: there are no reports, the file is not a `fleet.json`, or the language is unknown.
        ReportError: the reports cannot be read.
    """
    if language is not None:
        check_language(language)
    require_extra("report", "api.fleet")
    from agentcore_probe.report.fleet.report import FleetReport

    if reports is not None and str(reports).endswith(".json"):
        facts, base = _read_file(Path(reports)), ""
    else:
        storage = open_reports(reports)
        facts, base = _read_storage(storage), f"{storage.location}/" if storage.folder is not None else ""
    return FleetReport(facts, language or facts.language, base)


def _read_storage(storage: Storage) -> Fleet:
    from agentcore_probe.fleet.read import read_fleet

    facts, problems, _ = read_fleet(storage)
    for problem in problems:
        warnings.warn(f"left out: {problem}", stacklevel=3)
    return facts


def _read_file(file: Path) -> Fleet:
    try:
        return Fleet.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(file)) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"is not a fleet.json of this version: {field}: {first['msg']}",
            where=str(file),
            hint="Make it anew: agentcore-probe index",
        ) from None
