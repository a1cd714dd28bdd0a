"""What HTTP libraries say of a URL or header that they could not send."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.judge.reading.sentences.command_lines import refused
from agentcore_probe.model.sentence import Sentence


def _header(literal: str, example: str, pattern: str = "", *, cause: str = "token-malformed") -> Sentence:
    """A header that holds the token and that a library refused to send."""
    return replace(refused("", literal, example, pattern), cause=cause, values=(("form", "header"),))


_LIBRARIES = (
    # A URL that no library could send
    refused(
        "url-blank",
        "no scheme supplied",
        "requests.exceptions.MissingSchema: Invalid URL '': No scheme supplied. Perhaps you meant https://?",
        r"Invalid URL '(?P<word>[^'\n]{0,200})': No scheme supplied",
    ),
    refused(
        "url-blank",
        "no connection adapters were found for",
        "requests.exceptions.InvalidSchema: No connection adapters were found for 'htps://gw.example.com/mcp'",
        r"No connection adapters were found for ['\"](?P<word>[^'\"\n]{1,200})",
    ),
    refused(
        "url-blank",
        "no host supplied",
        "requests.exceptions.InvalidURL: Invalid URL 'https://': No host supplied",
    ),
    refused(
        "url-blank",
        "request url is missing an",
        "httpx.UnsupportedProtocol: Request URL is missing an 'http://' or 'https://' protocol.",
    ),
    refused(
        "url-blank",
        "non-printable ascii character in url",
        "httpx.InvalidURL: Invalid non-printable ASCII character in URL, '\\n' at position 40.",
    ),
    refused(
        "url-blank",
        "failed to parse url from",
        "TypeError: Failed to parse URL from undefined",
        r"Failed to parse URL from (?P<word>\S{1,200})",
    ),
    refused("url-blank", "err_invalid_url", "TypeError [ERR_INVALID_URL]: Invalid URL"),
    refused("url-blank", "typeerror: invalid url", "TypeError: Invalid URL"),
    refused(
        "url-blank",
        "unsupported protocol scheme",
        'Post "": unsupported protocol scheme ""',
        r"unsupported protocol scheme \"",
    ),
    refused("url-blank", "invalid control character in url", "net/url: invalid control character in URL"),
    refused(
        "url-blank",
        "url can't contain control characters",
        "http.client.InvalidURL: URL can't contain control characters.",
    ),
)
_HEADERS = (
    # A header that no library could send
    _header(
        "illegal header value",
        "httpx.LocalProtocolError: Illegal header value b'Bearer '",
        r"Illegal header value b['\"]Bearer\s{0,4}['\"]",
        cause="bearer-placeholder",
    ),
    _header("illegal header value", "httpx.LocalProtocolError: Illegal header value b'Bearer eyJ\\n'"),
    _header(
        "err_invalid_char",
        'TypeError [ERR_INVALID_CHAR]: Invalid character in header content ["Authorization"]',
        r"ERR_INVALID_CHAR\]: Invalid character in header content \[\"authorization\"\]",
    ),
    _header(
        "is an invalid header value", 'TypeError: Headers.append: "Bearer x" is an invalid header value.'
    ),
    _header(
        "return character(s) in header value",
        "requests.exceptions.InvalidHeader: Invalid leading whitespace, reserved character(s), or return character(s) in header value: 'Bearer x'",
    ),
    _header(
        "invalid header field value for",
        'net/http: invalid header field value for "Authorization"',
        r"invalid header field value for \"authorization\"",
    ),
    _header(
        "request headers must contain only ascii characters",
        "Request headers must contain only ASCII characters.",
    ),
)

SENTENCES: tuple[Sentence, ...] = (*_LIBRARIES, *_HEADERS)
