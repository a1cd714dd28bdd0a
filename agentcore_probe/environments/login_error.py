"""The error that ends a command without AWS credentials: the cause's sentence, and how to fix it."""

from __future__ import annotations

from agentcore_probe.errors import InputError, NoIdentityError, ProbeError, UnreachableError
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.model.record import AwsLogin
from agentcore_probe.report.messages import messages


def login_error(login: AwsLogin, *, where: str | None, is_input: bool = False) -> ProbeError:
    """The error for a problem of the AWS login.

    Args:
        login: the problem.
        where: the environment; None: there is none.
        is_input: whether a profile that does not exist is a mistake in the command line, as for `discover`.
    """
    text = messages(DEFAULT)
    what = text("aws-login", problem=text.cause(login.cause, login.values)).rstrip(".")
    hint = text.cause(f"{login.cause}.fix", login.values)
    if CAUSES[login.cause].group == "arrival":
        return UnreachableError(what, where=where, hint=hint)
    kind = InputError if is_input and login.cause == "aws-profile-missing" else NoIdentityError
    return kind(what, where=where, hint=hint)
