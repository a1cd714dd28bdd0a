"""`ask`: makes one call without an environment file, and explains its answer."""

from __future__ import annotations

import json
import re
import shlex
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from agentcore_probe import api, store
from agentcore_probe.commands.asked_lines import as_json, print_asked
from agentcore_probe.commands.batch import Finish, Work
from agentcore_probe.commands.options import AskOptions, ReportOptions
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.printable import printable
from agentcore_probe.environments.asking import Asked, read_question
from agentcore_probe.environments.load import FOLDER, find_root
from agentcore_probe.environments.naming import check_new, free_name
from agentcore_probe.environments.written import environment_text
from agentcore_probe.errors import ExitCode, InputError
from agentcore_probe.extras import require_extra
from agentcore_probe.judge.asked import explain_asked, is_fine
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.live import Progress
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.judgement import Judgement
from agentcore_probe.model.question import Question
from agentcore_probe.model.record import RunRecord
from agentcore_probe.regex import regex
from agentcore_probe.secret import register

_TOKEN = regex(r"(?:bearer\s{1,9})?eyJ", re.I)
"""The beginning of a token where the name of its place should be."""


def run(target: str, options: AskOptions, stop: threading.Event) -> int:
    """Asks, and prints the answer with its explanation; returns the exit code.

    Args:
        target: an ARN or a URL.
        options: the command's options.
        stop: ends it.

    Raises:
        ProbeError: the question cannot be asked.
    """
    root = find_root()
    if options.report is not None:
        require_extra("report", "'ask --report'")
    if options.environment is not None:
        check_new(options.environment, root)
    name = partial(_name, root, options.environment)
    question = read_question(target, _asked(options), name, partial(_command, options))
    if options.environment is not None and not _has_file(question.environment):
        raise InputError("no environment file can describe this target", where="--environment")

    def observe(_: Environment, progress: Progress) -> RunRecord:
        return api.ask(question, progress=progress, stop=stop)

    def exit_code(record: RunRecord, judgement: Judgement, _: str) -> int:
        return ExitCode.VERIFIED if is_fine(record, judgement) else ExitCode.NOT_VERIFIED

    work = Work(
        root,
        stop,
        observe,
        languages=(options.language,),
        load=lambda *_: question.environment,
        exit_code=exit_code,
    )
    return _run(question, options, work)


def _run(question: Question, options: AskOptions, work: Work) -> int:
    from agentcore_probe.commands.terminal import show_progress

    if options.report is not None:
        work = replace(work, finish=_page_writer(options, work))
    with show_progress() as progress:
        result = work.run(question.environment.name, progress)
    record, judgement = result.record, result.judgement
    if record is not None and judgement is not None:
        if options.as_json:
            print(
                json.dumps(as_json(record, judgement, result.messages))
            )  # ASCII: no character can reorder or hide a line
        else:
            print_asked(record, judgement, result.messages)
            if not question.uses_aws and not _is_certain(record, judgement):
                print(f"\n{result.messages('ask-not-read')}")
            if _is_guess(record, judgement):
                print(f"\n{result.messages('ask-guessed')}")
            for line in _next_lines(record.environment, options, work.root):
                print(printable(line))
        if result.page is not None:
            print(printable(result.messages("summary-report", path=result.page)), file=_notes(options))
    if result.error is not None:
        raise result.error
    return result.exit_code


def _is_certain(record: RunRecord, judgement: Judgement) -> bool:
    """Whether more configuration could not change what is said."""
    diagnosis = explain_asked(record, judgement).diagnosis
    is_decided = diagnosis.cause == "none" or diagnosis.confidence == "proven"
    return is_decided or CAUSES[diagnosis.cause].group == "arrival"


def _is_guess(record: RunRecord, judgement: Judgement) -> bool:
    """Whether a call failed that was made as for an HTTP agent, without knowing that it is one."""
    runtime, deployed = record.environment.runtime, record.configuration.runtime
    is_known = runtime is None or runtime.protocol or runtime.payload or (deployed and deployed.protocol)
    return not is_known and CAUSES[explain_asked(record, judgement).diagnosis.cause].group == "content"


def _notes(options: AskOptions) -> Any:
    """Where lines go that are not part of the answer."""
    return sys.stderr if options.as_json else sys.stdout


