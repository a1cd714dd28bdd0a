"""Keeps compiled templates beside Python's own bytecode, and by its rules: who may write there can change the code anyway."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

_FOLDER = Path(__spec__.cached or __file__).parent


class TemplateCache(BytecodeCache):
    """Compiled templates in files: to compile those of one report takes 0.1 s of processor time in each process.

    A file that cannot be read is made again; one that cannot be written is done without.
    """

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """What is kept of a template. Jinja's own key leaves out the options of the environment."""
        options = {key: value for key, value in vars(environment).items() if isinstance(value, str | bool)}
        parts = (sys.version, _jinja_version(), name, filename, sorted(environment.extensions), options)
        key = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
        bucket = Bucket(environment, key, self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Reads a template that was compiled from this source."""
        with suppress(Exception), _file(bucket).open("rb") as file:  # whatever a file may hold
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps a template that was compiled, if Python keeps its own bytecode."""
        if sys.dont_write_bytecode:
            return
        file = _file(bucket)
        temporary = file.with_suffix(f".{os.getpid()}-{id(bucket)}")
        with suppress(OSError):
            try:
                temporary.write_bytes(bucket.bytecode_to_string())
                temporary.replace(file)
            finally:
                temporary.unlink(missing_ok=True)


@cache
def _jinja_version() -> str:
    return version("jinja2")


def _file(bucket: Bucket) -> Path:
    return _FOLDER / f"{bucket.key}.template"
