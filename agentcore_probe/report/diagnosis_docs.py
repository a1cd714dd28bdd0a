"""Makes docs/diagnosis.md from the table of causes: `make docs` writes it, `make check` compares it."""

from __future__ import annotations

from itertools import groupby

from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.report.messages import messages

_TITLES = {
    "fine": "Fine",
    "arrival": "No answer, or not from AWS",
    "url": "The URL",
    "resource": "The resource",
    "credential": "The credential",
    "content": "The request's content, limits, the container",
    "gateway": "Gateway and MCP",
    "login": "Getting the token",
    "otherwise": "Otherwise",
}

_INTRODUCTION = """\
# Diagnosis

<!-- Made from agentcore_probe/judge/causes.py and report/text/en.ftl by `make docs`. -->

What an answer shows of authorization is one of three **decisions**:

- `refused`: 401 or 403 from the service.
- `accepted`: an answer from behind the authorizer, and the failures that only come from behind it
  (424 and its forms inside a 200, tool errors, 504).
- `undecided`: everything else: URL and resource faults, redirects, 400s, 402, 409, 429, 500, transport
  faults, answers that are not from AWS, every failure to get a token.

How sure a **cause** is:

- `proven`: a second exchange that differs in exactly one factor got another decision, or the service's
  answer names the cause and configuration or claims agree.
- `probable`: the facts at hand name one cause and contradict none.
- `possible`: several causes fit, or facts contradict each other.

A message that names a claim or a rule beats the local order of checks. That order is: form of the token,
`exp`, `nbf`, `iss`, `kid`, ID token in place of an access token, `client_id`, `aud`, scope, custom claims.

In the sentences below, `{…}` stands for a value of the exchange.
"""


def diagnosis_page() -> str:
    """The page as Markdown."""
    text = messages(DEFAULT)
    lines = [_INTRODUCTION]
    for group, causes in groupby(CAUSES.values(), key=lambda cause: cause.group):
        lines += [f"## {_TITLES[group]}", ""]
        for cause in causes:
            lines += [
                f"### `{cause.id}`",
                "",
                f"{text.pattern(f'cause-{cause.id}')}",
                "",
                f"- Looks like: {cause.looks}",
                f"- Why: {text.pattern(f'cause-{cause.id}.why')}",
                f"- Fix: {text.pattern(f'cause-{cause.id}.fix')}",
            ]
            if cause.factor:
                lines.append(f"- Settled by changing only {text(f'factor-{cause.factor}')}.")
            if cause.remedy:
                lines.append(f"- Lines to paste: `{cause.remedy}` (judge/remedies)")
            lines += [f"- Source: {cause.source}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(diagnosis_page(), end="")