def _asked(options: AskOptions) -> Asked:
    payload = _payload(options.payload) if options.payload is not None else None
    if payload is not None and options.prompt is not None:
        raise InputError("--prompt and --payload say the same", hint="Give one of them")
    token = _token(options)
    if token is not None and options.sign:
        hint = "Give one of them; --profile reads what is deployed beside a token"
        raise InputError("a call has a token or a signature", where="--sign", hint=hint)
    return Asked(
        token=token,
        sign=options.sign,
        region=options.region,
        profile=options.profile,
        protocol={"http": "HTTP", "mcp": "MCP", "a2a": "A2A", "agui": "AGUI"}.get(options.protocol or ""),  # type: ignore[arg-type]
        payload=payload,
        prompt=options.prompt,
        tool=options.tool,
        seconds=options.seconds,
        language=options.language,
    )


def _token(options: AskOptions) -> dict[str, Any] | None:
    """The reference to the token; a token in its place is not shown."""
    places = {source: value for source, value in options.token.items() if value is not None}
    for source, value in places.items():
        if _TOKEN.match(value.strip()):
            register(value, "token")
            hint = "Put the token into a variable and give its name: --token-env JWT_TOKEN"
            raise InputError(
                "this is a token, which other users can see", where=f"--token-{source}", hint=hint
            )
    if len(places) > 1:
        raise InputError("the token is in one place", hint=f"Give one of --token-{', --token-'.join(places)}")
    if "command" not in places:
        return dict(places) or None
    try:
        words = shlex.split(places["command"])
    except ValueError as error:
        raise InputError(f"cannot be read: {error}", where="--token-command") from None
    return {"command": words}


def _payload(text: str) -> dict[str, Any]:
    where = "--payload"
    if text.startswith("@"):
        where = text[1:]
        try:
            text = Path(where).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise InputError(f"cannot be read: {reason}", where=where) from None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InputError("is not a JSON object", where=where, hint="""Give one: '{"prompt": "Hello"}'""")
    return value


def _command(options: AskOptions, target: str) -> str:
    """The command line that asks again."""
    values = {
        **{f"token-{source}": value for source, value in options.token.items()},
        "profile": options.profile,
        "region": options.region,
        "protocol": options.protocol,
        "prompt": options.prompt,
        "payload": options.payload,
        "tool": options.tool,
        "seconds": None if options.seconds is None else f"{options.seconds:g}",
    }
    words = ["agentcore-probe", "ask", target]
    words += ["--sign"] if options.sign else []
    for name, value in values.items():
        words += [f"--{name}", value] if value is not None else []
    return shlex.join(words)


def _name(root: Path, wanted: str | None, own: str) -> str:
    """The environment's name: the wanted one, else one like the target's that is free."""
    return wanted if wanted is not None else free_name(own, root)


def _has_file(environment: Environment) -> bool:
    return environment.runtime is not None or environment.gateway is not None


def _next_lines(environment: Environment, options: AskOptions, root: Path) -> Iterator[str]:
    """How to go on: the environment file, and the command that tests everything with it."""
    from agentcore_probe.report.messages import messages

    text = messages(options.language)
    if not _has_file(environment):
        return
    content = environment_text(environment)
    path = root / FOLDER / f"{environment.name}.toml"
    if options.environment is not None:
        check_new(environment.name, root)
        store.write(path, content)
        yield ""
        yield text("ask-written", path=display_path(path))
    else:
        yield f"\n{text('ask-environment', path=f'{FOLDER}/{environment.name}.toml')}\n"
        yield from (f"  {line}".rstrip() for line in content.splitlines())
        yield ""
    yield text("ask-next", command=f"agentcore-probe verify {environment.name}")


def _page_writer(options: AskOptions, work: Work) -> Finish:
    """Writes the page of the record, where the option says."""
    from agentcore_probe.commands.report_writer import ReportWriter
    from agentcore_probe.notebook.parameters import report_notebook
    from agentcore_probe.notebook.worker import worker_for
    from agentcore_probe.report.page import make_page
    from agentcore_probe.storage import open_storage

    def write(record: RunRecord, judgement: Judgement, progress: Progress, folder: Path) -> str:
        report = ReportOptions(languages=(options.language,))
        writer = ReportWriter(work.root, open_storage(folder), report_notebook(work.root), report, work.stop)
        with worker_for(None, modules=("agentcore_probe.api",)) as worker:
            return writer.write(record, judgement, progress, make_page=partial(make_page, worker=worker))

    def finish(record: RunRecord, judgement: Judgement, progress: Progress, _: object) -> str:
        if not options.report:
            return write(record, judgement, progress, work.root / "reports" / "asked")
        with tempfile.TemporaryDirectory(prefix="agentcore-probe-") as folder:
            page = write(record, judgement, progress, Path(folder))
            store.write(Path(options.report), Path(page).read_bytes())
        return options.report

    return finish
