"""Names and their stand-ins: the same throughout one file, and of no use outside of it.

The key is random for each file and thrown away: a bare hash of a 12-digit account id could be
guessed. A stand-in has the form of what it stands for, so that a shared record is a record.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from urllib.parse import quote

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_LOW = _LOWER + _DIGITS
_ALNUM = _LOW + _LOWER.upper()
_HEX = _DIGITS + "abcdef"

Letters = Callable[[str, int], str]
"""So many letters of an alphabet."""


def _uuid(_: str, some: Letters) -> str:
    text = some(_HEX, 30)
    return f"{text[:8]}-{text[8:12]}-4{text[12:15]}-8{text[15:18]}-{text[18:30]}"


KINDS: Mapping[str, Callable[[str, Letters], str]] = MappingProxyType(
    {
        "account": lambda _, some: "9" + some(_DIGITS, 11),
        "runtime": lambda _, some: f"resource_{some(_LOWER, 6)}-{some(_ALNUM, 10)}",
        "gateway": lambda _, some: f"resource-{some(_LOWER, 6)}-{some(_LOW, 10)}",
        "pool": lambda name, some: f"{name.partition('_')[0]}_{some(_ALNUM, len(name.partition('_')[2]))}",
        "client": lambda name, some: some(_LOW, max(len(name), 8)),
        "name": lambda _, some: some(_LOWER, 8),
        "session": lambda name, some: some(_LOWER, len(name)),
        "number": lambda name, some: "9" + some(_DIGITS, max(len(name) - 1, 3)),
        "mail": lambda _, some: f"{some(_LOWER, 8)}@example.com",
        "host": lambda _, some: f"{some(_LOWER, 8)}.example.com",
        "address": lambda _, some: f"198.51.100.{int(some(_DIGITS, 4)) % 254 + 1}",
        "address6": lambda _, some: f"2001:db8::{some(_HEX, 4)}:{some(_HEX, 4)}",
        "uuid": _uuid,
        "key": lambda name, some: name[:4] + some(_DIGITS + _LOWER.upper(), len(name) - 4),
        "aws-id": lambda name, some: f"{name.split('-')[0]}-{some(_HEX, 17)}",
    }
)
"""Kind of name -> how its stand-in is made; `address` and `host` are for documentation (RFC 5737, 3849, 2606)."""


_WORDS = frozenset({
    "aws", "amazon", "amazonaws", "com", "agent", "agents", "agentcore", "bedrock", "bedrock-agentcore",
    "bedrock-agentcore-control", "runtime", "runtimes", "gateway", "gateways", "memory", "harness",
    "endpoint", "runtime-endpoint", "cognito", "cognito-idp", "sts", "iam", "ssm", "secretsmanager",
    "lambda", "logs", "s3", "sqs", "kms", "dynamodb", "arn", "http", "https", "mcp", "sse", "jwt", "oauth",
    "oauth2", "oidc", "bearer", "basic", "token", "tokens", "access", "refresh", "client", "user", "users",
    "username", "name", "password", "secret", "key", "keys", "role", "roles", "group", "groups", "policy",
    "session", "default", "none", "null", "true", "false", "undefined", "invalid", "missing", "expired",
    "denied", "authentication", "authorization", "authorizer", "unauthorized", "forbidden", "claim",
    "value", "mismatch", "configuration", "qualifier", "found", "request", "response", "message", "error",
    "errors", "exception", "invocations", "invoke", "tools", "list", "call", "well-known", "login",
    "issuer", "audience", "scope", "signature", "certificate", "timeout", "local", "localhost",
})  # fmt: skip
"""Words of AWS's names, of the protocols and of refusals."""
_REGION = re.compile(r"[a-z]{2,3}(-[a-z]+)+-\d[a-z]?")


def _is_word(name: str) -> bool:
    return name.lower() in _WORDS or _REGION.fullmatch(name) is not None


class Pseudonyms:
    """The names of one record; collect all of them, then replace."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._known: dict[str, str] = {}

    def of(self, kind: str, name: str) -> str:
        """The stand-in of `name` as one of `kind`: the one that it already has, if it has one."""
        return self._known.get(name) or KINDS[kind](name, self._letters(f"{kind}:{name}"))

    def put(self, kind: str, name: str | None) -> None:
        """Notes `name`, which is replaced wherever it stands as a whole; the first kind counts.

        What is a word of AWS's, of a protocol or of a refusal names nobody, and stays.
        """
        if (
            name
            and len(name) >= (3 if name.isascii() else 2)
            and not name.startswith("<")
            and not _is_word(name)
        ):
            self.note(name, self.of(kind, name))

    def note(self, name: str, stand_in: str) -> None:
        """Notes a name with its stand-in, as they are and as they stand in a URL."""
        self._known.setdefault(name, stand_in)
        self._known.setdefault(quote(name, safe=""), quote(stand_in, safe=""))

    def apply(self, text: str) -> str:
        """`text` with every known name replaced, the longest first."""
        return self._pattern.sub(lambda match: self._known[match[0]], text) if self._known else text

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._known, key=len, reverse=True)
        names = "|".join(map(re.escape, longest_first))
        numbers = "|".join(name for name in longest_first if re.fullmatch("[0-9]{12}", name)) or "(?!)"
        # Whole names only: a user called "probe" must not change "agentcore-probe". An account's id is
        # whole between any other signs: `logs-123456789012`.
        return re.compile(
            rf"(?:(?<![A-Za-z0-9_-])|(?<=%3A)|(?<=%2F)|(?<=%3a)|(?<=%2f))(?:{names})(?![A-Za-z0-9_-])"
            rf"|(?<![0-9])(?:{numbers})(?![0-9])"
        )

    def _letters(self, seed: str) -> Letters:
        """Letters that follow from the key and the name, and from nothing that is kept."""
        digest = hmac.new(self._key, seed.encode("utf-8", "surrogatepass"), hashlib.sha512).digest()
        stream = (digest * 8).__iter__()
        return lambda alphabet, count: "".join(
            alphabet[byte % len(alphabet)] for _, byte in zip(range(count), stream, strict=False)
        )
