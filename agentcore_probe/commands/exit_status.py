"""How a command line ends: every error becomes one line on standard error, and an exit code."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.errors import ExitCode, ProbeError


def exit_status(group: click.Group, *, wants_json: bool) -> int:
    """Runs the command that the process's arguments name; prints its error, and returns the exit code.

    Args:
        group: the commands.
        wants_json: whether an error of this program is printed as JSON.
    """
    try:
        group.main(standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except ProbeError as error:
        return _fail(error.line(), error.as_json() if wants_json else None, error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return _fail("no command was given. Choose one of the commands above", None, ExitCode.USAGE)
    except click.UsageError as error:
        hint = f"See: {_command_path(error, group)} --help"
        return _fail(error.format_message().rstrip("."), None, ExitCode.USAGE, hint=hint)
    except click.ClickException as error:
        return _fail(error.format_message(), None, ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort):
        return _interrupted()
    except Exception as error:  # noqa: BLE001  (every error ends as one line and status 70)
        return _fail(internal_error(error).line(), None, ExitCode.INTERNAL)
    return 0


def internal_error(error: Exception) -> ProbeError:
    """A defect of this program as an error: its kind and its first line."""
    from agentcore_probe.secret import redact

    lines = redact(str(error)).splitlines()
    return ProbeError(f"internal error: {type(error).__name__}: {lines[0] if lines else 'no message'}")


def _interrupted() -> int:
    """Does not wait for threads that still run; child processes end with this one."""
    from agentcore_probe.access.prompt import restore_terminal
    from agentcore_probe.store import remove_unfinished

    remove_unfinished()
    restore_terminal()
    print("error: interrupted; nothing was left half-written", file=sys.stderr)
    return ExitCode.INTERRUPTED


def _command_path(error: click.UsageError, group: click.Group) -> str:
    """The program as it was called, and the command; click leaves out the context of an option without its value."""
    if error.ctx:
        return error.ctx.command_path
    program = (
        "python -m agentcore_probe" if Path(sys.argv[0]).name == "__main__.py" else Path(sys.argv[0]).name
    )
    return " ".join([program, *(word for word in sys.argv[1:2] if word in group.commands)])


def _fail(line: str, as_json: dict[str, Any] | None, status: int, hint: str = "") -> int:
    """Prints one line on standard error, for people or as JSON, and returns `status`."""
    if hint:
        line = f"{line}{'' if line.endswith('?') else '.'} {hint}"
    text = json.dumps(as_json, ensure_ascii=False) if as_json else f"error: {line}"
    print_to_stderr(text)
    return status
