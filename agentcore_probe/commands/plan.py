"""`plan`: what a run would do, without sending anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from agentcore_probe import api
from agentcore_probe.api.locations import open_reports
from agentcore_probe.commands.options import PlanOptions
from agentcore_probe.commands.past_runs import newest_run
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.plan_lines import plan_json, print_plan
from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.commands.selection import select_environments
from agentcore_probe.environments.load import find_root, load_environment
from agentcore_probe.errors import ExitCode, InputError, ProbeError, worst_exit_code
from agentcore_probe.model.plan import Plan
from agentcore_probe.report.messages import messages


def run(names: Sequence[str], options: PlanOptions) -> int:
    """Prints the plan of each environment; returns the worst exit code.

    Args:
        names: the environments, or "all".
        options: the command's options.

    Raises:
        InputError: the options do not fit several environments.
        ProbeError: the only environment cannot be used; among many, it is printed instead.
    """
    root = find_root()
    selected = select_environments(names, root)
    if len(selected) > 1 and (options.as_json or options.source):
        option = "--json" if options.as_json else "--from"
        raise InputError(f"{option} is for one environment", hint="Name one environment")
    codes: list[int] = [ExitCode.VERIFIED]
    for number, name in enumerate(selected):
        try:
            environment = load_environment(name, root)
            plan = _plan(name, options, root)
            if options.as_json:
                print(json.dumps(plan_json(plan), ensure_ascii=False))
            else:
                if number:
                    print()
                print_plan(plan, messages(environment.language))
        except ProbeError as error:
            if len(selected) == 1:
                raise
            print_to_stderr(f"error: {name}: {error.line()}")
            codes.append(error.exit_code)
    return worst_exit_code(codes)


def _plan(name: str, options: PlanOptions, root: Path) -> Plan:
    """The plan, with what the named or the newest run says of what is deployed."""
    reports = open_reports(None, root)
    record = api.load(options.source) if options.source else newest_run(reports, name)
    return api.plan(
        name,
        root=root,
        record=record,
        path=display_path(options.source or reports.where(name)),
        only=options.only,
        controls=options.controls,
        experiments=options.experiments,
    )
