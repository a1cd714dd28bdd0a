"""Texts as people paste them, with their right answers, and what happens to a text on the way."""

from __future__ import annotations

import io
import json
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

TEXTS: dict[str, dict[str, Any]] = {
    form["id"]: form
    for form in map(json.loads, (Path(__file__).parents[1] / "pasted.jsonl").read_text("utf-8").splitlines())
}
"""The texts by name: `text`, the client's `form`, the public `source` where there is one, and `then`, the
right answer."""

_ANOTHER = (
    "HTTP/2 200 \ncontent-type: application/json\nx-amzn-requestid: 7c1f\n\n"
    '{"jsonrpc":"2.0","id":9,"result":{"tools":[]}}\n\n'
)


def _each_line(prefix: str) -> Callable[[str], str]:
    return lambda text: "\n".join(prefix + line for line in text.split("\n"))


def _colours(text: str) -> str:
    return re.sub(r"(?m)^(\S+)", "\x1b[1;31m\\1\x1b[0m", text)


def _smart_quotes(text: str) -> str:
    text = re.sub(r'"([^"\n]*)"', "\u201c\\1\u201d", text)
    return re.sub(r"'([^'\n]*)'", "\u2018\\1\u2019", text)


def _panel(text: str) -> str:
    """A panel of rich in a terminal of 120 columns, which folds longer words."""
    console = Console(width=120, file=io.StringIO(), force_terminal=False)
    console.print(Panel(Text(text)))
    return cast("io.StringIO", console.file).getvalue()


def _wrapped(text: str) -> str:
    """Lines of over 100 characters broken at spaces, as mail programs do; long words stay whole."""
    return "\n".join(
        part
        for line in text.split("\n")
        for part in (
            textwrap.wrap(line, 100, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
            if len(line) > 100
            else [line]
        )
        or [""]
    )


def _is_one_paragraph(text: str) -> bool:
    return "\n" not in text.strip()


TRANSFORMATIONS: dict[str, Callable[[str], str]] = {
    "colours": _colours,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "byte-order-mark": lambda text: "\ufeff" + text,
    "no-break-spaces": lambda text: text.replace(" ", "\u00a0"),
    "smart-quotes": _smart_quotes,
    "panel": _panel,
    "mail-quote": _each_line("> "),
    "docker-compose": _each_line("agent-1  | "),
    "kubectl": _each_line("[pod/agent-6f7c9d5b8-x2x4k/agent] "),
    "syslog": _each_line("Jul  1 10:00:00 web-1 agent[4711]: "),
    "timestamp": _each_line("2026-07-01T10:00:00.123Z "),
    "timestamp-and-level": _each_line("2026-07-01 10:00:00,123 ERROR agent.client - "),
    "github-actions": _each_line("2026-07-01T10:00:00.1234567Z "),
    "indentation": _each_line("    "),
    "wrapped": _wrapped,
    "fence": lambda text: f"```\n{text}\n```",
    "bullet": lambda text: f"- {text}" if _is_one_paragraph(text) else f"This is the output:\n\n{text}",
    "english": lambda text: (
        f"Hi all, since Monday our agent fails. This is what I get:\n\n{text}\n\nAny idea? Thanks"
    ),
    "japanese": lambda text: (
        f"昨日から呼び出しが失敗します。出力は次のとおりです。\n\n{text}\n\nよろしくお願いします。"
    ),
    "behind-another": lambda text: _ANOTHER + text,
    "json-log": lambda text: json.dumps({"level": "error", "logger": "agent", "message": text}),
}
"""What happens to a text before it is pasted; none changes what it means."""
