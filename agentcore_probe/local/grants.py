"""What the authorization server has issued and not yet redeemed: codes and device codes. In memory."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from typing import Literal

CODE_SECONDS = 300
"""How long a code can be redeemed, as at Cognito."""
DEVICE_SECONDS = 600
POLL_SECONDS = 1
"""How long a device waits between two requests; RFC 8628 says 5 where a server does not name it."""
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Of a code that people type: no vowels, so that it spells no word (RFC 8628 section 6.1)."""


@dataclass(frozen=True)
class Code:
    """An authorization code that was issued."""

    client_id: str
    redirect_uri: str
    username: str
    scope: str
    challenge: str = field(repr=False)
    nonce: str | None
    resource: str | None
    expires: float

    def is_proven_by(self, verifier: str) -> bool:
        """Whether `verifier` is the one of this login (RFC 7636 section 4.6)."""
        digest = hashlib.sha256(verifier.encode()).digest()
        return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"="), self.challenge.encode())


@dataclass
class Device:
    """A device that waits for a person."""

    client_id: str
    scope: str
    resource: str | None
    user_code: str
    expires: float
    interval: float = POLL_SECONDS
    state: Literal["pending", "allowed", "denied"] = "pending"
    username: str = ""
    last_poll: float = 0.0

    def poll(self) -> str | None:
        """The error of a request for the token; None where the person has agreed."""
        now = time.monotonic()
        is_early, self.last_poll = now - self.last_poll < self.interval, now
        if now > self.expires:
            return "expired_token"
        if self.state == "denied":
            return "access_denied"
        if self.state == "allowed":
            return None
        if is_early:
            self.interval += 1
            return "slow_down"
        return "authorization_pending"


@dataclass(frozen=True)
class Renewal:
    """What a refresh token stands for."""

    client_id: str
    username: str
    scope: str
    resource: str | None


class Grants:
    """All of them."""

    def __init__(self) -> None:
        self._codes: dict[str, Code] = {}
        self._renewals: dict[str, Renewal] = {}
        self._devices: dict[str, Device] = {}

    def add_code(self, code: Code) -> str:
        """The text of a new code."""
        text = secrets.token_urlsafe(32)
        self._codes[text] = code
        return text

    def redeem(self, text: str) -> Code | None:
        """The code; it can be redeemed once, and while it is valid."""
        code = self._codes.pop(text, None)
        return code if code is not None and code.expires > time.monotonic() else None

    def add_renewal(self, renewal: Renewal) -> str:
        """The text of a new refresh token."""
        text = secrets.token_urlsafe(32)
        self._renewals[text] = renewal
        return text

    def renew(self, text: str) -> Renewal | None:
        """What a refresh token stands for; it can be used once (RFC 9700 section 4.14.2)."""
        return self._renewals.pop(text, None)

    def add_device(self, client_id: str, scope: str, resource: str | None) -> tuple[str, Device]:
        """A new device code, and the device that waits.

        Args:
            client_id: the client.
            scope: what it asks for.
            resource: whom the token is for.
        """
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        device = Device(
            client_id, scope, resource, f"{letters[:4]}-{letters[4:]}", time.monotonic() + DEVICE_SECONDS
        )
        text = secrets.token_urlsafe(32)
        self._devices[text] = device
        return text, device

    def device(self, text: str) -> Device | None:
        """The device of a device code."""
        return self._devices.get(text)

    def remove_device(self, text: str) -> None:
        """Forgets a device that has its token."""
        self._devices.pop(text, None)

    def device_of(self, user_code: str) -> Device | None:
        """The device whose code a person typed, in any case and with or without the hyphen."""
        typed = user_code.upper().replace("-", "").strip()
        return next(
            (device for device in self._devices.values() if device.user_code.replace("-", "") == typed), None
        )
