"""How clients write that no answer came."""

from __future__ import annotations

from agentcore_probe.judge.reading.forms.form import Form
from agentcore_probe.model.exchange import FaultKind

FORMS: tuple[Form, ...] = (
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
    Form(  # before "timeout": the connection was never made, so nothing was sent
        name="connect-timeout",
        example='Connect timeout on endpoint URL: "https://h.invalid/"',
        literals=("connect timeout", "connecttimeout", "connect_timeout", "connect etimedout", "connection timed out", "connect timed out",
                  "connection_timed_out", "i/o timeout"),
        pattern=r"(?P<detail>ConnectTimeout\w{0,10}|Connect timeout(?= on)|UND_ERR_CONNECT_TIMEOUT|connect ETIMEDOUT|Connect(?:ion)? timed out"
        r"|ERR_CONNECTION_TIMED_OUT|dial tcp [^\n]{1,100}i/o timeout)",
        fault="connect",
    ),
    Form(
        name="timeout",
        example="Read timed out. (read timeout=60)",
        literals=("timeout", "timed out", "etimedout", "deadline exceeded"),
        pattern=r"(?P<detail>ReadTimeoutError: Read timeout on endpoint URL|AWSHTTPS?ConnectionPool\([^()\n]{0,300}\): Read timed out|(?:Read|Pool|Write)Timeout\w{0,10}|Read timeout on(?: endpoint URL)?|read timeout=|timed out"
        r"|(?<!connect )ETIMEDOUT|UND_ERR_(?:HEADERS|BODY)_TIMEOUT|context deadline exceeded|TimeoutError|SocketTimeoutException|HttpTimeoutException|Timeout of \d{1,6} seconds elapsing|System\.TimeoutException|ERR_TIMED_OUT|timeout of \d{1,9}ms exceeded)",
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
        r"|socket hang up|Server disconnected(?!\. For troubleshooting)|UND_ERR_SOCKET|Broken pipe|EPIPE|connection closed before message completed|ERR_CONNECTION_(?:RESET|CLOSED)"
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
