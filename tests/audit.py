"""Checks the pinned packages for known vulnerabilities (`make check`); skipped where there is no network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
_UNREACHABLE = ("ConnectionError", "Timeout", "Failed to connect", "ServiceError", "Max retries exceeded")


def main() -> int:
    """Returns 0 if no vulnerability is known or the advisory service is unreachable, else pip-audit's status."""
    audit = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--progress-spinner", "off"),
            *("--require-hashes", "--disable-pip", "--vulnerability-service", "osv", "--timeout", "10"),
            *("--requirement", "requirements.txt"),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    output = f"{audit.stdout}\n{audit.stderr}"
    if audit.returncode != 0 and any(error in output for error in _UNREACHABLE):
        print("pip-audit: skipped, the advisory service is unreachable.")
        return 0
    print(output.strip())
    return audit.returncode


if __name__ == "__main__":
    sys.exit(main())
