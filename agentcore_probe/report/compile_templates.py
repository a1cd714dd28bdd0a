"""Compiles every template beside Python's own bytecode, as `compileall` does with modules: `make setup` calls both."""

from __future__ import annotations

import sys

from agentcore_probe.report.page import warm_up
from agentcore_probe.report.templates import templates


def main() -> None:
    """Compiles them, also where Python itself keeps no bytecode."""
    sys.dont_write_bytecode = False
    for name in templates().list_templates(extensions=["j2"]):
        templates().get_template(name)
    warm_up()


if __name__ == "__main__":
    main()
