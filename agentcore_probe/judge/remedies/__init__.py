"""The change that mends a cause, with this environment's own values filled in.

What to do and why is text (`report/text`, `cause-….fix`); here are the lines to paste: `aws` and
`curl` calls, the CDK and the CloudFormation fragment, and the one command that checks the row
again. Which cause has which lines stands in the table of causes. Secrets are variables.
"""

from __future__ import annotations

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.remedies import authorizer, calls, identity, resources
from agentcore_probe.judge.remedies.context import RemedyBuilder, RemedyContext, Snippets
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import Diagnosis, Remedy

BUILDERS: dict[str, RemedyBuilder] = {
    **calls.BUILDERS,
    **authorizer.BUILDERS,
    **resources.BUILDERS,
    **identity.BUILDERS,
}
"""The kinds of remedy that the table of causes names."""


def remedy(diagnosis: Diagnosis, case: Case, environment: Environment | None, method: str | None) -> Remedy:
    """What mends `diagnosis` here, ending with the command that checks the row again.

    Args:
        diagnosis: what is wrong.
        case: where it was seen.
        environment: the environment of the run; None for an exchange that somebody pasted.
        method: the row, by its id; None as well.
    """
    kind = CAUSES[diagnosis.cause].remedy
    lines = BUILDERS[kind](RemedyContext(case, environment), diagnosis.cause) if kind else Snippets()
    check = "curl -sS -i … | python -m agentcore_probe explain -"
    if environment is not None and method is not None:
        check = f"python -m agentcore_probe verify {environment.name} --only {method}"
    return Remedy(
        id=kind or "none",
        values=diagnosis.values,
        commands=lines.commands,
        fragments=lines.fragments or {},
        recheck=check,
    )
