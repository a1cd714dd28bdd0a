"""What a client without AWS credentials says, wherever it is: in a pasted text, or in the output of `aws`."""

from __future__ import annotations

from typing import NamedTuple

from agentcore_probe.judge.reading.sentences import aws_login, aws_login_missing, find_sentences


class LoginMessage(NamedTuple):
    """A cause, and the values that the sentence names."""

    cause: str
    values: dict[str, str]


_TABLE = (*aws_login.SENTENCES, *aws_login_missing.SENTENCES)
_MAX_TEXT = 100_000


def find_login_message(text: str) -> LoginMessage | None:
    """The first sentence that `text` contains, by the order of the table.

    Args:
        text: what was pasted, or the output of the `aws` command.
    """
    sentence = next(find_sentences(text[:_MAX_TEXT], _TABLE), None)
    return LoginMessage(sentence.row.cause, sentence.values) if sentence else None
