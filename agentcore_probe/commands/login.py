"""`login`: logs in as an interactive MCP client does, and shows each step."""

from __future__ import annotations

import shlex
import threading
from urllib.parse import urlsplit

from agentcore_probe import api, store
from agentcore_probe.access import prompt
from agentcore_probe.access.addresses import check_url
from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.commands.explanation_lines import explanation_lines, remedy_lines
from agentcore_probe.commands.inert import inert
from agentcore_probe.commands.new_file import check_new_file
from agentcore_probe.commands.options import LoginOptions
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.wrapping import open_console, print_wrapped
from agentcore_probe.environments.load import find_root, load_environment
from agentcore_probe.environments.login_error import login_error
from agentcore_probe.errors import ExitCode, InputError, UnreachableError
from agentcore_probe.judge.asked import explain_asked, is_fine
from agentcore_probe.judge.causes import CAUSES
from agentcore_probe.live import LiveEnvironment, open_environment
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import is_redirect_uri
from agentcore_probe.model.login_chain import STEPS, LoginStep
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import Messages, messages

_WIDTH = 80
_SYMBOLS = {"passed": "✓", "warning": "!", "failed": "✗", "unknown": "?"}
_COLOURS = {"passed": "green", "failed": "red"}


def run(name: str, options: LoginOptions, stop: threading.Event) -> int:
    """Logs in, prints each step, and returns the exit code.

    Args:
        name: the environment.
        options: the command's options.
        stop: ends it.

    Raises:
        ProbeError: the login cannot begin, or the record cannot be written.
    """
    _check(options)
    environment = load_environment(name, find_root())
    if environment.record is not None:
        raise InputError("a recorded environment cannot be logged in to", where=name)
    text = messages(options.language or environment.language)
    lines = _Lines(text)
    record = _log_in(environment, options, lines, stop)
    judgement = api.judge(record)
    code = ExitCode.VERIFIED if is_fine(record, judgement) else ExitCode.NOT_VERIFIED
    lines.end(record, _command(name, options))
    if options.out is not None:
        store.write(options.out, store.record_text(record, judgement))
        lines.line(text("mcp-login-written", path=display_path(options.out)))
    else:
        lines.line(text("mcp-login-not-written"))
    if all(exchange.response is None for exchange in record.exchanges):
        raise UnreachableError("the target did not answer", where=name)
    return code


def _log_in(
    environment: Environment, options: LoginOptions, lines: _Lines, stop: threading.Event
) -> RunRecord:
    from agentcore_probe.probes.client_choice import ClientChoice
    from agentcore_probe.probes.mcp_login import McpLogin

    choice = ClientChoice(
        target=options.target,
        client_id=options.client_id,
        registers=options.register,
        metadata_url=options.client_metadata_url,
        scope=options.scope,
        redirect_uri=options.redirect_uri,
        sends_resource=options.sends_resource,
    )
    try:
        with open_environment(environment, None) as live:
            lines.begin(live.environment, options.target)
            _show_user(live, lines.text)
            login = McpLogin(
                live.environment,
                choice,
                keys=live.keys,
                secrets=live.secrets,
                stop=stop,
                report=lines.step,
                open_url=None if options.opens_browser else lambda _: None,
            )
            return login.observe()
    except AwsLoginError as error:
        raise login_error(error.login, where=environment.name) from None


def _check(options: LoginOptions) -> None:
    """Refuses options that contradict each other or say nothing, and addresses to which nothing may be sent."""
    given = {
        "--client-id": options.client_id is not None,
        "--register": options.register,
        "--client-metadata-url": options.client_metadata_url is not None,
    }
    named = [name for name, is_given in given.items() if is_given]
    if len(named) > 1:
        raise InputError(f"{' and '.join(named)} each say which client logs in", hint="Give one of them")
    for option, value in {"--client-id": options.client_id, "--scope": options.scope}.items():
        if value is not None and not value.strip():
            raise InputError("is empty", where=option)
    url, redirect = options.client_metadata_url, options.redirect_uri
    if url is not None and check_url(url) is not None:
        raise InputError("is not an https URL", where="--client-metadata-url")
    if redirect is not None and not is_redirect_uri(redirect):
        hint = "Give one like http://127.0.0.1:8400/callback"
        raise InputError("is not an address of this machine", where="--redirect-uri", hint=hint)
    if options.out is not None:
        check_new_file(options.out)


