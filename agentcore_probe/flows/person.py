"""What a login flow asks a person to do. `access.person` does the asking."""

from __future__ import annotations

from typing import NamedTuple


class AskPerson(NamedTuple):
    """From here on a person is needed: other logins wait, and the terminal belongs to this one.

    Its answer has the `redirect_uri` with the port that is open; it is empty without one.
    """

    redirect_uri: str | None = None
    """Where the browser will return to, if the flow uses one; without a port, a free one is opened."""


class TryAuthorization(NamedTuple):
    """Opens the authorization URL without a browser: what the server itself refuses, it also refuses to a person.

    Its answer has `refused`: whether that is so.
    """

    url: str


class OpenBrowser(NamedTuple):
    """Sends the person to the authorization URL. Its answer has the parameters with which the browser returned."""

    url: str
    state: str
    """A redirect with another one does not answer this login."""


class ShowCode(NamedTuple):
    """Shows a person what to enter where, on any device. Its answer is empty."""

    url: str
    code: str
    complete_url: str | None = None
    """The page with the code already in it, if there is one."""


class Pause(NamedTuple):
    """Waits. Its answer is empty."""

    seconds: float


PersonStep = AskPerson | TryAuthorization | OpenBrowser | ShowCode | Pause
