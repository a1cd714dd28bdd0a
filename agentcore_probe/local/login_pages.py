"""The pages of the authorization server: forms, without scripts."""

from __future__ import annotations

import html
from collections.abc import Mapping

from agentcore_probe.local.asgi import AsgiResponse

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:3rem auto;padding:0 1rem}}
label{{display:block;margin:.8rem 0}}input{{display:block;font:inherit;width:100%;box-sizing:border-box}}
button{{font:inherit;margin:.4rem .4rem 0 0}}</style>
<main><h1>{title}</h1>
<p>The embedded AgentCore, not AWS.</p>
{content}</main>
</html>
"""


def page(status: int, title: str, content: str = "") -> AsgiResponse:
    """A page.

    Args:
        status: the HTTP status.
        title: its heading.
        content: HTML below it.
    """
    return AsgiResponse(
        status,
        _PAGE.format(title=html.escape(title), content=content).encode(),
        {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            "cache-control": "no-store",
        },
    )


def login_form(
    action: str, hidden: Mapping[str, str], *, user_code: str | None = None, error: str = ""
) -> AsgiResponse:
    """The form of a login.

    Args:
        action: where it is sent.
        hidden: the parameters of the authorization request, which the form keeps.
        user_code: for a device: the code, which may be empty; None for a login without one.
        error: why the last one failed.
    """
    kept = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in hidden.items()
    )
    code = (
        f'<label>Code <input name="user_code" value="{html.escape(user_code)}"></label>'
        if user_code is not None
        else ""
    )
    hint = html.escape(hidden.get("login_hint", ""))
    alert = f'<p role="alert">{html.escape(error)}</p>' if error else ""
    content = (
        f'{alert}<form method="post" action="{html.escape(action)}">{kept}{code}'
        f'<label>User name <input name="username" autocomplete="username" value="{hint}"></label>'
        '<label>Password <input name="password" type="password" autocomplete="current-password"></label>'
        '<button name="decision" value="allow">Sign in</button>'
        '<button name="decision" value="deny" formnovalidate>Cancel</button></form>'
    )
    return page(200 if not error else 401, "Sign in", content)
