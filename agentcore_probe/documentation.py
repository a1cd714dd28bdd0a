"""Where the pages of the documentation are, which the installed package does not have."""

from __future__ import annotations

from pathlib import Path

from agentcore_probe import PROJECT_URL

_ROOT = Path(__file__).resolve().parent.parent


def documentation(name: str) -> str:
    """A page's path in a checkout, else its address.

    Args:
        name: of the page, e.g. `permissions`.
    """
    page = f"docs/{name}.md"
    return page if (_ROOT / page).is_file() else f"{PROJECT_URL}/blob/main/{page}"
