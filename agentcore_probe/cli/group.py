"""The group to which each module of this package adds its commands."""

from __future__ import annotations

import click

from agentcore_probe import __version__
from agentcore_probe.commands.parameters import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="agentcore-probe")
def cli() -> None:
    """Verify how Amazon Bedrock AgentCore (Runtime and Gateway) accepts its callers."""
