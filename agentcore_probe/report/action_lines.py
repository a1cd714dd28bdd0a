"""What to do now, as lines of Markdown or of plain text."""

from __future__ import annotations

from collections.abc import Callable

from agentcore_probe.model.display import visible
from agentcore_probe.report.view import View


def action_lines(view: View, escape: Callable[[str], str]) -> list[str]:
    """A numbered list under its heading; empty if there is nothing to do.

    Args:
        view: the report.
        escape: makes a text harmless in Markdown.
    """
    actions = view.actions()
    lines = ["", f"### {view.messages('actions-title')}", ""] if actions else []
    for number, action in enumerate(actions, start=1):
        methods = f" ({', '.join(action['methods'])})" if action["methods"] else ""
        lines.append(f"{number}. **{escape(action['title'])}** ({escape(action['owner'])})")
        lines.append(f"   {escape(action['because'] + methods)}")
        if action["command"]:
            # An indented block: nothing inside can end it.
            lines += ["", *(f"       {visible(line)}" for line in action["command"].splitlines()), ""]
        if action["check"]:
            lines.append(f"   {view.messages('action-check')}: {escape(action['check'])}")
    return lines


def plain_action_lines(view: View) -> list[str]:
    """The same list as plain text, without its heading. The lines of a command are indented and otherwise unchanged."""
    lines = []
    for number, action in enumerate(view.actions(), start=1):
        methods = f" ({', '.join(action['methods'])})" if action["methods"] else ""
        lines += [f"{number}. {action['title']} [{action['owner']}]", f"   {action['because']}{methods}"]
        lines += [f"     {line}" for line in action["command"].splitlines()]
        if action["check"]:
            lines.append(f"   {view.messages('action-check')}: {action['check']}")
    return lines
