"""Reads the file of a table."""

from __future__ import annotations

import codecs
from pathlib import Path

from agentcore_probe.environments.tables.csv_table import read_csv
from agentcore_probe.environments.tables.json_table import read_json
from agentcore_probe.environments.tables.table import Table
from agentcore_probe.environments.unchanged import Memory
from agentcore_probe.errors import EnvironmentFileError

_tables: Memory[Table] = Memory()


def read_table(path: Path, where: str, named_in: str) -> Table:
    """The table in a file: JSON where its name ends with .json, else CSV. It is read again when it has changed.

    Args:
        path: the file.
        where: names it in errors.
        named_in: what names the file, in case that it does not exist.

    Raises:
        EnvironmentFileError: it cannot be read, or has no rows.
    """
    return _tables.get(path, lambda: _read(path, where, named_in))


def _read(path: Path, where: str, named_in: str) -> Table:
    if not path.exists():
        hint = f"It is the table of {named_in}; its path is relative to that file"
        raise EnvironmentFileError("does not exist", where=where, hint=hint)
    try:
        if not path.is_file():  # reading a pipe would block forever
            raise EnvironmentFileError("is not a file", where=where)
        data = path.read_bytes()
    except OSError as error:
        raise EnvironmentFileError(f"cannot be read: {error.strerror}", where=where) from None
    text, _ = decoded(data, where)
    return read_json(text, where) if path.suffix.lower() == ".json" else read_csv(text, where)


def decoded(data: bytes, where: str) -> tuple[str, str]:
    """The text of a file, and its encoding with the mark at its beginning, if it has one.

    Args:
        data: the content.
        where: names the file in errors.

    Raises:
        EnvironmentFileError: it is neither UTF-8 nor UTF-16.
    """
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # Excel's "Unicode text"
    is_marked = data.startswith(codecs.BOM_UTF8)
    encoding = "utf-16" if is_utf16 else "utf-8-sig" if is_marked else "utf-8"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise EnvironmentFileError(
            f"is not UTF-8 (byte {error.start})",
            where=where,
            hint='Save it as UTF-8; in Excel: "CSV UTF-8 (comma delimited)"',
        ) from None
