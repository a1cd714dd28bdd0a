"""What curl, the AWS CLI and other commands say of a command line that they did not carry out.

Measured with curl 7 and 8 and the AWS CLI.
"""

from __future__ import annotations

from agentcore_probe.model.sentence import Sentence


def refused(kind: str, literal: str, example: str, pattern: str = "") -> Sentence:
    """A command line that was refused; the kind names what must be changed."""
    return Sentence(
        literal=literal,
        example=example,
        pattern=pattern,
        sender="client",
        cause="command-line-invalid",
        values=(("kind", kind),),
    )


_CURL = (
    refused(
        "option",
        ": is unknown",
        "curl: option --fail-with-bodies: is unknown",
        r"curl: option (?P<word>\S{1,60}): is unknown",
    ),
    refused(
        "argument",
        ": requires parameter",
        "curl: option -H: requires parameter",
        r"curl: option (?P<word>\S{1,60}): requires parameter",
    ),
    refused(
        "option",
        "curl: option ",
        "curl: option : blank argument where content is expected",
        r"curl: option (?P<word>\S{0,60}): (?:blank argument|had unsupported|is badly used|expected a proper|used (?:in|on) )",
    ),
    refused("url-blank", "no url specified", "curl: no URL specified!", r"curl: (?:\(2\) )?no URL specified"),
    refused(
        "url-blank",
        "curl: (3) url using bad/illegal format",
        "curl: (3) URL using bad/illegal format or missing URL",
    ),
    refused(
        "url-blank", "curl: (3) url rejected", "curl: (3) URL rejected: Malformed input to a URL function"
    ),
    refused(
        "braces",
        " in url position ",
        "curl: (3) unmatched brace in URL position 11:",
        r"curl: \(3\) [^\n]{1,60} in URL position \d",
    ),
    refused(
        "quote",
        "not supported or disabled in libcurl",
        'curl: (1) Protocol "\'https" not supported or disabled in libcurl',
        r"curl: \(1\) Protocol \"?['‘’“”\"](?P<word>https?)\"? not supported",
    ),
    refused(
        "quote",
        "could not resolve host: ",
        "curl: (6) Could not resolve host: Bearer",
        r"curl: \(6\) Could not resolve host: (?P<word>Bearer|application|Content-Type|Accept|Authorization|POST|invocations|eyJ[\w-]{1,20})(?![\w.-])",
    ),
    refused(
        "file",
        "couldn't read data from file",
        'Warning: Couldn\'t read data from file "body.json", this makes an empty POST.',
        r"Couldn't read data from file \"(?P<word>[^\"\n]{1,200})\"",
    ),
    refused(
        "file",
        "curl: (26) ",
        "curl: (26) Failed to open/read local data from file/application",
        r"curl: \(26\) (?:Failed|read|couldn)",
    ),
)
_AWS_CLI = (
    refused(
        "outfile",
        "arguments are required: ",
        "aws: error: the following arguments are required: outfile",
        r"the following arguments are required: (?:[\w, -]{1,200}, )?(?P<word>outfile)\b",
    ),
    refused(
        "argument",
        "arguments are required: ",
        "aws: error: the following arguments are required: --runtime-session-id, --agent-runtime-arn",
        r"the following arguments are required: (?P<word>[\w, -]{1,200})",
    ),
    refused(
        "argument",
        "expected one argument",
        "aws: error: argument --memory-id: expected one argument",
        r"argument (?P<word>[\w/-]{1,60}): expected (?:one|at least one) argument",
    ),
    refused(
        "binary-format",
        "unknown options: ",
        "Unknown options: --cli-binary-format, raw-in-base64-out",
        r"Unknown options: [^\n]{0,100}?(?P<word>--cli-binary-format)",
    ),
    refused(
        "option", "unknown options: ", "Unknown options: --foo", r"Unknown options: (?P<word>--?[\w-]{1,60})"
    ),
    refused(
        "json",
        "invalid json: ",
        "Error parsing parameter '--payload': Invalid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        r"Error parsing parameter '(?P<word>[^'\n]{1,60})': Invalid JSON",
    ),
    refused(
        "json",
        "error parsing parameter '",
        "Error parsing parameter '--payload': Expected: '=', received: '{' for input:",
        r"Error parsing parameter '(?P<word>[^'\n]{1,60})': Expected: '",
    ),
    refused(
        "file",
        "unable to load paramfile",
        "Error parsing parameter '--payload': Unable to load paramfile file://body.json: [Errno 2] No such file or directory: 'body.json'",
        r"Unable to load paramfile (?P<word>[^:\s]{1,10}://[^:\n]{1,200})",
    ),
    refused("base64", "invalid base64: ", 'Invalid base64: "{"prompt": "hello"}"'),
    refused(
        "url-blank",
        "invalid endpoint: ",
        "ValueError: Invalid endpoint: bedrock-agentcore",
        r"ValueError: Invalid endpoint: [^\n]{0,100}|Invalid endpoint: (?=$|undefined|None|null)",
    ),
)
_OTHER_COMMANDS = (
    refused(
        "option",
        "unrecognized arguments: ",
        "invoke.py: error: unrecognized arguments: --bearer",
        r"error: unrecognized arguments: (?P<word>--?[\w-]{1,60})",
    ),
    refused(
        "option", "no such option: ", "Error: No such option: --bearer", r"No such option: (?P<word>\S{1,60})"
    ),
    refused(
        "option",
        "unknown option '",
        "error: unknown option '--bearer'",
        r"unknown option '(?P<word>[^'\n]{1,60})'",
    ),
    refused(
        "argument",
        "missing argument '",
        "Error: Missing argument 'PAYLOAD'.",
        r"Missing argument '(?P<word>[^'\n]{1,60})'",
    ),
    refused(
        "argument",
        "missing option '",
        "Error: Missing option '--name'.",
        r"Missing option '(?P<word>[^'\n]{1,60})'",
    ),
    refused(
        "argument",
        "missing required argument '",
        "error: missing required argument 'payload'",
        r"missing required argument '(?P<word>[^'\n]{1,60})'",
    ),
    refused(
        "quote",
        "got unexpected extra argument",
        "Error: Got unexpected extra argument (world})",
        r"Got unexpected extra arguments? \((?P<word>[^)\n]{1,60})\)",
    ),
    refused("not-installed", " enoent", "Error: spawn npx ENOENT", r"spawn (?P<word>[^\s]{1,200}) ENOENT"),
    refused(
        "setting",
        "does not adhere to mcp server configuration schema",
        "Does not adhere to MCP server configuration schema",
    ),
    refused("setting", "invalid mcp configuration", "Invalid MCP configuration: url: Invalid input"),
)

SENTENCES: tuple[Sentence, ...] = (*_CURL, *_AWS_CLI, *_OTHER_COMMANDS)
