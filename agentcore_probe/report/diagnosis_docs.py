"""docs/diagnosis.md, generated from the table of causes: `make docs` writes it, `make check` compares it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from agentcore_probe.judge.causes import CAUSES, Group
from agentcore_probe.model.languages import DEFAULT
from agentcore_probe.report.messages import Messages, messages

_TITLES: dict[Group, str] = {
    "fine": "Fine",
    "arrival": "No answer, or not from AWS",
    "url": "The URL",
    "resource": "The resource",
    "credential": "The credential",
    "sockets": "WebSocket, shell, session ports",
    "content": "The request's content, limits, the container",
    "policy": "The policy engine, and what is behind a Gateway",
    "gateway": "Gateway and MCP",
    "chain": "The OAuth chain of an interactive client",
    "login": "Getting the token",
    "aws-login": "The AWS login",
    "client": "Before and beside the answer",
    "otherwise": "Otherwise",
}

_INTRODUCTION = """\
# Diagnosis

<!-- Generated from agentcore_probe/judge/causes.py and report/text/en.ftl by `make docs`. -->

An answer shows one of three authorization **decisions**:

- `refused`: 401 or 403 from the service, or an error inside a 2xx whose words refuse the caller. `judge` names who refused: the
  `authorizer` (IAM for a signed call), the Gateway's `policy-engine` (also with HTTP 200), a `resource-policy`, a
  `vpc-endpoint-policy`, a `workload-binding` or the `runtime-behind-gateway`; it is null where the answer does not show it. A
  `container` is named where the failure, or the refusal inside a 200, is the agent's own. A forged control that only a policy
  stops is undecided.
- `accepted`: an answer from behind the authorizer, or a failure that can only occur behind it
  (424 and its forms inside a 200, tool errors, 504). A call that should be refused is not accepted by a 424 or 504.
- `undecided` (shown as "no decision"): everything else, such as URL and resource faults, redirects, 400, 402,
  409, 429, 403 that limits the rate, 500, an empty 2xx, transport faults, refusals by somebody else (API Gateway, a function URL,
  CloudFront, a WAF, another AWS API, a proxy, an unknown host), and every failure to get a token. Without a status, only a
  body with a result is an answer.

A **cause** has one of three confidences:

- `proven`: a second exchange that differs in exactly one factor got another decision, or the service's
  answer names the cause and the configuration or the claims agree.
- `probable`: the known facts point to one cause, and none contradicts it.
- `possible`: several causes fit, or facts contradict each other.

A message that names a claim or a rule outweighs the local checks. Their order is: form of the token, `exp`,
`nbf`, `iss`, `kid`, ID token instead of an access token, `client_id`, `aud`, scope, custom claims.

Material without an exchange (a token, an ARN, a URL, a request before it is sent, the settings of an authorizer) has the
cause of the refusal that would follow, the decision `undecided`, and in `explain --json` the list `material`: facts, each
with the id of its text, its values, and whether a call or a deployment fails for it (`is_wrong`).

`explain --json` prints one object: `cause`, `decision`, `confidence`, `evidence`, `ruled_out`, `remedy`, `values`, `checks`,
`experiment`, `judge`, `material`, and the sentences `title`, `why` and `fix` in the language of `--lang`.

In the sentences below, `{…}` is a value of the exchange.
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
            if cause.judge:
                lines.append(f"- Judge: `{cause.judge}`")
            if cause.factor:
                lines.append(f"- Proven by changing only {text(f'factor-{cause.factor}')}.")
            if cause.remedy:
                lines.append(f"- Lines to paste: `{cause.remedy}` (judge/remedies)")
            lines += [f"- Source: {cause.source} ({cause.certainty})", ""]
    return "\n".join([*lines, *_deployed(text)])


def _deployed(text: Messages) -> Iterator[str]:
    """The findings about the deployed configuration, which need no call."""
    yield from ("## The deployed configuration", "", _ABOUT_CONFIGURATION)
    names = (id.removeprefix(_FINDING) for id in text.ids if id.startswith(_FINDING))
    for name in sorted(name for name in names if name != "title"):
        fix = f"{_FINDING}{name}.fix"
        lines = [text.pattern(f"{_FINDING}{name}"), *([text.pattern(fix)] if text.has(fix) else ())]
        yield f"- `{name}`: {' '.join(lines)}"
    yield ""


_FINDING = "deployed-"
_ABOUT_CONFIGURATION = """\
Found without a call, and shown under the checklist. An error keeps a run from being verified, a warning does not. A number of
prowler is that of its own check for the same thing.
"""


if __name__ == "__main__":
    print(diagnosis_page(), end="")
