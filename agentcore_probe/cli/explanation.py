"""The command that explains a response, or a token, ARN, URL or authorizer. It should start fast, so it imports little."""

from __future__ import annotations

import sys

import click

from agentcore_probe.cli.group import cli
from agentcore_probe.commands.parameters import language_option


@cli.command()
@click.argument("source", metavar="[FILE|TEXT]", required=False)
@click.option(
    "--token-env", metavar="NAME", help="The variable with the bearer token [default: the one in TEXT]"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object")
@language_option
def explain(source: str | None, token_env: str | None, as_json: bool, lang: str) -> None:
    """Explain a response, or a token, ARN, URL or authorizer.

    Takes curl -i output, an AWS error, a case file, a command before it is sent, a JWT or its claims, an ARN, a URL
    or an authorizer's settings (JSON, CloudFormation, CDK, Terraform): from FILE, as TEXT, or from standard input.
    """
    from agentcore_probe.commands import explain as command

    sys.exit(command.run(source, language=lang, as_json=as_json, token_variable=token_env))
