"""The tokens of the structures that languages, libraries and tools print."""

from __future__ import annotations

import re

from agentcore_probe.regex import regex

SPACE = regex(r"(?:\s|\\{1,8}[nrt]|//[^\n]*|/\*[^*]{0,2000}\*/)*+")
"""White space, also as the escapes of a string around the structure, and comments."""
TOO_DEEP = regex(r"[^}\])\n]*+")
PREFIX = regex(r"<ref \*\d{1,4}> |string\(\d{1,9}\) (?=\")|new (?=[A-Z])|:(?=[\"'])|\.\.\.(?=[,\s])")
"""What dumps put before a value without meaning for it."""
BEFORE_PREFIX = frozenset("<sn.:")
NO_NAME = frozenset("[{\"'(0123456789-\n ")
"""What may follow a bracket without a name."""
BARE_KEY = regex(
    r":?(?P<key>[A-Za-z_$@#][\w$@.\-/]{0,120}+)(?P<space>[ \t]{0,9})(?P<separator>=>|=(?!=)|:(?!:|//))"
)
BRACKET_KEY = regex(
    r"\[['\"]?(?P<key>[\w .()$@:/-]{0,120}?)['\"]?(?::[a-z:\"]{1,80})?\][ \t]{0,9}(?P<separator>=>|:)"
)
"""`[cause]:` of Node.js, `["code"]=>` and `[code:protected] =>` of PHP."""
SEPARATOR = regex(r"\s{0,20}(?:=>|=(?!=)|:(?!:))")
NAMED = regex(
    r"(?:map\[[\w.]{1,40}\]|\[\])(?:interface \{\}|[\w.*]{1,40})\{"
    r"|\[[A-Z][\w: ]{0,60}\] \{"
    r"|(?P<name>[&%]?[A-Za-z_$][\w.:$\\]{0,80}+|&)(?:\(\w{1,80}\)|\s?\[[\w .:-]{1,80}\](?=\s\{))?(?:#\d{1,9}|)(?: \(\d{1,9}\))?"
    r"(?:\s{0,40}(?P<open>\{)|(?<=map)\[|(?<=[Aa]rray)\s{1,40}\(|(?<= Object)\s{1,40}\("
    r"|\((?=[\w.]{1,40}=[^=]|['\"{\[)\d&]|[bru]['\"]|[A-Z_]\w{0,80}[({ ]))"
)
OPAQUE = regex(
    r"\[(?:Object|Array|Function|AsyncFunction|GeneratorFunction|Circular|Getter|Setter|class|Symbol)\b[^\]\n]{0,200}\](?! \{)"
    r"|\(\*[\w.]{1,60}\)\([^()\n]{0,60}\)"
    r"|(?:Symbol|Buffer|object)\([^)\n]{0,200}\)(?!\s?[{#])|<Buffer[^>\n]{0,400}>"
)
NUMBER = regex(
    r"(?P<number>-?\d{1,400}+(?:\.\d{1,400}+)?(?:[eE][+-]?\d{1,4})?)n?"
    r"(?=\s{0,200}(?:[,;}\])=]|\Z)|[ \t]{0,9}(?:\\{1,8}[nrt]|\n)|\s{0,20}:(?!\d)|\s[A-Za-z_][\w-]{0,80}[:=](?!\s))"
)
WORD = regex(
    r"(?P<word>true|false|null|none|nil|undefined|nan|infinity)"
    r"(?=\s{0,200}(?:[,;}\])=]|\Z)|[ \t]{0,9}(?:\\{1,8}[nrt]|\n)|\s[A-Za-z_][\w-]{0,80}[:=](?!\s))",
    re.I,
)
WORDS = {"true": True, "false": False}
ERROR = regex(
    r"\[?(?P<name>[A-Za-z_$][\w.$]{0,100}+)(?:(?<=Error)|(?<=Exception)|(?<=Fault))(?: \[\w{1,80}\])?"
    r"(?::[ ](?P<message>[^\n]{0,8000}+))?(?=\n[ \t]{1,80}at )"
)
"""The head of an error with a stack, as the value of a dump."""
FRAME = regex(r"\n[ \t]{1,80}(?:at |\.\.\. )[^\n]{0,2000}")
RAW = regex(r"[^\[\](){},;\n\\ ]{1,4000}+|.|\n")
NEXT_KEY = regex(
    r"[,;](?:\s|\\{1,8}[nrt]){0,200}+(?::?[A-Za-z_$@][\w$@.\-/]{0,120}+[ \t]{0,9}(?:=|:(?!:|//))|\\{0,15}[\"'`{\[}\])]|\Z|\.\.\.)"
)
NEXT_GO_KEY = regex(r" [A-Za-z_][\w-]{0,80}+:(?![\s:]|//)")
BLANK = regex(r"[ \t]*+")
