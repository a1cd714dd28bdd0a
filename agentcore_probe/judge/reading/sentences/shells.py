"""What shells say of a command line: bash and dash as measured, zsh, cmd and PowerShell as documented."""

from __future__ import annotations

from dataclasses import replace

from agentcore_probe.judge.reading.sentences.command_lines import refused
from agentcore_probe.model.sentence import Sentence


def _shell(kind: str, literal: str, example: str, pattern: str = "") -> Sentence:
    return replace(refused(kind, literal, example, pattern), sender="shell")


_PARAMETER = r"(?:qualifier|accountId|client_id|redirect_uri|response_type|scope|state|resource|code_challenge\w{0,7}|X-Amz-\w{1,30})"
"""A parameter of a URL that was cut off at its &."""

SENTENCES: tuple[Sentence, ...] = (
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
        "alias",
        "a positional parameter cannot be found that accepts argument",
        "Invoke-WebRequest : A positional parameter cannot be found that accepts argument '-H'.",
        r"A positional parameter cannot be found that accepts argument '(?P<word>[^'\n]{1,60})'",
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
