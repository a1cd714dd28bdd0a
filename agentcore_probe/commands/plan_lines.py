"""A plan in the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from rich.cells import cell_len
from rich.console import Console

from agentcore_probe.commands.inert import inert
from agentcore_probe.commands.wrapping import open_console, print_wrapped
from agentcore_probe.model.costs import Cost
from agentcore_probe.model.forgeries import ANONYMOUS_IDS
from agentcore_probe.model.methods import caller_of, way_of
from agentcore_probe.model.oauth_discovery import origin_of
from agentcore_probe.model.plan import (
    UNKNOWN_ADDRESSES,
    AuthorizerPrediction,
    LoginCall,
    Plan,
    PlannedRequest,
    PlannedRow,
    PlannedValue,
)
from agentcore_probe.report.messages import Messages
from agentcore_probe.report.view.names import decision_text

_PIPE_WIDTH = 80
"""Columns where neither a terminal nor the variable COLUMNS says how many there are."""
_UNKNOWN_ORIGINS = {origin_of(address): name for address, name in UNKNOWN_ADDRESSES.items()}
_OWN_WORDS = ("credentials",)
"""Settings whose values are ids with a text of their own."""


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan, and the numbers that follow from it."""
    return {
        **plan.model_dump(mode="json", exclude_none=True),
        "count": plan.count,
        "at_most": plan.at_most,
        "needed": plan.needed,
        "charged": plan.costs(),
    }


def print_plan(plan: Plan, text: Messages) -> None:
    """Prints the numbers, what is charged, the settings, and every request by its row.

    Args:
        plan: what is printed.
        text: the sentences.
    """
    console = open_console(_PIPE_WIDTH)
    if plan.recorded:
        print_wrapped(console, text("plan-recorded", environment=plan.environment))
        return
    print_wrapped(console, text("plan-title", environment=plan.environment), "bold")
    for line in (*_numbers(plan, text), _known(plan, text)):
        print_wrapped(console, line)
    _heading(console, text("plan-charged"))
    if plan.embedded:
        print_wrapped(console, f"  {text('plan-charged-embedded')}")
    for cost, count in plan.costs().items():
        print_wrapped(console, f"  {text(f'plan-cost-{cost}.counted', count=count)}")
    _heading(console, text("plan-settings"))
    width = (
        max((len(value.key) for value in plan.values if not value.key.startswith("proxy.")), default=0) + 2
    )
    for value in plan.values:
        _print_value(console, value, width, text)
    _print_login(console, plan, text)
    for row in ("read", "discovery", "identity"):
        _print_others(console, plan, row, text)
    for method in plan.rows:
        _print_row(console, plan, method, text)


def _numbers(plan: Plan, text: Messages) -> Iterator[str]:
    yield text("plan-count", count=plan.count, most=plan.at_most, rate=f"{plan.per_second:g}")
    if plan.experiments:
        yield text("plan-experiments", count=plan.experiments)
    if plan.more_for_mcp:
        yield text("plan-mcp", count=plan.more_for_mcp)
    if plan.unasked:
        names = ", ".join(plan.unasked)
        yield text("plan-unasked", names=names, line=f'entrances = ["{plan.unasked[0]}"]')
    if plan.needed > plan.limit:
        yield text("summary-plan-limited", count=plan.needed, limit=plan.limit)


def _known(plan: Plan, text: Messages) -> str:
    known = plan.known
    if known is None:
        return text("plan-known-nothing")
    if known.started is None:
        return text("plan-known-setup", where=known.path)
    days = (datetime.now(UTC) - known.started).days
    return text("plan-known-run", path=known.path, time=f"{known.started:%Y-%m-%d %H:%M} UTC", days=days)


def _heading(console: Console, title: str) -> None:
    print_wrapped(console, f"\n{title}", "bold")


def _print_value(console: Console, value: PlannedValue, width: int, text: Messages) -> None:
    """Key, value and origin in one line, or the origin in a line of its own; a value is never broken."""
    shown = value.value or "-"
    if value.key in _OWN_WORDS and value.value is not None:
        shown = text(f"plan-source-{value.value}")
    origin = text(f"plan-origin-{value.origin}", where=value.where)
    line = f"  {value.key:{width}}{'' if len(value.key) < width else '  '}{shown}"
    if cell_len(line) + cell_len(origin) + 3 <= console.width:
        console.print(inert(f"{line}  {origin}"), soft_wrap=True)
    else:
        console.print(inert(line), soft_wrap=True)
        console.print(inert(f"{'':{width + 2}}{origin}"), soft_wrap=True)
    if value.problem is not None:
        print_wrapped(console, f"{'':{width + 2}}{text('plan-problem', problem=value.problem)}", "red")


def _print_login(console: Console, plan: Plan, text: Messages) -> None:
    problem = plan.aws_login_problem
    if problem is None and not plan.aws_login:
        return
    _heading(console, text("plan-login"))
    if problem is not None:
        print_wrapped(console, f"  {text.cause(problem.cause, problem.values)}", "red")
    for call in plan.aws_login:
        print_wrapped(console, f"  {_login_call(call, text)}")


