"""A record for people outside: who and where are replaced by stand-ins, what happened stays.

Account ids, user names, hosts and resource ids get stand-ins that are the same throughout one
file, in the forms that AWS gives such names, so that the shared record is a record. The key is
random for each file and thrown away: a bare hash of a 12-digit account id could be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.token import MASKED

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_ALNUM = _LOWER + _LOWER.upper() + _DIGITS

_PERSONAL = ("sub", "username", "cognito:username", "email", "preferred_username", "upn", "unique_name",
             "name", "given_name", "family_name", "phone_number", "oid", "uid", "origin_jti", "jti")  # fmt: skip
"""Claims that name a person or a login (OpenID Connect Core 5.1; Cognito; Entra)."""

_CLIENTS = ("client_id", "aud", "azp", "appid", "cid")


class _StandIns:
    """Replaces names alike throughout one file."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._known: dict[str, str] = {}

    def put(self, name: str, make: Callable[[str], str]) -> None:
        """Decides the stand-in of `name`, once."""
        if len(name) >= 3 and name not in self._known:
            self._known[name] = make(name)

    def text(self, kind: str, name: str, alphabet: str, length: int) -> str:
        """Letters that follow from the key and the name, and from nothing that is kept."""
        digest = hmac.new(
            self._key, f"{kind}:{name}".encode("utf-8", "surrogatepass"), hashlib.sha512
        ).digest()
        return "".join(alphabet[byte % len(alphabet)] for byte in digest[:length])

    def apply(self, text: str) -> str:
        """`text` with every known name replaced, the longest first."""
        if not self._known:
            return text
        longest_first = sorted(self._known, key=len, reverse=True)
        # Whole names only: a user called "probe" must not change "agentcore-probe".
        pattern = rf"(?:(?<![A-Za-z0-9_-])|(?<=%3A)|(?<=%2F)|(?<=%3a)|(?<=%2f))(?:{'|'.join(map(re.escape, longest_first))})(?![A-Za-z0-9_-])"
        return re.sub(pattern, lambda match: self._known[match[0]], text)


def shared(record: RunRecord) -> RunRecord:
    """The record with stand-ins; the same run gives others each time."""
    facts = record.facts()
    names = _StandIns()
    for text in _texts(facts):
        _identifiers(text, names)
    _named(record, names)
    for place in ("environment", "configuration", "token"):
        facts[place] = _replaced(facts[place], names)
    for name in ("caller", "account", "notes"):
        if name in facts["provenance"]:
            facts["provenance"][name] = _replaced(facts["provenance"][name], names)
    for exchange in facts["exchanges"]:
        # Ids and steps are ours; what was sent and what came back may name somebody.
        for part in ("request", "response", "fault", "token", "change"):
            kept = {"of": exchange["change"]["of"]} if part == "change" and part in exchange else {}
            if part in exchange:
                exchange[part] = {**_replaced(exchange[part], names), **kept}
    for observation in facts["observations"]:
        observation["facts"] = _replaced(observation["facts"], names)
    return RunRecord.model_validate(facts)


def _identifiers(text: str, names: _StandIns) -> None:
    """Names that can be told by their form, wherever they stand."""
    for found in re.finditer(r"(?<![0-9])[0-9]{12}(?![0-9])", text):
        names.put(found[0], lambda name: "9" + names.text("account", name, _DIGITS, 11))
    for found in re.finditer(
        r"(?:runtime|gateway|harness|memory)(?:/|%2F)([A-Za-z][\w-]{0,47}-[A-Za-z0-9]{10})", text
    ):
        names.put(found[1], lambda name: _resource(name, names))
    for found in re.finditer(r"\b([a-z]{2}(?:-[a-z]+)+-\d)_([0-9A-Za-z]{4,})\b", text):
        names.put(found[2], lambda name: names.text("pool", name, _ALNUM, len(name)))
    for found in re.finditer(r"(?:user|role|assumed-role)/([\w+=,.@/-]+)", text):
        for part in found[1].split("/"):
            names.put(part, lambda name: names.text("principal", name, _LOWER, 8))
    for found in re.finditer(r"[\w.+-]+@[\w-]+\.[\w.]+", text):
        names.put(found[0], lambda name: f"{names.text('mail', name, _LOWER, 8)}@example.com")
    for found in re.finditer(r"https?://([\w.-]+)", text):
        _host(found[1], names)


def _resource(name: str, names: _StandIns) -> str:
    return f"resource_{names.text('resource', name, _LOWER, 6)}-{names.text('id', name, _ALNUM, 10)}"


def _host(host: str, names: _StandIns) -> None:
    """An AWS host keeps its service and region; any other host, and a Gateway's or VPC endpoint's label, does not."""
    label, _, rest = host.partition(".")
    if rest.startswith("gateway.bedrock-agentcore."):
        names.put(label, lambda name: _resource(name, names).replace("_", "-").lower())
    elif ".vpce." in host:
        names.put(label, lambda name: f"vpce-{names.text('vpce', name, _DIGITS, 17)}")
    elif not re.search(
        r"(^|\.)(amazonaws\.com(\.cn)?|aws\.amazon\.com|api\.aws)$", host
    ) and not re.fullmatch(r"127\.0\.0\.1|localhost|[\w.-]*\.invalid", host):
        names.put(host, lambda name: f"{names.text('host', name, _LOWER, 8)}.example.com")


def _named(record: RunRecord, names: _StandIns) -> None:
    """Names that are told by the field in which they stand."""
    told, configuration = record.environment, record.configuration
    for value in (told.profile, told.name if record.provenance.source == "aws" else None):
        names.put(value or "", lambda name: names.text("name", name, _LOWER, 8))
    if told.identity:
        names.put(told.identity.username or "", lambda name: names.text("user", name, _LOWER, 8))
        names.put(told.identity.client_id or "", lambda name: _client(name, names))
    clients = [configuration.client.client_id] if configuration.client else []
    for part in (configuration.runtime, configuration.gateway):
        jwt = part.authorizer.jwt if part and part.authorizer else None
        clients += [*jwt.allowed_clients, *jwt.allowed_audience] if jwt else []
    tokens = [each.token for each in record.exchanges if each.token] + (
        [record.token] if record.token else []
    )
    for token in tokens:
        clients += [token.claims.get(name) for name in _CLIENTS]
        for name in _PERSONAL:
            value = token.claims.get(name)
            if isinstance(value, str) and value != MASKED:
                names.put(value, lambda name: names.text("person", name, _LOWER, 8))
    for client in clients:
        for each in client if isinstance(client, list) else [client]:
            if isinstance(each, str):
                names.put(each, lambda name: _client(name, names))


def _client(name: str, names: _StandIns) -> str:
    return names.text("client", name, _LOWER + _DIGITS, max(len(name), 8))


def _texts(value: Any) -> Iterator[str]:
    """Every text of a JSON value."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)


def _replaced(value: Any, names: _StandIns) -> Any:
    if isinstance(value, str):
        return names.apply(value)
    if isinstance(value, dict):
        return {key: _replaced(each, names) for key, each in value.items()}
    return [_replaced(each, names) for each in value] if isinstance(value, list) else value
