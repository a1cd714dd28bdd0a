"""The environments and notebooks that travel with the package.

Their only source is `environments/` and `notebooks/` at the top of the repository. `setup.py` copies FILES into
the wheel, below `agentcore_probe/_builtin/`; in a checkout they are read where they are.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FILES = (
    "environments/example.toml",
    "environments/local-bound.toml",
    "environments/local-broken.toml",
    "environments/local-entrances.toml",
    "environments/local-iam.toml",
    "environments/local-identities.toml",
    "environments/local-login.toml",
    "environments/local-policy.toml",
    "environments/local.toml",
    "environments/sample.record.json",
    "environments/sample.toml",
    "notebooks/explore.ipynb",
    "notebooks/fleet.ipynb",
    "notebooks/verification.ipynb",
)
"""Only these are built in: a checkout may also hold environments of its owner."""

REPORT_NOTEBOOK = "notebooks/verification.ipynb"
"""The notebook that makes the report; a local file of this name overrides the built-in one."""

FLEET_NOTEBOOK = "notebooks/fleet.ipynb"
"""The same for the index of many environments."""

_PACKAGE = Path(__file__).resolve().parent
INSTALLED = "_builtin"
"""The folder of the copies in the installed package."""


@cache
def builtin_root() -> Path:
    """The folder that holds the built-in `environments/` and `notebooks/`: in the installed package, or the checkout."""
    installed = _PACKAGE / INSTALLED
    return installed if installed.is_dir() else _PACKAGE.parent


def builtin_file(name: str) -> Path | None:
    """The path of a built-in file, or None where no file of that name is built in.

    Args:
        name: as in FILES, e.g. `environments/local.toml`.
    """
    return builtin_root() / name if name in FILES else None
