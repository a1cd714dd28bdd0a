"""The command that asks again after a fix: with the other kind of credential, where that is the fix."""

from __future__ import annotations

import shlex

_TOKEN_OPTIONS = ("--token-env", "--token-file", "--token-command")
_NEEDS_TOKEN = ("credential-missing", "sigv4-on-jwt")


def asked_again(command: str, cause: str) -> str:
    """The command line of a question, as it is to be repeated after the fix of a cause.

    Args:
        command: the one that asked.
        cause: what was found.
    """
    words = shlex.split(command)
    if cause in _NEEDS_TOKEN and not any(option in words for option in _TOKEN_OPTIONS):
        return shlex.join([*(word for word in words if word != "--sign"), "--token-env", "JWT_TOKEN"])
    if cause == "bearer-on-iam":
        position = next((words.index(option) for option in _TOKEN_OPTIONS if option in words), None)
        if position is not None:
            return shlex.join([*words[:position], "--sign", *words[position + 2 :]])
    return command
