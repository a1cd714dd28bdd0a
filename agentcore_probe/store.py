"""Reads and writes records and reports. Every file of the package is written by `write`.

A file is written whole or not at all: a temporary sibling, fsync, rename. Before that, its content is
scanned for every registered secret.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from agentcore_probe.errors import RecordError, ReportError, SecretLeakError
from agentcore_probe.model.display import indented_json, utf8_json
from agentcore_probe.model.embedded_record import read_embedded_record
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.record_versions import SCHEMA, VERSION, digest_of, upgraded, version_of
from agentcore_probe.regex import regex
from agentcore_probe.secret import find_leak


def record_text(record: RunRecord, judgement: Judgement) -> str:
    """The content of `record.json`: facts, digest, judgement."""
    content = {**record.facts(), "digest": record.digest, "judgement": judgement.as_json()}
    return utf8_json(indented_json(content, 1)) + "\n"


class RecordFile(NamedTuple):
    """What a file with a record contains."""

    record: RunRecord
    has_digest: bool
    """Whether the record has a digest. Without one, an alteration cannot be detected."""


def read_record(path: Path) -> RunRecord:
    """The record in a `record.json` or in a `report.html`.

    Raises:
        RecordError: the file cannot be read, does not contain a record, or the record does not match its digest.
    """
    return read_record_file(path).record


def read_record_file(path: Path) -> RecordFile:
    """The record in a `record.json` or in a `report.html`, and whether it has a digest.

    Raises:
        RecordError: the file cannot be read, does not contain a record, or the record does not match its digest.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RecordError(f"cannot be read: {error.strerror}", where=str(path)) from None
    return record_in(content, where=str(path))


def record_in(content: bytes, *, where: str) -> RecordFile:
    """The record in the content of a `record.json` or of a `report.html`, and whether it has a digest.

    Args:
        content: of the file.
        where: the file, for error messages.

    Raises:
        RecordError: there is no record, or it does not match its digest.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise RecordError("cannot be read: it is not UTF-8", where=where) from None
    if text.lstrip().startswith("<"):
        text = read_embedded_record(text, where=where)
    return _parse(text, where)


def parse_record(text: str, *, where: str) -> RunRecord:
    """The record in the text of a `record.json`.

    Args:
        text: the JSON text.
        where: the file, for error messages.

    Raises:
        RecordError: the text is not a record, or the record does not match its digest.
    """
    return _parse(text, where).record


def _parse(text: str, where: str) -> RecordFile:
    try:
        content: Any = json.loads(text)
    except RecursionError:
        raise RecordError("is nested too deeply", where=where) from None
    except ValueError as error:
        hint = "Give a report.html or a record.json of AgentCore Probe"
        raise RecordError(f"is not JSON: {error}", where=where, hint=hint) from None
    version = version_of(content) if isinstance(content, dict) else None
    if version is None:
        raise RecordError(f"is not a record with schema {SCHEMA} or an earlier one", where=where)
    if version > VERSION:
        raise RecordError(
            f"has version {version} of the record's format, and this program reads up to {VERSION}",
            where=where,
            hint="Update agentcore-probe (pip install --upgrade agentcore-probe)",
        )
    digest = content.pop("digest", None)
    content.pop("judgement", None)
    try:
        # Of the file's own content: a later version may add fields with defaults.
        is_altered = digest is not None and digest != digest_of(content)
        record = RunRecord.model_validate(upgraded(content))
    except RecursionError:
        raise RecordError("is nested too deeply", where=where) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        # A later build may add a field to the same version.
        is_unknown = first["type"] == "extra_forbidden"
        raise RecordError(
            f"is not a record: {field}: {first['msg']}",
            where=where,
            hint="It may be of a newer agentcore-probe: update" if is_unknown else None,
        ) from None
    if is_altered:
        raise RecordError(
            "does not match its own digest: it was altered after the run",
            where=where,
            hint="Run the probe again, or remove the key 'digest' if the change was intended",
        )
    return RecordFile(record, has_digest=digest is not None)


def write(path: Path, content: str | bytes) -> None:
    """Writes a whole file or nothing; missing folders are created.

    A link is followed: its target is replaced and the link stays. A device, a pipe or a descriptor (`/dev/stderr`,
    `/dev/fd/3`) is opened and written, never replaced; opening a pipe waits for its reader.

    Raises:
        SecretLeakError: `content` contains a registered secret.
        ReportError: the file cannot be written.
    """
    data = checked(content, where=str(path))
    with _errors_name(path):
        number = descriptor(path)
        if number is not None:
            _write_all(os.dup(number), data)
        elif is_special(path):
            _write_all(os.open(path, os.O_WRONLY), data)
        else:
            _replace(_target(path), data)


def write_new(path: Path, content: str | bytes) -> bool:
    """Writes a whole file, unless there is one already; whether it did. Another process may try the same at this moment.

    Raises:
        SecretLeakError: `content` contains a registered secret.
        ReportError: the file cannot be written.
    """
    data = checked(content, where=str(path))
    with _errors_name(path):
        target = _target(path)
        try:
            _replace(target, data, place=os.link)
        except FileExistsError:
            return False
        except OSError:
            if target.exists():
                return False
            _replace(target, data)  # this file system may have no hard links
    return True


def append(path: Path, content: str) -> None:
    """Adds text to the end of a file, which is created if it does not exist.

    Raises:
        SecretLeakError: `content` contains a registered secret.
        ReportError: the file cannot be written.
    """
    data = checked(content, where=str(path))
    with _errors_name(path):
        _write_all(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666), data)


def size(path: Path) -> int:
    """Bytes in a file; 0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def checked(content: str | bytes, *, where: str) -> bytes:
    """`content` as bytes.

    Args:
        content: what is about to be written.
        where: the file, for the error.

    Raises:
        SecretLeakError: it contains a registered secret.
    """
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    leaked = find_leak(data)
    if leaked is not None:
        raise SecretLeakError(f"not written, because it would contain the {leaked}", where=where)
    return data


