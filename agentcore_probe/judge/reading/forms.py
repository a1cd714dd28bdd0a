"""How clients write an answer, or its absence, into a line of text: one row for each form.

A row is recognized by a literal and read by a pattern, whose named groups are what the line says: `status`, `type`,
`message`, `operation`, `method`, `url`, `body`, and `detail` of a fault. To make another client known, add a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from agentcore_probe.judge.reading.commandline import make_request
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.model.exchange import Fault, FaultKind


@dataclass(frozen=True, kw_only=True)
class Form:
    """One way to write an answer."""

    name: str
    example: str
    literals: tuple[str, ...]
    """Parts, in lower case, of which a text with this form contains one."""
    pattern: str
    """A regular expression (any case) with the groups named above."""
    fault: FaultKind | None = None
    """Why there was no answer, if this form says that."""
    error_type: str = ""
    """The error type, if the form itself is about one."""
    program: str = ""
    """The kind of client that writes so (`Part.program`)."""

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.pattern, re.I | re.M)


_TYPES = (
    r"(?:AccessDenied|ResourceNotFound|Validation|Throttling|Throttled|Unauthorized|UnrecognizedClient|ExpiredToken"
    r"|InvalidSignature|RetryableConflict|Conflict|ServiceQuotaExceeded|InternalServer|Unauthorized\w{0,30}Token"
    r"|MissingAuthenticationToken|IncompleteSignature|SignatureDoesNotMatch|InvalidClientTokenId|RequestExpired"
    r"|RequestTimeTooSkewed|UnknownOperation|NotAuthorized|InvalidParameter|UserNotFound|UserNotConfirmed|Forbidden"
    r"|PasswordResetRequired|TooManyRequests|LimitExceeded|CodeMismatch|ExpiredCode|InvalidPassword|InternalError"
    r"|UserLambdaValidation|InvalidUserPoolConfiguration|AuthorizeAction|ServiceUnavailable|McpRequestUnacceptable"
    r"|ModelTimeout|ModelNotReady|InvalidRequest|InvalidGrant)(?:Exception|Error)?"
)
"""Error types of AgentCore, SigV4 and Cognito; others are written the same way by anything."""
_REASONS = "|".join(
    sorted({re.escape(status.phrase) for status in HTTPStatus if status >= 400}, key=len, reverse=True)
)
_URL = r"(?:https?|wss?)://[^\s'\"<>)\]},`]{4,4000}"
_MORE = (
    r"(?:\n(?![\s{<\[$>*|(-]|HTTP/|During |The above|Traceback|[\w.:]{1,80}(?:Error|Exception|Caused by)\b|[A-Z]{3,7} http"
    r"|\d{4}-\d\d|(?-i:[A-Z])[\w ]{1,40}:|curl\b|aws\b|http\b|/|For more)[^\n]{1,300}){0,5}"
)
"""Further lines of a message that was wrapped."""
_STATUS = r"(?P<status>[1-5]\d\d)(?![\w.]|\s{1,3}m?s\b)"

FORMS: tuple[Form, ...] = (
    # SDKs of AWS
    Form(
        name="botocore",
        program="aws",
        example="An error occurred (AccessDeniedException) when calling the InvokeAgentRuntime operation: no",
        literals=("an error occurred (", "an error occurred\n("),
        pattern=r"An error occurred\s\((?P<type>\w{1,100})\)\s{1,2}when\scalling\sthe\s(?P<operation>\w{1,100})\soperation"
        rf"(?:\s\(reached\smax\sretries:\s\d{{1,3}}\))?[^:\n]{{0,100}}:[ \n]?(?P<message>[^\n]*{_MORE})",
    ),
    Form(
        name="botocore-parameters",
        example='Parameter validation failed:\nMissing required parameter in input: "agentRuntimeArn"',
        literals=("parameter validation failed",),
        pattern=r"Parameter validation failed:\s{0,20}(?P<message>[^\n]*(?:\n[^\n]+){0,20})",
        error_type="ParamValidationError",
    ),
    Form(
        name="go",
        example="operation error Bedrock AgentCore: InvokeAgentRuntime, https response error StatusCode: 403, RequestID: 5f2a, "
        "AccessDeniedException: no",
        literals=("operation error ",),
        pattern=r"operation error [\w -]{1,80}: (?P<operation>\w{1,100}),(?:[^\n]{0,200}?StatusCode: (?P<status>\d{3}),"
        r"[^\n]{0,200}?)? ?(?:api error )?\b(?P<type>[A-Z]\w{2,60}): (?P<message>[^\n]*)",
    ),
    Form(
        name="php",
        example='Error executing "InvokeAgentRuntime" on "https://h/runtimes/x/invocations"; AWS HTTP error: Client error: '
        "`POST https://h/runtimes/x/invocations` resulted in a `403 Forbidden` response:",
        literals=("error executing ",),
        pattern=rf"Error executing \"(?P<operation>\w{{1,100}})\" on \"(?P<url>{_URL})\"",
    ),
    Form(
        name="cpp",
        example="HTTP response code: 403\nException name: AccessDeniedException\nError message: no",
        literals=("exception name:",),
        pattern=r"Exception name: (?P<type>\w{1,80})\s{1,3}Error message: (?P<message>[^\n]*)",
    ),
    Form(
        name="ruby",
        example="no (Aws::BedrockAgentCore::Errors::AccessDeniedException)",
        literals=("::errors::",),
        pattern=r"(?:^|: |in ['`][^'\n]{0,100}': )(?P<message>[^\n:][^\n]{0,2000}?) \(Aws::\w{1,60}::Errors::(?P<type>\w{1,80})\)"
        r"|Aws::\w{1,60}::Errors::(?P<type_2>\w{1,80}):? \(?(?P<message_2>[^\n]{0,2000}?)\)?$",
    ),
    Form(
        name="swift",
        example='UnknownAWSHTTPServiceError(typeName: Optional("AccessDeniedException"), message: Optional("no"))',
        literals=("typename: optional(",),
        pattern=r"typeName: Optional\(\"(?P<type>\w{1,80})\"\),? ?(?:message: Optional\(\"(?P<message>[^\"\n]{0,2000})\"\))?",
    ),
    Form(
        name="typed",
        example="AccessDeniedException: no",
        literals=("exception: ", "error: ", "exception (", "exception - ", "exception) ", "exception): ", "exception: "),
        pattern=rf"\b(?P<type>{_TYPES}|RuntimeClientError(?:Exception)?|ServiceException|\w{{0,30}}AgentCore\w{{0,30}}Exception)(?: \((?:client|server)\)|\))?(?::| -) "
        r"(?!An error occurred \()(?P<message>[^\n]+)",
    ),
    Form(
        name="js-client",
        program="javascript",
        example="at async /app/node_modules/@aws-sdk/client-sts/dist-cjs/index.js:193:18",
        literals=("@aws-sdk/client-",),
        pattern=r"@aws-sdk/client-(?P<operation>[\w-]{1,60})",
    ),
    Form(
        name="java",
        example="no (Service: BedrockAgentCore, Status Code: 403, Request ID: 5f2a)",
        literals=("(service: ",),
        pattern=r"\(Service: \w{1,80}; ?Status Code: (?P<status>\d{3})|\(Service: \w{1,80}, Status Code: (?P<status_2>\d{3})",
    ),
    Form(
        name="metadata",
        example="httpStatusCode: 403",
        literals=("httpstatuscode", "http_status_code", "status code", "statuscode", "status_code"),
        pattern=rf"(?:http ?status ?code|http_status_code|status[ _]?code)['\"]?(?: was| is|:|=| =)?:? ['\"]?{_STATUS}",
    ),
    # Libraries of HTTP
    Form(
        name="raise-for-status",
        program="python",
        example="403 Client Error: Forbidden for url: https://h/mcp",
        literals=("for url",),
        pattern=rf"(?<![\d,.:])(?P<status>[1-5]\d\d)\b[^\n]{{0,80}}?\bfor url:? ?[('\"]?(?P<url>{_URL})",
    ),
    Form(
        name="urllib3-url",
        program="python",
        example="HTTPSConnectionPool(host='h.example.com', port=443): Max retries exceeded with url: /mcp (Caused by ...)",
        literals=("connectionpool(host=",),
        pattern=r"ConnectionPool\(host='(?P<host>[\w.-]{1,200})', port=\d{1,5}\)(?:: Max retries exceeded with url: (?P<path>/\S{0,4000}))?",
    ),
    Form(
        name="urllib3-retries",
        program="python",
        example="(Caused by ResponseError('too many 504 error responses'))",
        literals=(" error responses",),
        pattern=r"too many (?P<status>[45]\d\d) error responses",
    ),
    Form(
        name="aiohttp",
        program="python",
        example="ClientResponseError: 401, message='Unauthorized', url='https://h/mcp'",
        literals=("url='http", 'url="http', "url=url('http"),
        pattern=rf"(?<![\d,.:])(?P<status>[1-5]\d\d), message=['\"][^'\"\n]{{0,200}}['\"],[^\n]{{0,200}}? ?url=(?:URL\()?['\"](?P<url>{_URL})",
    ),
    Form(
        name="method-url-status",
        program="browser",
        example="POST https://h/mcp 401 (Unauthorized)",
        literals=("post http", "get http", "delete http", "put http", "options http"),
        pattern=rf"\b(?P<method>POST|GET|PUT|DELETE|OPTIONS)[ :]{{1,3}}['\"`(]?(?P<url>{_URL})[^\n]{{0,60}}?(?:\b(?P<status>[1-5]\d\d)(?=[ )'\"`:]|$)"
        rf"|\[HTTP/[\d.]{{1,3}} (?P<status_2>[1-5]\d\d))?",
    ),
    Form(
        name="access-log",
        example='https://h:443 "POST /mcp HTTP/1.1" 403 246',
        literals=(' http/1.1" ', ' http/2" ', ' http/2.0" ', ' http/1.0" '),
        pattern=rf"(?:(?P<url>{_URL}) )?\"(?P<method>[A-Z]{{3,7}}) (?P<path>/[^\s\"]{{0,4000}}) HTTP/[\d.]{{1,3}}\" (?P<status>[1-5]\d\d)\b",
    ),
    Form(
        name="status-sending",
        example="Error 401 status sending message to https://h/mcp: {}",
        literals=("status sending message",),
        pattern=rf"\b(?P<status>[1-5]\d\d) status sending message to (?P<url>{_URL}?):?(?=[\s:]|$)(?: (?P<message>(?![{{\[<])[^\s\n][^\n]{{0,2000}}))?",
    ),
    # A status in any words
    Form(
        name="status-words",
        example="HTTP 401",
        literals=("http", "status", "response", "returned", "code", "error", "fail", "respond", "answer", "got "),
        pattern=r"(?:\bHTTP(?:/[\d.]{1,3})?(?: status)?|status(?: ?code)?|response(?: code)?|responded(?: with)?|returned|returns|return code"
        r"|answers?|answered|error(?: code)?|failed|failed with|got|received|failure)(?: error| client error| server error| of| was| is| an?)?"
        rf"['\"]?[ :=(#\[`'\"]{{1,4}}{_STATUS}(?!,\d| bytes|-byte| ?ms\b|%)",
    ),
    Form(
        name="status-cjk",
        example="\u30b9\u30c6\u30fc\u30bf\u30b9\u30b3\u30fc\u30c9: 401",
        literals=("\u72b6\u6001\u7801", "\u72b6\u614b\u30b3\u30fc\u30c9", "\u30b9\u30c6\u30fc\u30bf\u30b9", "\u54cd\u5e94\u7801", "\uc0c1\ud0dc", "\uc751\ub2f5", "\u30a8\u30e9\u30fc", "\u9519\u8bef"),
        pattern=rf"(?:\u72b6\u6001\u7801|\u72b6\u614b\u30b3\u30fc\u30c9|\u30b9\u30c6\u30fc\u30bf\u30b9(?:\u30b3\u30fc\u30c9)?|\u54cd\u5e94\u7801|\uc0c1\ud0dc ?\ucf54\ub4dc|\uc751\ub2f5 ?\ucf54\ub4dc"
        rf"|\u30a8\u30e9\u30fc|\u9519\u8bef)[ :\uff1a=\u306f\u4e3a\u662f(\uff08]{{0,3}}{_STATUS}",
    ),
    Form(
        name="status-reason",
        example="401 Unauthorized",
        literals=tuple(status.phrase.lower() for status in HTTPStatus if status >= 400),
        pattern=rf"(?<![\w.:/-])(?P<status>[45]\d\d)[ :,\-\"'()]{{1,4}}(?:{_REASONS})\b",
    ),
    Form(
        name="reason-status",
        example="Forbidden (403)",
        literals=tuple(status.phrase.lower() for status in HTTPStatus if status >= 400),
        pattern=rf"\b(?:{_REASONS})[ :,]{{0,3}}[(\[]?(?P<status>[45]\d\d)(?![\w.])",
    ),
    Form(
        name="status-before-body",
        example='invoke failed: 401 {"message":"no"}',
        literals=("{", "<html", "<!doc", "<?xml", "<error", "[{"),
        pattern=r"(?:^|[ :(\[])(?P<status>[1-5]\d\d)[\])]?(?: ?[:\-|,]| body:?)? ?(?=[{<\[]|['\"`][{<])",
    ),
    Form(
        name="status-after-body",
        example='{"message":"no"} 404',
        literals=("}", ">"),
        pattern=r"(?<=[}>])[ \n]{0,2}(?P<status>[1-5]\d\d)[ ]*$",
    ),
    Form(
        name="write-out",
        example="403 0.412034",
        literals=tuple("\n" + str(number) for number in (2, 4, 5)),
        pattern=r"^(?:http_code[:=] ?)?(?P<status>200|202|204|4\d\d|5[0-4]\d)(?: \d{1,4}\.\d{1,9}s?)?[ ]{0,4}$",
    ),
    Form(
        name="status-first",
        example="404: No endpoint or agent found",
        literals=("0: ", "1: ", "2: ", "3: ", "4: ", "5: ", "6: ", "9: "),
        pattern=r"^[ \t]{0,20}(?P<status>[45]\d\d): ",
    ),
    Form(
        name="status-alone",
        example="401",
        literals=tuple(str(number) for number in range(10)),
        pattern=r"\A\s*(?P<status>[45]\d\d)\s*\Z",
    ),
    Form(
        name="challenge",
        example='Bearer error="insufficient_scope", scope="orders/read"',
        literals=("bearer ",),
        pattern=r"(?P<challenge>\bBearer (?:(?:error|error_description|scope|resource_metadata|realm)=\\?\"[^\"\n]{0,1000}\"(?:,? ?\n?(?=\w{3,20}=)|)){1,6})",
    ),
    # curl
    Form(
        name="curl-status",
        program="curl",
        example="curl: (22) The requested URL returned error: 403",
        literals=("the requested url returned error",),
        pattern=rf"curl: \(22\) The requested URL returned error: {_STATUS}",
    ),
    # wget, browsers' panels, PowerShell: a URL or method of the request by name
    Form(
        name="wget",
        program="wget",
        example="--2026-07-05 10:11:12--  https://h/mcp",
        literals=("--  http",),
        pattern=rf"^--\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d--\s{{1,3}}(?P<url>{_URL})",
    ),
    Form(
        name="named-url",
        example="Request URL: https://h/mcp",
        literals=("url", "uri", "endpoint", "address"),
        pattern=rf"\b(?:request url|url|uri|endpoint url|endpoint|request uri|address|target)['\"]?\s?[:=]{{1,2}}>?\s{{0,3}}['\"`]?(?P<url>{_URL})",
    ),
    # No answer at all
    Form(
        name="setup",
        example="Missing dependencies for SOCKS support",
        literals=("socks", "suitable tls ca", "no_certificate_or_crl", "invalidproxyurl"),
        pattern=r"(?P<detail>Missing dependencies for SOCKS|suitable TLS CA certificate bundle|NO_CERTIFICATE_OR_CRL_FOUND|InvalidProxyURL)",
        fault="setup",
    ),
    Form(
        name="proxy",
        example="ProxyError('Cannot connect to proxy.')",
        literals=("proxy",),
        pattern=r"(?P<detail>ProxyError|Tunnel connection failed[^\n]{0,60}|ProxyConnectionError|Failed to connect to proxy|unable to connect to proxy|proxyconnect tcp)",
        fault="proxy",
    ),
    Form(
        name="dns",
        example="getaddrinfo ENOTFOUND h",
        literals=("not known", "nodename", "nameresolution", "getaddrinfo", "enotfound", "eai_again", "name resolution", "no such host",
                  "could not be resolved", "could not resolve host", "unknownhostexception", "dns error", "failed to lookup address",
                  "err_name_not_resolved"),
        pattern=r"(?P<detail>Name or service not known|nodename nor servname|NameResolutionError|getaddrinfo (?:failed|ENOTFOUND|EAI_AGAIN)"
        r"|\bENOTFOUND|\bEAI_AGAIN|failure in name resolution|No such host is known|no such host|name could not be resolved"
        r"|Could not resolve host|UnknownHostException|dns error|failed to lookup address|ERR_NAME_NOT_RESOLVED)",
        fault="dns",
    ),
    Form(
        name="tls",
        example="SSLError: CERTIFICATE_VERIFY_FAILED",
        literals=("ssl", "certificate", "unable_to_", "self-signed", "self signed", "trust relationship", "x509: ", "depth_zero", "pkix"),
        pattern=r"(?P<detail>SSLError|SSL validation failed|CERTIFICATE_VERIFY_FAILED|UNABLE_TO_\w{1,60}|self[- ]signed certificate"
        r"|DEPTH_ZERO_SELF|trust relationship|x509: |PKIX path building failed|SSLHandshakeException|invalid peer certificate|SSL certificate problem|ERR_CERT_\w{1,40})",
        fault="tls",
    ),
    Form(
        name="timeout",
        example="Read timed out. (read timeout=60)",
        literals=("timeout", "timed out", "etimedout", "deadline exceeded"),
        pattern=r"(?P<detail>(?:Read|Connect|Pool|Write)Timeout\w{0,10}|(?:Read|Connect) timeout on|read timeout=|connect timeout=|timed out"
        r"|ETIMEDOUT|UND_ERR_\w{0,20}TIMEOUT|context deadline exceeded|TimeoutError|SocketTimeoutException|HttpTimeoutException|Timeout of \d{1,6} seconds elapsing|System\.TimeoutException|ERR_TIMED_OUT|ERR_CONNECTION_TIMED_OUT|timeout of \d{1,9}ms exceeded)",
        fault="timeout",
    ),
    Form(
        name="connect",
        example="connect ECONNREFUSED 127.0.0.1:443",
        literals=("could not connect", "newconnectionerror", "connection refused", "econnrefused", "connection attempts failed",
                  "actively refused", "failed to connect", "connectexception", "ehostunreach", "enetunreach", "no route to host",
                  "err_connection_refused", "network is unreachable"),
        pattern=r"(?P<detail>Could not connect to the endpoint URL[^\n]{0,300}|NewConnectionError|Connection refused|ECONNREFUSED"
        r"|All connection attempts failed|actively refused|Failed to connect to [\w.-]{1,100} port|ConnectException|EHOSTUNREACH|ENETUNREACH"
        r"|No route to host|ERR_CONNECTION_REFUSED|Network is unreachable)",
        fault="connect",
    ),
    Form(
        name="reset",
        example="read ECONNRESET",
        literals=("connectionclosederror", "connection was closed", "connection reset", "remotedisconnected", "econnreset", "socket hang up",
                  "server disconnected", "und_err_socket", "broken pipe", "epipe", "connection closed before", "err_connection_reset",
                  "err_connection_closed", "err_empty_response", "empty reply from server", "unexpected eof", "connection abort"),
        pattern=r"(?P<detail>ConnectionClosedError|Connection was closed|Connection reset|RemoteDisconnected|ECONNRESET"
        r"|socket hang up|Server disconnected|UND_ERR_SOCKET|Broken pipe|EPIPE|connection closed before message completed|ERR_CONNECTION_(?:RESET|CLOSED)"
        r"|ERR_EMPTY_RESPONSE|Empty reply from server|unexpected EOF|Connection abort)",
        fault="reset",
    ),
    Form(
        name="truncated",
        example="IncompleteRead(3 bytes read)",
        literals=("incompleteread", "responsestreamingerror", "without sending complete", "prematurely", "err_incomplete_chunked"),
        pattern=r"(?P<detail>IncompleteRead|ResponseStreamingError|peer closed connection without sending complete|response ended prematurely|ERR_INCOMPLETE_CHUNKED_ENCODING)",
        fault="truncated",
    ),
)  # fmt: skip
"""Every form, those that say most first."""

CURL_FAULTS: dict[int, FaultKind] = {
    1: "not-http",
    5: "proxy",
    6: "dns",
    7: "connect",
    16: "not-http",
    18: "truncated",
    28: "timeout",
    35: "tls",
    51: "tls",
    52: "reset",
    55: "reset",
    56: "reset",
    58: "tls",
    60: "tls",
    77: "setup",
    92: "reset",
    97: "proxy",
}
"""curl's exit codes (man curl) for faults between client and service."""
_CURL_ERROR = re.compile(r"curl: \((?P<code>\d{1,3})\) (?P<detail>[^\n]*)")
_TUNNEL = re.compile(r"(?:CONNECT tunnel failed, response|Received HTTP code) (\d{3})")
_REFERENCE = re.compile(
    r"https?://(?:[\w.-]{0,80}\.)?(?:mozilla\.org|pydantic\.dev|github\.com|stackoverflow\.com|aka\.ms|w3\.org|xmlsoap\.org"
    r"|docs\.[\w.-]{1,80}|json-schema\.org|schemas?\.[\w.-]{1,80}|python\.org|httpstatuses\.[a-z]{2,5})(?=[/:]|$)",
    re.I,
)
"""A page that a message refers to; nobody called it."""
_JAVA_TAIL = re.compile(
    r" \(Service: [^\n]{0,300}\)(?: \(SDK Attempt Count: \d{1,4}\))?| ---> [^\n]{0,2000}$|,? ?\{$", re.I
)
"""What SDKs append to a message."""