def _login_call(call: LoginCall, text: Messages) -> str:
    action = call.action if ":" in call.action else text(f"plan-login-{call.action}")
    line = text("plan-login-call", action=action, of=call.of)
    return f"{line}{text('plan-login-mfa')}" if call.mfa else line


def _print_others(console: Console, plan: Plan, kind: str, text: Messages) -> None:
    """What is sent before any target is called."""
    requests = [request for request in plan.requests if way_of(request.row).split("-")[0] == kind]
    if not requests:
        return
    _heading(console, text(f"plan-row-{kind}"))
    for request in requests:
        name = caller_of(request.row)
        console.print(inert(f"  {name}: {request.step}" if name else f"  {request.step}"), soft_wrap=True)
        console.print(inert(f"    {_target(request, text)}"), soft_wrap=True)
        line = _credential(request, text)
        if not plan.embedded:
            costs = text.comma.join(_cost(cost, text) for cost in request.costs)
            line = text("plan-charged-always", credential=line, costs=costs)
        print_wrapped(console, f"    {line}")


def _print_row(console: Console, plan: Plan, row: PlannedRow, text: Messages) -> None:
    _heading(console, f"{row.method}: {text(f'method-{way_of(row.method)}')}")
    if row.effect is not None:
        print_wrapped(console, f"  {text(f'entrance-effect-{row.effect}')}")
    reason = row.not_applicable or row.not_tried
    if reason is not None:
        print_wrapped(console, f"  {text('plan-not-sent', reason=_reason(reason, plan, text))}")
        return
    requests = plan.of(row.method)
    for target in dict.fromkeys(_target(request, text) for request in requests):
        console.print(inert(f"  {target}"), soft_wrap=True)
    for credential in dict.fromkeys(_credential(request, text) for request in requests):
        print_wrapped(console, f"  {credential}")
    predictions = "; ".join(_prediction(row, prediction, text) for prediction in row.predictions)
    print_wrapped(console, f"  {text('plan-predicted', predictions=predictions)}")
    if row.expected is not None:
        print_wrapped(
            console, f"  {text('plan-expected', decision=text(decision_text(row.method, row.expected)))}"
        )
    if not plan.embedded:
        print_wrapped(console, f"  {_charged(row, requests, text)}")
    for when, group in groupby(requests, key=_when):
        steps = [_step(request, requests[0], text) for request in group]
        line = text(f"plan-when-{when}", count=len(steps), steps=text.comma.join(steps))
        print_wrapped(console, f"    {line}")


def _reason(reason: str, plan: Plan, text: Messages) -> str:
    problem = plan.aws_login_problem
    if text.has(f"plan-reason-{reason}"):
        return text(f"plan-reason-{reason}")
    if problem is not None and problem.cause == reason:
        return text.cause(reason, problem.values)
    return text(f"reason-{reason}") if text.has(f"reason-{reason}") else text("reason-other", reason=reason)


def _target(request: PlannedRequest, text: Messages) -> str:
    """The request line, or the command; an address that the run reads first is named by where it is read."""
    if request.method == "aws":
        return request.body or ""
    if request.url in UNKNOWN_ADDRESSES:
        return f"{request.method} {text(f'plan-url-of-{UNKNOWN_ADDRESSES[request.url]}')}"
    address, _, member = request.url.partition("#")
    if not member and (unknown := _UNKNOWN_ORIGINS.get(origin_of(address))) is not None:
        path = address.removeprefix(origin_of(address))
        return f"{request.method} {text(f'plan-url-of-origin-of-{unknown}')}{path}"
    name = member.partition("?")[0]
    return f"{request.method} {text('plan-url-of-document', member=name) if name else address}"


def _credential(request: PlannedRequest, text: Messages) -> str:
    return text(f"plan-credential-{request.credential or 'none'}")


def _prediction(row: PlannedRow, prediction: AuthorizerPrediction, text: Messages) -> str:
    is_open = prediction.decision is None
    decision = text("plan-decision-open" if is_open else decision_text(row.method, str(prediction.decision)))
    said = f"{decision} ({prediction.cause})" if prediction.cause else decision
    if prediction.authorizer is None:
        return said
    return text("plan-prediction", authorizer=text(f"plan-authorizer-{prediction.authorizer}"), decision=said)


def _charged(row: PlannedRow, requests: Sequence[PlannedRequest], text: Messages) -> str:
    if row.decision in ("refused", "undecided"):
        return text("plan-charged-refused", costs=_cost("unknown", text))
    costs = dict.fromkeys(cost for request in requests for cost in request.costs)
    if len(costs) > 1:
        costs.pop("unknown", None)
    return text("plan-charged-accepted", costs=text.comma.join(_cost(cost, text) for cost in costs))


def _cost(cost: Cost, text: Messages) -> str:
    return text(f"plan-cost-{cost}")


def _when(request: PlannedRequest) -> str:
    return "end" if request.control == "repeated" else request.phase or "first"


def _step(request: PlannedRequest, first: PlannedRequest, text: Messages) -> str:
    """What distinguishes a request from the others of its row."""
    name = request.step.removeprefix("forged: ")
    if request.step == first.step and request.control in {*ANONYMOUS_IDS, "expired"}:
        name = request.control or name
    return text(f"plan-step-{request.condition}", step=name) if request.condition else name
