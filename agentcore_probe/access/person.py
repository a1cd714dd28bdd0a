"""The person of a login: a browser that is opened, a code that is shown, and how long all of that may take."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from agentcore_probe.access import prompt
from agentcore_probe.access.prompt import PromptCallback
from agentcore_probe.access.redirect_listener import RedirectListener
from agentcore_probe.errors import StoppedError
from agentcore_probe.model.display import visible

LOGIN_SECONDS = 300.0
"""How long a person has, where the environment does not say."""


@dataclass(frozen=True, kw_only=True)
class PersonTexts:
    """What is shown to a person, with `{count}`, `{url}` and `{code}` where these values belong."""

    browser_minutes: str = "Log in with a browser on this machine (within {count} min):"
    browser_seconds: str = "Log in with a browser on this machine (within {count} s):"
    device: str = "Log in on any device: open {url} and enter the code {code}"
    device_page: str = "or open {url}"


class Person:
    """Whoever runs the command.

    Args:
        on_prompt: makes room on the terminal.
        stop: ends every wait.
        seconds: how long a login may take.
        is_there: whether somebody can answer; None: whether there is a terminal or a notebook.
        open_url: opens a browser; None: the one of this machine.
        keeps_logins: whether what this person logged in for serves later logins of the same identity.
        texts: what is shown; None: in English.
    """

    def __init__(  # noqa: PLR0913  (settings, by their names)
        self,
        on_prompt: PromptCallback = lambda _: None,
        stop: threading.Event | None = None,
        seconds: float | None = None,
        *,
        is_there: Callable[[], bool] | None = None,
        open_url: Callable[[str], None] | None = None,
        keeps_logins: bool = True,
        texts: PersonTexts | None = None,
    ) -> None:
        self._texts = texts or PersonTexts()
        self._keeps_logins = keeps_logins
        self._on_prompt = on_prompt
        self._stop = stop or threading.Event()
        self._seconds = seconds or LOGIN_SECONDS
        self._is_there = is_there or (lambda: prompt.has_terminal() or prompt.has_notebook())
        self._open_url = open_url or open_browser
        self._end = 0.0

    def is_there(self) -> bool:
        """Whether somebody can answer."""
        return self._is_there()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """The person's attention belongs to the block, whose time begins."""
        with prompt.turn(self._on_prompt, self._stop):
            self._end = time.monotonic() + self._seconds
            yield

    @property
    def keeps_logins(self) -> bool:
        """Whether what this person logged in for serves later logins of the same identity."""
        return self._keeps_logins

    def listen(self, redirect_uri: str) -> RedirectListener:
        """Opens the address to which the browser comes back.

        Args:
            redirect_uri: an address of this machine; without a port, a free one is taken.

        Raises:
            PortInUseError: another program listens there.
        """
        return RedirectListener(redirect_uri)

    def send_to(self, url: str, listener: RedirectListener, state: str) -> str | None:
        """Lets the person log in at `url`; the URL with which the browser came back, or None.

        Args:
            url: of the login page.
            listener: where the browser comes back to.
            state: what it must bring back.

        Raises:
            StoppedError: the run was stopped.
        """
        texts, seconds = self._texts, self._seconds
        is_long = seconds >= 60
        text = texts.browser_minutes if is_long else texts.browser_seconds
        count = f"{seconds / 60 if is_long else seconds:g}"
        listener.expect(state)  # before anybody can know the URL
        prompt.show(f"{text.format(count=count)}\n\n  {visible(url)}\n")
        self._open_url(url)
        return listener.wait(state, self._end - time.monotonic(), self._stop)

    def show_code(self, url: str, code: str, complete_url: str | None) -> None:
        """Shows what to enter where, on any device."""
        text = self._texts.device.format(url=visible(url), code=visible(code))
        also = f"\n{self._texts.device_page.format(url=visible(complete_url))}" if complete_url else ""
        prompt.show(f"{text}{also}\n")

    def pause(self, seconds: float) -> bool:
        """Waits; whether there is time left afterwards.

        Raises:
            StoppedError: the run was stopped.
        """
        if self._stop.wait(min(seconds, max(self._end - time.monotonic(), 0.0))):
            raise StoppedError
        return time.monotonic() < self._end


def open_browser(url: str) -> None:
    """Opens the person's browser where there is a desktop; a browser inside the terminal would take it over.

    In a thread, because some browsers return only when they are closed.
    """
    has_desktop = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    if has_desktop and urlsplit(url).scheme in ("https", "http"):
        threading.Thread(target=_try_to_open, args=(url,), daemon=True).start()


def _try_to_open(url: str) -> None:
    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(url)
