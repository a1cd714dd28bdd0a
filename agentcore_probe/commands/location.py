"""The type of options that name a folder or a place in S3. Imports nothing heavy, because `--help` imports this."""

from __future__ import annotations

import click


class Location(click.ParamType[str]):
    """Where reports are kept: a folder, or `s3://bucket/prefix` (`storage.open_storage`)."""

    name = "FOLDER|s3://BUCKET/PREFIX"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The location as it was written."""
        if ":/" in value:
            from agentcore_probe.errors import InputError
            from agentcore_probe.storage.location import read_location

            try:
                read_location(value)
            except InputError as error:
                self.fail(error.line(), param, ctx)
        return value
