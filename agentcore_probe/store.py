"""Reads and writes what a run leaves: records and reports. The one choke point of every write.

Nothing half-written: a temporary sibling, fsync, rename. Nothing secret: every byte is scanned
for each registered secret before a file exists.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agentcore_probe.errors import RecordError, ReportError, SecretLeakError
from agentcore_probe.model.display import utf8_json
from agentcore_probe.model.embedded_record import read_embedded_record
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import SCHEMA, RunRecord
from agentcore_probe.secret import find_leak


def record_text(record: RunRecord, judgement: Judgement) -> str:
    """The content of `record.json`: facts, digest, judgement."""
    whole = {**record.facts(), "digest": record.digest, "judgement": judgement.as_json()}
    return utf8_json(json.dumps(whole, indent=1, ensure_ascii=False)) + "\n"


def read_record(path: Path) -> RunRecord:
    """The record in a `record.json`, or the one that a `report.html` carries.

    Raises:
        RecordError: it cannot be read, is no record, or does not match its own digest.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise RecordError(f"cannot be read: {reason}", where=str(path)) from None
    if text.lstrip().startswith("<"):
        text = read_embedded_record(text, where=str(path))
    return parse_record(text, where=str(path))


def parse_record(text: str, *, where: str) -> RunRecord:
    """The record in a text.

    Raises:
        RecordError: it is no record, or does not match its own digest.
    """
    try:
        whole: Any = json.loads(text)
    except RecursionError:
        raise RecordError("is nested too deeply", where=where) from None
    except ValueError as error:
        raise RecordError(f"is not JSON: {error}", where=where) from None
    if not isinstance(whole, dict) or whole.get("schema") != SCHEMA:
        raise RecordError(f"is not a record of the form {SCHEMA}", where=where)
    digest = whole.pop("digest", None)
    whole.pop("judgement", None)
    try:
        record = RunRecord.model_validate(whole)
    except (ValidationError, RecursionError) as error:
        first = error.errors(include_url=False)[0] if isinstance(error, ValidationError) else None
        told = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}" if first else "too deep"
        raise RecordError(f"is not a record: {told}", where=where) from None
    if digest is not None and digest != record.digest:
        raise RecordError(
            "does not match its own digest: it was altered after the run",
            where=where,
            hint="Make the record again, or remove the key 'digest' if you altered it on purpose",
        )
    return record


def write(path: Path, content: str | bytes) -> None:
    """Writes a whole file or nothing.

    Raises:
        SecretLeakError: a secret stands in `content`.
        ReportError: the disk is full or read-only.
    """
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    leaked = find_leak(data)
    if leaked is not None:
        raise SecretLeakError(f"not written, because the {leaked} stands in it", where=str(path))
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        _unfinished.add(temporary)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise ReportError(
            f"cannot be written: {error.strerror}", where=str(path), hint="Free some space, or give --out"
        ) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            _unfinished.discard(temporary)


_unfinished: set[str] = set()


def remove_unfinished() -> None:
    """Removes what is being written at this moment, for a process that ends in the middle of it."""
    for temporary in tuple(_unfinished):
        with contextlib.suppress(OSError):
            os.unlink(temporary)
