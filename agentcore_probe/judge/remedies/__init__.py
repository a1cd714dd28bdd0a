"""Remedies: the change that fixes a cause, as lines to paste with the environment's own values.

What to do and why is text (`report/text`, `cause-….fix`). The lines are `aws` and `curl` calls, CDK and
CloudFormation fragments, and the one command that verifies the access method again. The table of causes
(`judge.causes`) says which cause has which lines. Secrets are variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.remedies import (
    authorizer,
    aws_login,
    behind_gateway,
    calls,
    client,
    further_targets,
    identity,
    policies,
    resources,
)
from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets
from agentcore_probe.model.judgement import Diagnosis, Remedy

if TYPE_CHECKING:
    from agentcore_probe.model.environment import Environment

BUILDERS: dict[str, RemedyBuilder] = {
    **calls.BUILDERS,
    **authorizer.BUILDERS,
    **resources.BUILDERS,
    **behind_gateway.BUILDERS,
    **identity.BUILDERS,
    **aws_login.BUILDERS,
    **client.BUILDERS,
    **policies.BUILDERS,
}
"""The kinds of remedy, as in the table of causes."""


def remedy(diagnosis: Diagnosis, case: Case, environment: Environment | None, method: str | None) -> Remedy:
    """What fixes the cause of a diagnosis, with the command that verifies it again.

    Args:
        diagnosis: what is wrong.
        case: the exchange that shows it.
        environment: the environment of the run; None for a pasted exchange.
        method: the id of the access method; None for a pasted exchange.
    """
    kind = CAUSES[diagnosis.cause].remedy
    context = RemedyContext(case, environment, diagnosis.values)
    snippets = _snippets(context, kind, diagnosis.cause) if kind else Snippets()
    recheck = "curl -sS -i … | agentcore-probe explain -"
    if kind == "aws-login":
        recheck = "aws sts get-caller-identity"
    if environment is not None and method is not None:
        recheck = f"agentcore-probe verify {environment.name} --only {method}"
    return Remedy(
        id=kind or "none",
        values=diagnosis.values,
        commands=snippets.commands,
        fragments=snippets.fragments or {},
        recheck=recheck,
    )


def _snippets(context: RemedyContext, kind: str, cause: str) -> Snippets:
    """The lines of a kind of remedy; those that call or read a harness or a registry are its own."""
    if context.case.target in further_targets.TARGETS:
        own = further_targets.snippets(context, kind, cause)
        if own is not None:
            return own
    return BUILDERS[kind](context, cause)