def _command(name: str, options: LoginOptions) -> str:
    """The command line that repeats the login."""
    values = {
        "target": options.target if options.target != "gateway" else None,
        "client-id": options.client_id,
        "client-metadata-url": options.client_metadata_url,
        "scope": options.scope,
        "redirect-uri": options.redirect_uri,
    }
    words = ["agentcore-probe", "login", name]
    words += ["--register"] if options.register else []
    words += [] if options.sends_resource else ["--no-resource"]
    for option, value in values.items():
        words += [f"--{option}", value] if value is not None else []
    return shlex.join(words)


def _show_user(live: LiveEnvironment, text: Messages) -> None:
    """Shows a person the user of an embedded AgentCore, which nobody else knows; on the terminal only."""
    identity, password = live.environment.identity, (live.secrets or {}).get("password")
    if identity is not None and password is not None:
        values = {"username": identity.username, "password": password.reveal()}
        prompt.show_on_terminal(text("mcp-login-embedded-user", values))


class _Lines:
    """What the terminal shows.

    Args:
        text: the sentences.
    """

    def __init__(self, text: Messages) -> None:
        self.text, self._console = text, open_console(_WIDTH)
        self._last: LoginStep | None = None

    def line(self, sentence: str, style: str = "") -> None:
        """Prints one sentence."""
        print_wrapped(self._console, sentence, style)

    def begin(self, environment: Environment, target: str) -> None:
        """Says what is logged in to."""
        self.line(self.text("mcp-login-begins", environment=environment.name, target=target), "bold")

    def step(self, step: LoginStep) -> None:
        """Prints a step that has ended."""
        self._last = step
        number, name = STEPS.index(step.step) + 1, self.text(f"step-name-{step.step}")
        sentence = f"{_SYMBOLS[step.result]} {number} {name}: {self._sentence(step)}"
        self.line(f" {sentence}", _COLOURS.get(step.result, "yellow"))

    def _sentence(self, step: LoginStep) -> str:
        """Why a step has its result: in short, where nothing is wrong."""
        short, of_documents = f"mcp-login-{step.reason}", f"login-step-{step.reason}"
        if self.text.has(short):
            address = step.values.get("issuer") or step.values.get("url") or ""
            return self.text(short, step.values, host=urlsplit(address).netloc)
        # The judgement of documents gives a cause other values than that of an answer.
        if STEPS.index(step.step) < STEPS.index("client-identity") and self.text.has(of_documents):
            return self.text(of_documents, step.values)
        if step.reason in CAUSES:
            return self.text.cause(step.reason, step.values)
        return self.text(f"reason-{step.reason}", step.values)

    def end(self, record: RunRecord, command: str) -> None:
        """Says that the login works, or why not and what to do.

        Args:
            record: of the login.
            command: the command line that repeats it.
        """
        judgement = api.judge(record)
        self._console.print()
        if is_fine(record, judgement):
            self.line(self.text("mcp-login-works"), "bold")
            return
        explanation = explain_asked(record, judgement)
        diagnosis = explanation.diagnosis
        call = next(row for row in record.observations if row.method == judgement.only)
        reason = call.not_tried or call.not_applicable
        is_shown = reason in (None, "no-token") and diagnosis.cause not in ("none", "unexplained")
        if reason is not None and not is_shown:
            self._reason(reason)
            return
        prose = explanation.model_copy(update={"diagnosis": diagnosis.model_copy(update={"remedy": None})})
        for number, line in enumerate(explanation_lines(prose, self.text)):
            self.line(line, "" if number else "bold")
        if diagnosis.remedy is None:
            return
        for line in remedy_lines(diagnosis.remedy.model_copy(update={"recheck": command}), self.text):
            self._console.print(inert(line), soft_wrap=True)  # a line break would change what is pasted

    def _reason(self, reason: str) -> None:
        """Why there is no token, where no answer of a server shows it."""
        text, last = self.text, self._last
        title, fix = f"reason-{reason}", f"reason-{reason}.fix"
        if reason == "no-token" and last is not None and text.has(f"forecast-fix-{last.reason}"):
            self.line(f"{text('root-cause-fix')}: {text(f'forecast-fix-{last.reason}', last.values)}")
            return
        self.line(text(title) if text.has(title) else text("reason-other", reason=reason), "bold")
        if text.has(fix):
            self.line(f"{text('root-cause-fix')}: {text(fix, target='unknown')}")
