"""What shells, curl, the AWS CLI and HTTP libraries say of a command line or a call that they did not carry out.

Measured with bash, dash, curl 7 and 8, and the AWS CLI; zsh, cmd and PowerShell from their documentation.
"""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.model.sentence import Sentence


def _refused(kind: str, literal: str, example: str, pattern: str = "") -> Sentence:
    """A command line that was refused; the kind names what must be changed."""
    return Sentence(
        literal=literal,
        example=example,
        pattern=pattern,
        sender="client",
        cause="command-line-invalid",
        values=(("kind", kind),),
    )


def _shell(kind: str, literal: str, example: str, pattern: str = "") -> Sentence:
    return replace(_refused(kind, literal, example, pattern), sender="shell")


def _header(literal: str, example: str, pattern: str = "", *, cause: str = "token-malformed") -> Sentence:
    """A header that holds the token and that a library refused to send."""
    return replace(_refused("", literal, example, pattern), cause=cause, values=(("form", "header"),))


_PARAMETER = r"(?:qualifier|accountId|client_id|redirect_uri|response_type|scope|state|resource|code_challenge\w{0,7}|X-Amz-\w{1,30})"
"""A parameter of a URL that was cut off at its &."""

_SHELLS = (
    # zsh
    _shell(
        "glob",
        "no matches found: ",
        "zsh: no matches found: https://gw.example.com/mcp?qualifier=DEFAULT",
        r"no matches found: (?P<word>[^\s]{1,300})",
    ),
    _shell("glob", "zsh: bad pattern", "zsh: bad pattern: https://gw.example.com/[mcp"),
    _shell("ampersand", "parse error near `&'", "zsh: parse error near `&'"),
    _shell("quote", "zsh: unmatched", "zsh: unmatched '"),
    _shell(
        "quote", "event not found", 'bash: !": event not found', r"(?:bash|zsh): [^\n]{0,100}event not found"
    ),
    # bash, dash
    _shell(
        "quote",
        "unexpected eof while looking for matching",
        "bash: -c: line 1: unexpected EOF while looking for matching `''",
    ),
    _shell("quote", "unterminated quoted string", "sh: 1: Syntax error: Unterminated quoted string"),
    _shell("quote", "syntax error near unexpected token", "bash: syntax error near unexpected token `('"),
    _shell("quote", "dquote>", "dquote> ", r"(?<![\w/<])dquote>"),
    _shell(
        "continuation",
        ": command not found",
        "bash: -H: command not found",
        r"(?<![\w-])(?P<word>-{1,2}[A-Za-z][\w-]{0,40}): command not found",
    ),
    _shell(
        "continuation",
        "command not found: -",
        "zsh: command not found: -H",
        r"command not found: (?P<word>-{1,2}[A-Za-z][\w-]{0,40})",
    ),
    _shell(
        "continuation",
        ": not found",
        "sh: 2: -H: not found",
        r"(?:^|[\s:])(?P<word>-{1,2}[A-Za-z][\w-]{0,40}): not found",
    ),
    _shell(
        "not-installed",
        "command not found: ",
        "zsh: command not found: aws",
        r"zsh: command not found: (?P<word>[\w.-]{1,60})",
    ),
    _shell(
        "not-installed",
        ": command not found",
        "bash: agentcore: command not found",
        r"(?:sh|bash): (?:line \d{1,6}: )?(?P<word>[\w.][\w.-]{0,60}): command not found",
    ),
    _shell(
        "not-installed",
        ": not found",
        "sh: 1: jq: not found",
        r"\bsh: \d{1,4}: (?P<word>[\w.][\w.-]{0,60}): not found",
    ),
    # cmd
    _shell(
        "ampersand",
        "is not recognized as an internal or external command",
        "'accountId' is not recognized as an internal or external command,",
        rf"'(?P<word>{_PARAMETER})' is not recognized as an internal or external command",
    ),
    _shell(
        "not-installed",
        "is not recognized as an internal or external command",
        "'aws' is not recognized as an internal or external command,",
        r"'(?P<word>[\w.-]{1,60})' is not recognized as an internal or external command",
    ),
    _shell(
        "ampersand",
        "は、内部コマンドまたは外部コマンド",
        "'accountId' は、内部コマンドまたは外部コマンド、",
        rf"'(?P<word>{_PARAMETER})' は、内部コマンドまたは外部コマンド",
    ),
    _shell(
        "not-installed",
        "は、内部コマンドまたは外部コマンド",
        "'aws' は、内部コマンドまたは外部コマンド、",
        r"'(?P<word>[\w.-]{1,60})' は、内部コマンドまたは外部コマンド",
    ),
    # PowerShell
    _shell(
        "alias",
        "cannot bind parameter 'headers'",
        'Invoke-WebRequest : Cannot bind parameter \'Headers\'. Cannot convert the "Authorization: Bearer x" value of type "System.String" to type "System.Collections.IDictionary".',
    ),
    _shell(
        "alias",
        "パラメーター 'headers' をバインドできません",
        "Invoke-WebRequest : パラメーター 'Headers' をバインドできません。",
    ),
    _shell(
        "alias",
        "a parameter cannot be found that matches parameter name",
        "Invoke-WebRequest : A parameter cannot be found that matches parameter name 'sS'.",
        r"Invoke-WebRequest ?: A parameter cannot be found that matches parameter name '(?P<word>[\w-]{1,40})'",
    ),
    _shell(
        "ampersand",
        "the ampersand (&) character is not allowed",
        "The ampersand (&) character is not allowed. The & operator is reserved for future use",
    ),
    _shell(
        "ampersand",
        "アンパサンド (&) 文字は許可されていません",
        "アンパサンド (&) 文字は許可されていません。",
    ),
    _shell("quote", "the string is missing the terminator", 'The string is missing the terminator: ".'),
    _shell(
        "url-blank",
        "cannot validate argument on parameter 'uri'",
        "Invoke-RestMethod : Cannot validate argument on parameter 'Uri'. The argument is null or empty.",
    ),
    _shell(
        "url-blank",
        "invalid uri: the ",
        "Invoke-RestMethod : Invalid URI: The hostname could not be parsed.",
        r"Invalid URI: The (?:hostname could not be parsed|format of the URI could not be determined|URI is empty)",
    ),
    _shell(
        "not-installed",
        "is not recognized as ",
        "The term 'aws' is not recognized as a name of a cmdlet, function, script file, or executable program.",
        r"The term '(?P<word>[^'\n]{1,60})' is not recognized as (?:the|a) name of a cmdlet",
    ),
)
_CURL = (
    _refused(
        "option",
        ": is unknown",
        "curl: option --fail-with-bodies: is unknown",
        r"curl: option (?P<word>\S{1,60}): is unknown",
    ),
    _refused(
        "argument",
        ": requires parameter",
        "curl: option -H: requires parameter",
        r"curl: option (?P<word>\S{1,60}): requires parameter",
    ),
    _refused(
        "option",
        "curl: option ",
        "curl: option : blank argument where content is expected",
        r"curl: option (?P<word>\S{0,60}): (?:blank argument|had unsupported|is badly used|expected a proper|used (?:in|on) )",
    ),
    _refused(
        "url-blank", "no url specified", "curl: no URL specified!", r"curl: (?:\(2\) )?no URL specified"
    ),
    _refused(
        "url-blank",
        "curl: (3) url using bad/illegal format",
        "curl: (3) URL using bad/illegal format or missing URL",
    ),
    _refused(
        "url-blank", "curl: (3) url rejected", "curl: (3) URL rejected: Malformed input to a URL function"
    ),
    _refused(
        "braces",
        " in url position ",
        "curl: (3) unmatched brace in URL position 11:",
        r"curl: \(3\) [^\n]{1,60} in URL position \d",
    ),
    _refused(
        "quote",
        "not supported or disabled in libcurl",
        'curl: (1) Protocol "\'https" not supported or disabled in libcurl',
        r"curl: \(1\) Protocol \"?['‘’“”\"](?P<word>https?)\"? not supported",
    ),
    _refused(
        "quote",
        "could not resolve host: ",
        "curl: (6) Could not resolve host: Bearer",
        r"curl: \(6\) Could not resolve host: (?P<word>Bearer|application|Content-Type|Accept|Authorization|POST|invocations|eyJ[\w-]{1,20})(?![\w.-])",
    ),
    _refused(
        "file",
        "couldn't read data from file",
        'Warning: Couldn\'t read data from file "body.json", this makes an empty POST.',
        r"Couldn't read data from file \"(?P<word>[^\"\n]{1,200})\"",
    ),
    _refused(
        "file",
        "curl: (26) ",
        "curl: (26) Failed to open/read local data from file/application",
        r"curl: \(26\) (?:Failed|read|couldn)",
    ),
)
_AWS_CLI = (
    _refused(
        "outfile",
        "arguments are required: ",
        "aws: error: the following arguments are required: outfile",
        r"the following arguments are required: (?:[\w, -]{1,200}, )?(?P<word>outfile)\b",
    ),
    _refused(
        "argument",
        "arguments are required: ",
        "aws: error: the following arguments are required: --runtime-session-id, --agent-runtime-arn",
        r"the following arguments are required: (?P<word>[\w, -]{1,200})",
    ),
    _refused(
        "argument",
        "expected one argument",
        "aws: error: argument --memory-id: expected one argument",
        r"argument (?P<word>[\w/-]{1,60}): expected (?:one|at least one) argument",
    ),
    _refused(
        "binary-format",
        "unknown options: ",
        "Unknown options: --cli-binary-format, raw-in-base64-out",
        r"Unknown options: [^\n]{0,100}?(?P<word>--cli-binary-format)",
    ),
    _refused(
        "option", "unknown options: ", "Unknown options: --foo", r"Unknown options: (?P<word>--?[\w-]{1,60})"
    ),
    _refused(
        "json",
        "invalid json: ",
        "Error parsing parameter '--payload': Invalid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        r"Error parsing parameter '(?P<word>[^'\n]{1,60})': Invalid JSON",
    ),
    _refused(
        "json",
        "error parsing parameter '",
        "Error parsing parameter '--payload': Expected: '=', received: '{' for input:",
        r"Error parsing parameter '(?P<word>[^'\n]{1,60})': Expected: '",
    ),
    _refused(
        "file",
        "unable to load paramfile",
        "Error parsing parameter '--payload': Unable to load paramfile file://body.json: [Errno 2] No such file or directory: 'body.json'",
        r"Unable to load paramfile (?P<word>[^:\s]{1,10}://[^:\n]{1,200})",
    ),
    _refused("base64", "invalid base64: ", 'Invalid base64: "{"prompt": "hello"}"'),
    _refused(
        "url-blank",
        "invalid endpoint: ",
        "ValueError: Invalid endpoint: bedrock-agentcore",
        r"ValueError: Invalid endpoint: [^\n]{0,100}|Invalid endpoint: (?=$|undefined|None|null)",
    ),
)
_OTHER_COMMANDS = (
    _refused(
        "option",
        "unrecognized arguments: ",
        "invoke.py: error: unrecognized arguments: --bearer",
        r"error: unrecognized arguments: (?P<word>--?[\w-]{1,60})",
    ),
    _refused(
        "option", "no such option: ", "Error: No such option: --bearer", r"No such option: (?P<word>\S{1,60})"
    ),
    _refused(
        "option",
        "unknown option '",
        "error: unknown option '--bearer'",
        r"unknown option '(?P<word>[^'\n]{1,60})'",
    ),
    _refused(
        "argument",
        "missing argument '",
        "Error: Missing argument 'PAYLOAD'.",
        r"Missing argument '(?P<word>[^'\n]{1,60})'",
    ),
    _refused(
        "argument",
        "missing option '",
        "Error: Missing option '--name'.",
        r"Missing option '(?P<word>[^'\n]{1,60})'",
    ),
    _refused(
        "argument",
        "missing required argument '",
        "error: missing required argument 'payload'",
        r"missing required argument '(?P<word>[^'\n]{1,60})'",
    ),
    _refused(
        "quote",
        "got unexpected extra argument",
        "Error: Got unexpected extra argument (world})",
        r"Got unexpected extra arguments? \((?P<word>[^)\n]{1,60})\)",
    ),
    _refused("not-installed", " enoent", "Error: spawn npx ENOENT", r"spawn (?P<word>[^\s]{1,200}) ENOENT"),
    _refused(
        "setting",
        "does not adhere to mcp server configuration schema",
        "Does not adhere to MCP server configuration schema",
    ),
    _refused("setting", "invalid mcp configuration", "Invalid MCP configuration: url: Invalid input"),
)
_LIBRARIES = (
    # A URL that no library could send
    _refused(
        "url-blank",
        "no scheme supplied",
        "requests.exceptions.MissingSchema: Invalid URL '': No scheme supplied. Perhaps you meant https://?",
        r"Invalid URL '(?P<word>[^'\n]{0,200})': No scheme supplied",
    ),
    _refused(
        "url-blank",
        "no connection adapters were found for",
        "requests.exceptions.InvalidSchema: No connection adapters were found for 'htps://gw.example.com/mcp'",
        r"No connection adapters were found for ['\"](?P<word>[^'\"\n]{1,200})",
    ),
    _refused(
        "url-blank",
        "no host supplied",
        "requests.exceptions.InvalidURL: Invalid URL 'https://': No host supplied",
    ),
    _refused(
        "url-blank",
        "request url is missing an",
        "httpx.UnsupportedProtocol: Request URL is missing an 'http://' or 'https://' protocol.",
    ),
    _refused(
        "url-blank",
        "non-printable ascii character in url",
        "httpx.InvalidURL: Invalid non-printable ASCII character in URL, '\\n' at position 40.",
    ),
    _refused(
        "url-blank",
        "failed to parse url from",
        "TypeError: Failed to parse URL from undefined",
        r"Failed to parse URL from (?P<word>\S{1,200})",
    ),
    _refused("url-blank", "err_invalid_url", "TypeError [ERR_INVALID_URL]: Invalid URL"),
    _refused("url-blank", "typeerror: invalid url", "TypeError: Invalid URL"),
    _refused(
        "url-blank",
        "unsupported protocol scheme",
        'Post "": unsupported protocol scheme ""',
        r"unsupported protocol scheme \"",
    ),
    _refused("url-blank", "invalid control character in url", "net/url: invalid control character in URL"),
    _refused(
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
        "requests.exceptions.InvalidHeader: Invalid leading whitespace, reserved character(s), or return character(s) in header value: ' x'",
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

SENTENCES: tuple[Sentence, ...] = (*_SHELLS, *_CURL, *_AWS_CLI, *_OTHER_COMMANDS, *_LIBRARIES, *_HEADERS)