def find_forms(text: str) -> Iterator[Part]:
    """What each form finds, form by form; the parts may overlap.

    Args:
        text: the normalised text.
    """
    lowered = text.lower()
    for form in FORMS:
        if not any(literal in lowered for literal in form.literals):
            continue
        for match in form.expression.finditer(text):
            part = _part(form, match)
            if part is not None:
                yield part
    yield from _find_curl_errors(text)


def _part(form: Form, match: re.Match[str]) -> Part | None:
    groups = {name.removesuffix("_2"): value for name, value in match.groupdict().items() if value}
    url = groups.get("url", "").rstrip(".,;:!?'\"\\")
    if "host" in groups:
        url = f"https://{groups['host']}{groups.get('path', '')}"
    elif url and "path" in groups:
        url = url.removesuffix(":443") + groups["path"]
    if url and (_REFERENCE.match(url) or ".well-known/" in url):
        return None
    type_, message = (
        groups.get("type", form.error_type),
        groups.get("message", "").replace("\n", " ").replace("  ", " ").strip(),
    )
    message = _JAVA_TAIL.sub("", message)
    status = groups.get("status")
    if type_.isdigit():  # botocore writes the status where an answer has no type
        status, type_ = status or type_, ""
    challenge = groups.get("challenge", "").replace("\\", "").replace("\n", " ")
    return Part(
        start=match.start(),
        end=match.end(),
        form=form.name,
        headers={"WWW-Authenticate": challenge} if challenge else None,
        request=make_request(groups.get("method", "").upper() or "POST", url, {}, None) if url else None,
        status=int(status) if status and 100 <= int(status) <= 599 else None,
        error_type=type_,
        message=message,
        operation=_operation(groups.get("operation", "")),
        program=form.program,
        fault=Fault(kind=form.fault, detail=groups.get("detail", "")[:300]) if form.fault else None,
    )


def _operation(name: str) -> str:
    """An operation; of JavaScript's packages, only the name of the API is known."""
    return "" if name == "bedrock-agentcore" else name.replace("-", "")


def _find_curl_errors(text: str) -> Iterator[Part]:
    """curl's own errors: a fault, or the status of a tunnel that a proxy refused."""
    for match in _CURL_ERROR.finditer(text):
        kind = CURL_FAULTS.get(int(match["code"]))
        tunnel = _TUNNEL.search(match["detail"])
        if tunnel is not None:
            yield Part(
                start=match.start(),
                end=match.end(),
                form="curl-proxy",
                status=int(tunnel[1]),
                headers={"Proxy-Status": match["detail"]},
            )
        elif kind is not None:
            fault = Fault(kind=kind, detail=match["detail"].strip())
            yield Part(start=match.start(), end=match.end(), form="curl", fault=fault)
