"""Whether the environment files can be used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.environments.load import (
    FOLDER,
    builtin_names,
    load_environment,
    local_files,
    local_names,
    place_of,
    record_path,
)
from agentcore_probe.environments.rows import rows_in
from agentcore_probe.errors import ExitCode, ProbeError
from agentcore_probe.model.environment import Environment
from agentcore_probe.store import read_record

_SHOWN = 10
"""So many rows of a template that cannot be used are shown."""


def _lines(subject: Subject) -> Iterator[Line]:
    own = local_files(subject.root)
    builtin = builtin_names()
    rows = {} if subject.names else rows_in(subject.root).of
    for name in subject.names or own:
        if rows.get(name):
            yield from _template_lines(name, rows[name], subject)
        else:
            yield _line(name, subject)
    if not subject.names and not set(own) - set(builtin):
        yield ok("files-none", f"no environment of your own yet; built in: {', '.join(builtin)}")


def _template_lines(name: str, rows: Sequence[str], subject: Subject) -> Iterator[Line]:
    """One line for all rows that can be used, and one for each of the first others."""
    wrong = [line for row in rows if (line := _line(row, subject)).status != "ok"]
    usable = f"{len(rows) - len(wrong)} of {len(rows)} rows can be used"
    yield ok(f"files-{name}", f"{FOLDER}/{name}.toml: a template; {usable}")
    yield from wrong[:_SHOWN]
    if len(wrong) > _SHOWN:
        more = f"{len(wrong) - _SHOWN} more rows of {FOLDER}/{name}.toml cannot be used"
        yield problem(f"files-{name}-more", more, "Correct those above first")


def _line(name: str, subject: Subject) -> Line:
    id = f"files-{name}"
    try:
        environment = load_environment(name, subject.root)
        if environment.record is not None:
            read_record(record_path(environment, subject.root))
    except ProbeError as error:
        where = f"{error.where}: " if error.where else ""
        return problem(id, f"{where}{error.what}", error.hint or "")
    return ok(id, f"{_place(name, subject.root)}: {_content(environment)}")


def _place(name: str, root: Path) -> str:
    if name in builtin_names() and name not in local_names(root):
        return f"{name} (built in)"
    if name in local_names(root):
        return f"{FOLDER}/{name}.toml"
    return f"{name}: {place_of(name, root)}"


def _content(environment: Environment) -> str:
    """What a run of the environment works with."""
    if environment.record is not None:
        return "replays a record, sends nothing"
    if environment.local is not None:
        return "the embedded AgentCore"
    parts = [
        name
        for name in ("runtime", "gateway", "harness", "registry", "identity")
        if getattr(environment, name) is not None
    ]
    return ", ".join(f"[{part}]" for part in parts)


CHECK = Check(20, "Environment files", "machine", _lines, ExitCode.USAGE)
