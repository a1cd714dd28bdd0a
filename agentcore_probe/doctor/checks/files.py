"""Whether the environment files can be used."""

from __future__ import annotations

from collections.abc import Iterator

from agentcore_probe.doctor.check import Check
from agentcore_probe.doctor.line import Line, ok, problem
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.environments.load import (
    FOLDER,
    builtin_names,
    load_environment,
    local_names,
    record_path,
)
from agentcore_probe.errors import ExitCode, ProbeError
from agentcore_probe.model.environment import Environment
from agentcore_probe.store import read_record


def _lines(subject: Subject) -> Iterator[Line]:
    own = local_names(subject.root)
    builtin = builtin_names()
    for name in subject.names or own:
        yield _line(name, subject)
    if not subject.names and not set(own) - set(builtin):
        yield ok("files-none", f"no environment of your own yet; built in: {', '.join(builtin)}")


def _line(name: str, subject: Subject) -> Line:
    id = f"files-{name}"
    try:
        environment = load_environment(name, subject.root)
        if environment.record is not None:
            read_record(record_path(environment, subject.root))
    except ProbeError as error:
        where = f"{error.where}: " if error.where else ""
        return problem(id, f"{where}{error.what}", error.hint or "")
    place = f"{FOLDER}/{name}.toml" if name in local_names(subject.root) else f"{name} (built in)"
    return ok(id, f"{place}: {_content(environment)}")


def _content(environment: Environment) -> str:
    """What a run of the environment works with."""
    if environment.record is not None:
        return "replays a record, sends nothing"
    if environment.local is not None:
        return "the embedded AgentCore"
    parts = [name for name in ("runtime", "gateway", "identity") if getattr(environment, name) is not None]
    return ", ".join(f"[{part}]" for part in parts)


CHECK = Check(20, "Environment files", "machine", _lines, ExitCode.USAGE)
