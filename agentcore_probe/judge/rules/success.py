"""A 2xx without an answer of the protocol, or with a refusal inside."""

from __future__ import annotations

from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.login_documents import is_public_document
from agentcore_probe.judge.rules.content import ERROR_FORMS, has_form
from agentcore_probe.judge.rules.match import Match, Rule
from agentcore_probe.judge.success import content, task_state


def _is_call(case: Case) -> bool:
    """Whether it is a call of Gateway or Runtime that got a 2xx."""
    status = case.answer.status
    is_public = is_public_document(case.address.path)
    return (
        case.service in ("gateway", "runtime")
        and status is not None
        and 200 <= status < 300
        and not is_public
    )


def task_not_done(case: Case) -> Match | None:
    """An A2A agent received the message, and rejected the task or asks for another credential."""
    if not _is_call(case) or content(case) != "agent":
        return None
    state, text = task_state(case.answer.result or {})
    if state not in ("rejected", "auth-required"):
        return None
    return Match("task-not-done", "probable", {"state": state, "message": text})


def refused_inside_200(case: Case) -> Match | None:
    """An error inside a 2xx whose words refuse the caller, or any error in answer to a control."""
    if not _is_call(case):
        return None
    kind = content(case)
    is_tool_error = case.answer.tool_error and kind in ("agent", "other")
    refuses = kind == "refusal" or (
        case.is_control and (is_tool_error or kind in ("agent", "server-error", "error"))
    )
    if not refuses or any(has_form(case, form) for form in ERROR_FORMS):
        return None
    message = case.answer.message or case.answer.tool_text
    return Match("refused-inside-200", "probable", {"message": message})


def incomplete(case: Case) -> Match | None:
    """A stream ended before its result came, or a limit of this tool ended it."""
    response = case.exchange.response
    if not _is_call(case) or response is None:
        return None
    kind = content(case)
    was_cut = response.cut is not None and kind in ("cut", "other")
    if kind != "partial" and not was_cut:
        return None
    return Match("conversation-incomplete", "proven", {"reason": "cut" if response.cut else "unfinished"})


def answer_not_mcp(case: Case) -> Match | None:
    """A 2xx without an answer of the protocol that was spoken."""
    if not _is_call(case) or content(case) != "other":
        return None
    response = case.exchange.response
    kind = (response.header("content-type") or "").partition(";")[0].strip() if response else ""
    is_empty = response is None or not response.body.strip()
    values = {"status": str(case.answer.status), "form": "empty" if is_empty else kind or "text"}
    return Match("answer-not-mcp", "probable", values)


RULES: tuple[Rule, ...] = (task_not_done, refused_inside_200, incomplete, answer_not_mcp)
