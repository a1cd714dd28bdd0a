"""Known vulnerabilities of the pinned packages, where the advisory service can be asked (`make check`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
_UNREACHABLE = ("ConnectionError", "Timeout", "Failed to connect", "ServiceError", "Max retries exceeded")


def main() -> int:
    """0 when nothing is known, or nobody could be asked; 1 with pip-audit's own words otherwise."""
    done = subprocess.run(
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
    told = f"{done.stdout}\n{done.stderr}"
    if done.returncode != 0 and any(word in told for word in _UNREACHABLE):
        print("pip-audit: skipped, the advisory service cannot be reached from here.")
        return 0
    print(told.strip())
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