_DESCRIPTOR = regex(r"/dev/(stdout|stderr)|/(?:dev|proc/self)/fd/(\d{1,9})")
"""Paths that mean an open descriptor: opening a redirected one by its path would write over what is there."""
_STREAMS: dict[str | None, int] = {"stdout": 1, "stderr": 2}
_LINKS = 40
"""At most so many links are followed, as by Linux."""


def descriptor(path: Path) -> int | None:
    """The open descriptor that `path` means, also through links; None: it means a file."""
    for _ in range(_LINKS):
        match = _DESCRIPTOR.fullmatch(str(path))
        if match is not None:
            return _STREAMS.get(match[1]) or int(match[2])
        try:
            path = path.parent / path.readlink()
        except OSError:
            return None
    return None


def is_special(path: Path) -> bool:
    """Whether there is something at `path`, or where it links to, that is neither a file nor a folder."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _target(path: Path) -> Path:
    """The file that `path` means: the one at the end of its links, which may not exist yet.

    Raises:
        OSError: it is a folder, or a link that leads to itself.
    """
    target = Path(os.path.realpath(path))
    number = errno.EISDIR if target.is_dir() else errno.ELOOP if target.is_symlink() else None
    if number is not None:
        raise OSError(number, os.strerror(number))
    return target


@contextlib.contextmanager
def _errors_name(path: Path) -> Iterator[None]:
    """Turns an error of the system into one that names the file.

    Raises:
        ReportError: the block raised such an error.
    """
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"cannot be written: {error.strerror}",
            where=str(path),
            hint="Free disk space, or choose another file or folder",
        ) from None


def _write_all(handle: int, data: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _replace(path: Path, data: bytes, place: Callable[[str, Path], None] | None = None) -> None:
    """Puts a whole file in the place of `path`: a temporary sibling, fsync, rename (or another way to `place` it)."""
    temporary = str(path.with_name(f".{path.name}.{secrets.token_hex(4)}"))
    _unfinished.add(temporary)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The system takes the umask off the mode; tempfile would make the file private to its owner.
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        (place or os.replace)(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        _unfinished.discard(temporary)


_unfinished: set[str] = set()
"""Paths of temporary files that are being written."""


def remove_unfinished() -> None:
    """Removes the temporary files of unfinished writes, for a process that is about to end."""
    for temporary in tuple(_unfinished):
        with contextlib.suppress(OSError):
            os.unlink(temporary)
