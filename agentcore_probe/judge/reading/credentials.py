"""Finds the credentials in a pasted text, so that no output repeats them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentcore_probe.regex import regex

_IS = r"[\"'\\]{0,4}\s{0,9}[:=]\s{0,9}[\"'\\]{0,4}"
"""Between a name and its value in a header, a JSON member, a form and an assignment."""
_VALUE = r"([^\s\"'`\\,;&]{8,8192})"
_OPAQUE = r"(?=[^\s\"'`\\,;&]{0,500}\d)(?!https?:|arn:)" + _VALUE
"""With a digit, and no reference: a word after a name that other texts use, too, is prose."""

_TOKENS = (
    # In a sentence, a word may follow: "Bearer authentication". A challenge has parameters: "Bearer error=...".
    (
        "bearer",
        regex(rf"\bbearer\s{{1,9}}[\"'\\]{{0,4}}(?!\w{{1,40}}=[^=\s])(?=[^\s\d]{{0,500}}\d){_VALUE}", re.I),
    ),
    (
        "authorization",
        regex(rf"\bauthorization{_IS}(?:(?:basic|bearer)\s{{1,9}}[\"'\\]{{0,4}}){{0,4}}{_VALUE}", re.I),
    ),
    ("bearer", regex(rf"\bbearer(?:%20|\+){_VALUE}", re.I)),
    ("--", regex(rf"--(?:oauth2-bearer|[\w-]{{0,40}}token)[ =]{{1,9}}[\"']?{_OPAQUE}")),
    ("token", regex(rf"token{_IS}{_OPAQUE}", re.I)),
    ("token", regex(rf"\b(?:x-amz-security-token|(?:aws_)?session_?token){_IS}{_VALUE}", re.I)),
    ("token", regex(rf"\b(?:access|id|refresh)_?token{_IS}{_VALUE}", re.I)),
    ("", regex(r"\b((?:IQoJ|FwoG|FQoG|AQoD)[A-Za-z0-9+/=]{40,})")),
)
"""Bearer tokens and session tokens, the latter by the beginnings that AWS gives them, too: a part in lower case that the
text must contain, and the pattern."""
_SECRETS = (
    ("", regex(rf"\b(?:(?:aws_)?secret_?access_?key|client_?secret|password|secret_?hash|api[_-]?key){_IS}{_VALUE}", re.I)),
    ("", regex(rf"(?:password|passwd|secret|api[_-]?key|cookie){_IS}{_OPAQUE}", re.I)),
    ("--", regex(rf"--[\w-]{{0,40}}(?:password|secret|api-key)[ =]{{1,9}}[\"']?{_VALUE}")),
    # In a header of cookies, the value of each of the first ones; in the options of curl and HTTPie, of the first.
    ("cookie", regex(rf"\bcookie{_IS}[^\s\"'=;]{{1,128}}={_VALUE}", re.I)),
    ("cookie", regex(rf"\bcookie{_IS}[^\s\"';]{{1,4096}};\s?[^\s\"'=;]{{1,128}}={_VALUE}", re.I)),
    ("-", regex(rf"(?:^|\s)(?:-b|--cookie)[ =]{{1,9}}[\"']?[^\s\"'=;]{{1,128}}={_VALUE}")),
    ("-", regex(rf"(?:^|\s)(?:-a|--auth)[ =]{{1,9}}[\"']?(?:[^\s\"':]{{1,128}}:)?{_OPAQUE}")),
    ("-", regex(r"(?:^|\s)(?:-u|--user)[ =]{0,9}[\"']?[^\s:\"'=]{1,128}:([^\s\"']{8,512})")),
    ("://", regex(r"://[^/\s:@]{0,128}:([^/\s@]{8,512})@")),
    ("=", regex(r"[?&](?:[\w-]{0,60}(?:token|key|secret|signature|password)|sig|code|auth)=([^&\s\"'#]{8,4096})", re.I)),
    ("/", regex(r"/(?:token|key|secret|auth|api-?key)/([^/?\s\"'#]{8,4096})", re.I)),
    ("", regex(r"\b((?:sk|pk|ghp|gho|ghs|xox[abp]|glpat)[-_][A-Za-z0-9_-]{16,512})")),
)  # fmt: skip
_PATH_SEGMENT = regex(r"(?<=/)(?<!:role/)(?<!:assumed-role/)[A-Za-z0-9_-]{24,512}(?=[/?\s\"'#]|$)")
"""Not the name of a role: those of IAM Identity Center have every kind of character."""
_RESOURCE_ID = regex(r"[A-Za-z][\w-]{0,99}-[A-Za-z0-9]{10}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The id of a Runtime or Gateway, or a UUID."""
_PLACEHOLDER = regex(r"[<>{}\[\]$*%()…]|\.\.|^(?:undefined|null|none|nan|AWS4-HMAC-SHA256)$", re.I)
"""What people write instead of a credential, and what callers send by mistake: the cause of a refusal."""
_BEARER = regex(r"(\s*[\"']?(?:bearer\s{1,9}[\"']?){0,4})(.*?)([\"']?\s*)", re.I | re.S)


_WRAP = regex(r"(?<=[A-Za-z0-9_./+=-]{16})\\?\r?\n[ \t>|]{0,8}(?=[A-Za-z0-9_./+=-])")
"""Where a long word may go on in the next line."""


def find_credentials(text: str) -> Iterator[tuple[str, str]]:
    """Each credential in a pasted text, and what it is; opaque ones by where they are, and secrets in paths.

    One that may be wrapped is yielded twice: as it is, and with what follows it.
    """
    yield from _find(text)
    joined = _WRAP.sub("", text)
    if joined != text:
        yield from _find(joined)


def _find(text: str) -> Iterator[tuple[str, str]]:
    lowered = text.lower()
    for label, patterns in (("token", _TOKENS), ("credential", _SECRETS)):
        for literal, pattern in patterns:
            for match in pattern.finditer(text) if literal in lowered else ():
                if not _PLACEHOLDER.search(match[1]):
                    yield match[1], label
    for match in _PATH_SEGMENT.finditer(text):
        segment = match[0]
        has_every_kind = all(any(map(kind, segment)) for kind in (str.islower, str.isupper, str.isdigit))
        if has_every_kind and not _RESOURCE_ID.fullmatch(segment):
            yield segment, "credential"


def hide_authorization(value: str) -> str:
    """An Authorization header without its credential; scheme, quotes and placeholders stay.

    >>> [hide_authorization(value) for value in ("Bearer abc.def", "Bearer ${TOKEN}", 'Bearer "Bearer opaque"')]
    ['Bearer <token>', 'Bearer ${TOKEN}', 'Bearer "Bearer <token>"']
    """
    if value.startswith("AWS4-"):
        return re.sub(r"(Signature=)[0-9a-fA-F]+", r"\1<signature>", value)
    match = _BEARER.fullmatch(value)
    if match is None or not match[2] or _PLACEHOLDER.search(match[2]):
        return value
    scheme, space, _ = match[2].partition(" ")
    if space and not match[1].strip():
        return f"{scheme} <credential>"
    return f"{match[1]}<token>{match[3]}"
