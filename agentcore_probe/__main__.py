"""`python -m agentcore_probe` and the console script."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Runs the command line; handles Ctrl-C during its imports too."""
    # Imports allocate many objects and no garbage; the default threshold of 700 costs a tenth of the time.
    gc.set_threshold(100_000)
    # pydantic searches every installed package for plugins, and loads them; none is used here.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from agentcore_probe.restart import restart

        restart()
        from agentcore_probe.cli import main as run

        run()
    except KeyboardInterrupt:
        print("error: interrupted; nothing was left half-written", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
