"""`login`: logs in as an interactive MCP client does, and shows each step."""

from __future__ import annotations

import re
import shlex
import threading
from urllib.parse import parse_qs, urlsplit

from agentcore_probe import api, store
from agentcore_probe.access import prompt
from agentcore_probe.access.addresses import check_url
from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.access.person import open_browser
from agentcore_probe.access.redirect_listener import PortInUseError
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
from agentcore_probe.judge.reading.login_documents import named_issuer, resource_document
from agentcore_probe.live import LiveEnvironment, open_environment
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.identity import is_redirect_uri
from agentcore_probe.model.judgement import Diagnosis
from agentcore_probe.model.login_chain import CHALLENGE, STEPS, LoginStep
from agentcore_probe.model.record import RunRecord
from agentcore_probe.regex import regex
from agentcore_probe.report.messages import Messages, messages

_WIDTH = 80
_VARIABLE = regex(r'"\$(?P<name>[A-Z_]+)(?P<path>(?:/[\w.-]+)*)"')
"""A variable of a command to paste, with what follows it."""
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
    if not (prompt.has_terminal() or prompt.has_notebook()):
        hint = (
            "Run it in a terminal; --no-browser only prints the URL, which somebody must open on this machine"
        )
        raise InputError("login needs a terminal and a person", hint=hint)
    text = messages(options.language or environment.language)
    lines = _Lines(text)
    record = _log_in(environment, options, lines, stop)
    judgement = api.judge(record)
    code = ExitCode.VERIFIED if is_fine(record, judgement) else ExitCode.NOT_VERIFIED
    lines.end(record, name, options)
    if options.out is not None:
        store.write(options.out, store.record_text(record, judgement))
        lines.line(text("mcp-login-written", path=display_path(options.out)))
    else:
        lines.line(text("mcp-login-not-written"))
    if record.exchanges and all(exchange.response is None for exchange in record.exchanges):
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

            def open_url(url: str) -> None:
                _show_user(live, lines.text)
                if options.opens_browser:
                    open_browser(url)

            login = McpLogin(
                live.environment,
                choice,
                keys=live.keys,
                secrets=live.secrets,
                stop=stop,
                report=lines.step,
                open_url=open_url,
                language=lines.text.language.code,
            )
            return login.observe()
    except PortInUseError as error:
        hint = "End the program that listens there, or name another address of the app client with --redirect-uri"
        raise InputError(error.what, where=environment.name, hint=hint) from None
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


def _command(name: str, options: LoginOptions, redirect_uri: str | None) -> str:
    """The command line that repeats the login, at this redirect URI if it is named."""
    values = {
        "target": options.target if options.target != "gateway" else None,
        "client-id": options.client_id,
        "client-metadata-url": options.client_metadata_url,
        "scope": options.scope,
        "redirect-uri": redirect_uri or options.redirect_uri,
    }
    words = ["agentcore-probe", "login", name]
    words += ["--register"] if options.register else []
    words += [] if options.sends_resource else ["--no-resource"]
    for option, value in values.items():
        words += [f"--{option}", value] if value is not None else []
    return shlex.join(words)


def _asked(record: RunRecord, name: str) -> str | None:
    """A parameter of the authorization request; None where there is none."""
    urls = [exchange.request.url for exchange in record.exchanges if exchange.step == "authorization"]
    return parse_qs(urlsplit(urls[-1]).query).get(name, [None])[0] if urls else None


def _filled(command: str, record: RunRecord, options: LoginOptions) -> str:
    """A command to paste with the addresses and the app client that the login has shown."""
    challenges = [exchange.request.url for exchange in record.exchanges if exchange.step == CHALLENGE]
    resource = resource_document(record.exchanges)
    known = {"URL": challenges[0]} if challenges else {}
    client = None if options.register else _asked(record, "client_id")
    known |= {"CLIENT_ID": client} if client is not None else {}
    if resource is not None:
        known |= {"RESOURCE_METADATA": resource.request.url, "ISSUER": named_issuer(record.exchanges) or ""}

    def fill(found: re.Match[str]) -> str:
        url = known.get(found["name"])
        return found[0] if url is None else shlex.quote(url + found["path"])

    return _VARIABLE.sub(fill, command)


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
        print_wrapped(self._console, sentence, style, cuts_urls=False)

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
            count = int(step.values.get("count", "0"))  # which form of a noun is chosen
            return self.text(short, {**step.values, "count": count}, host=urlsplit(address).netloc)
        # The judgement of documents gives a cause other values than that of an answer.
        if STEPS.index(step.step) < STEPS.index("client-identity") and self.text.has(of_documents):
            return self.text(of_documents, step.values)
        if step.reason in CAUSES:
            return self.text.cause(step.reason, step.values)
        return self.text(f"reason-{step.reason}", step.values)

    def end(self, record: RunRecord, name: str, options: LoginOptions) -> None:
        """Says that the login works, or why not and what to do.

        Args:
            record: of the login.
            name: the environment.
            options: the command's options.
        """
        judgement = api.judge(record)
        self._console.print()
        if is_fine(record, judgement):
            last = self._last
            is_unusable = last is not None and last.reason == "protocol-not-mcp"
            values = last.values if last is not None else {}
            self.line(self.text(f"mcp-login-works{'-without-mcp' if is_unusable else ''}", values), "bold")
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
            if number or not self._is_shown(diagnosis):
                self.line(line, "" if number else "bold")
        if diagnosis.remedy is None:
            return
        uri = _asked(record, "redirect_uri") if diagnosis.cause == "redirect-uri-mismatch" else None
        shown = {
            "commands": tuple(_filled(command, record, options) for command in diagnosis.remedy.commands),
            "recheck": _command(name, options, uri),
        }
        for line in remedy_lines(diagnosis.remedy.model_copy(update=shown), self.text):
            self._console.print(inert(line), soft_wrap=True)  # a line break would change what is pasted

    def _is_shown(self, diagnosis: Diagnosis) -> bool:
        """Whether the step that failed has said the cause."""
        last = self._last
        return last is not None and last.result == "failed" and last.reason == diagnosis.cause

    def _reason(self, reason: str) -> None:
        """Why there is no token, where no answer of a server shows it; the step that failed has said it, if one did."""
        text, last = self.text, self._last
        is_failed = last is not None and last.result == "failed"
        title, fix = f"reason-{reason}", f"reason-{reason}.fix"
        of_step = f"forecast-fix-{last.reason}" if last is not None and is_failed else ""
        if not is_failed:
            self.line(text(title) if text.has(title) else text("reason-other", reason=reason), "bold")
        if text.has(fix) and not (reason == "no-token" and text.has(of_step)):
            self.line(f"{text('root-cause-fix')}: {text(fix, target='unknown')}")
        elif last is not None and text.has(of_step):
            self.line(f"{text('root-cause-fix')}: {text(of_step, last.values)}")
