"""Names and their pseudonyms: the same throughout one record, and different in the next.

A pseudonym follows from the name and a random key, which is discarded: a plain hash of a 12-digit account
id could be reversed by trying all of them. It has the form of the name, so that a shared record is valid.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from urllib.parse import quote

from agentcore_probe.judge.causes import CAUSES, Cause
from agentcore_probe.model.exchange import SESSION_LENGTHS
from agentcore_probe.regex import regex
from agentcore_probe.sharing.vocabulary import omit_other_words

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_LOW = _LOWER + _DIGITS
_ALNUM = _LOW + _LOWER.upper()
_HEX = _DIGITS + "abcdef"

LetterSource = Callable[[str, int], str]
"""Returns letters: of which alphabet, and how many."""


def _uuid(_: str, letters: LetterSource) -> str:
    text = letters(_HEX, 30)
    return f"{text[:8]}-{text[8:12]}-4{text[12:15]}-8{text[15:18]}-{text[18:30]}"


KINDS: Mapping[str, Callable[[str, LetterSource], str]] = MappingProxyType(
    {
        "account": lambda _, letters: "9" + letters(_DIGITS, 11),
        "runtime": lambda _, letters: f"resource_{letters(_LOWER, 6)}-{letters(_ALNUM, 10)}",
        "gateway": lambda _, letters: f"resource-{letters(_LOWER, 6)}-{letters(_LOW, 10)}",
        "registry": lambda _, letters: letters(_LOW, 12),
        "pool": lambda name, letters: f"{name.partition('_')[0]}_{letters(_ALNUM, 9)}",
        "client": lambda _, letters: letters(_LOW, 26),
        "name": lambda _, letters: letters(_LOWER, 8),
        "session": lambda name, letters: letters(_LOWER, 36 if len(name) in SESSION_LENGTHS else len(name)),
        "number": lambda _, letters: "9" + letters(_DIGITS, 5),
        "mail": lambda _, letters: f"{letters(_LOWER, 8)}@example.com",
        "host": lambda _, letters: f"{letters(_LOWER, 8)}.example.com",
        "address": lambda _, letters: f"198.51.100.{int(letters(_DIGITS, 4)) % 254 + 1}",
        "address6": lambda _, letters: f"2001:db8::{letters(_HEX, 4)}:{letters(_HEX, 4)}",
        "uuid": _uuid,
        "key": lambda name, letters: name[:4] + letters(_DIGITS + _LOWER.upper(), 16),
        "aws-id": lambda name, letters: f"{name.split('-')[0]}-{letters(_HEX, 17)}",
    }
)
"""Kind of name -> how its pseudonym is made, of a length that does not follow from the name; addresses and hosts are reserved ones (RFC 5737, 3849, 2606)."""


_VOCABULARY = frozenset({
    "aws", "amazon", "amazonaws", "com", "agents", "agentcore", "bedrock", "bedrock-agentcore",
    "bedrock-agentcore-control", "runtime", "runtimes", "gateway", "gateways", "memory", "harness",
    "runtime-endpoint", "cognito", "cognito-idp", "sts", "iam", "ssm", "secretsmanager", "lambda",
    "logs", "s3", "sqs", "kms", "dynamodb", "arn", "http", "https", "mcp", "sse", "jwt", "oauth",
    "oauth2", "oidc", "bearer", "basic", "tokens", "access", "refresh", "user", "users", "key", "keys",
    "role", "roles", "group", "groups", "policy", "session", "default", "none", "null", "true", "false",
    "undefined", "invalid", "denied", "authorizer", "unauthorized", "forbidden", "configuration",
    "qualifier", "request", "response", "message", "error", "errors", "exception", "invocations",
    "invoke", "tools", "list", "call", "well-known", "login", "issuer", "audience", "scope",
    "certificate", "timeout", "local", "localhost",
})  # fmt: skip
"""Words of AWS's names, of the protocols and of responses; `quoted_words` has those of the services' sentences."""
_REGION = regex(r"[a-z]{2,3}(-[a-z]+)+-\d[a-z]?")


def quoted_words(causes: Iterable[Cause]) -> frozenset[str]:
    """The words of the services' own sentences, which the table of causes quotes “like this”, in lower case."""
    quotations = (quotation for cause in causes for quotation in re.findall("“([^”]*)”", cause.looks))
    return frozenset(word.lower() for quotation in quotations for word in re.findall(r"[\w-]+", quotation))


class Pseudonyms:
    """The names of one record and their pseudonyms; add all names before replacing any."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._by_name: dict[str, str] = {}
        self._vocabulary = _VOCABULARY | quoted_words(CAUSES.values())

    def pseudonym(self, kind: str, name: str) -> str:
        """The pseudonym of `name`: the registered one, else a new one with the form of its `kind` (`KINDS`)."""
        return self._by_name.get(name) or KINDS[kind](name, self._letters(f"{kind}:{name}"))

    def registered(self, name: str) -> str | None:
        """The pseudonym of a name that is registered, else None."""
        return self._by_name.get(name)

    def add(self, kind: str, name: str | None) -> None:
        """Registers a name, to be replaced wherever it occurs as a whole word; its first kind counts.

        Words of AWS, of a protocol or of a refusal do not identify anybody: they are ignored, as are
        placeholders (`<secret>`) and names too short to tell from other text.
        """
        if name is None or name.startswith("<"):
            return
        is_long_enough = len(name) >= (3 if name.isascii() else 2)
        if is_long_enough and not self.is_public_word(name):
            self.register(name, self.pseudonym(kind, name))

    def register(self, name: str, pseudonym: str) -> None:
        """Registers a name with a given pseudonym, both plain and encoded for a URL."""
        self._by_name.setdefault(name, pseudonym)
        self._by_name.setdefault(quote(name, safe=""), quote(pseudonym, safe=""))

    def replace_names(self, text: str) -> str:
        """`text` with every registered name replaced, the longest first."""
        return self._pattern.sub(lambda match: self._by_name[match[0]], text) if self._by_name else text

    def share_text(self, text: str) -> str:
        """`text` with every registered name replaced, and every other word that is not public omitted."""
        if not self._by_name:
            return omit_other_words(text)
        shared, end = [], 0
        for match in self._pattern.finditer(text):
            shared += [omit_other_words(text[end : match.start()]), self._by_name[match[0]]]
            end = match.end()
        return "".join([*shared, omit_other_words(text[end:])])

    def is_public_word(self, name: str) -> bool:
        """Whether a name is a word of AWS, of a protocol or of a refusal, or a region."""
        return name.lower() in self._vocabulary or _REGION.fullmatch(name) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._by_name, key=len, reverse=True)
        names = "|".join(map(re.escape, longest_first))
        numbers = "|".join(name for name in longest_first if re.fullmatch("[0-9]{12}", name)) or "(?!)"
        # Whole words only: a user called "probe" must not change "agentcore-probe". An account id is
        # whole between any characters but digits: `logs-123456789012`.
        return re.compile(
            rf"(?:(?<![A-Za-z0-9_-])|(?<=%3A)|(?<=%2F)|(?<=%3a)|(?<=%2f))(?:{names})(?![A-Za-z0-9_-])"
            rf"|(?<![0-9])(?:{numbers})(?![0-9])"
        )

    def _letters(self, seed: str) -> LetterSource:
        """Letters that follow from the key and the seed only."""
        digest = hmac.new(self._key, seed.encode("utf-8", "surrogatepass"), hashlib.sha512).digest()
        stream = iter(digest * 8)
        return lambda alphabet, count: "".join(
            alphabet[byte % len(alphabet)] for _, byte in zip(range(count), stream, strict=False)
        )
