"""How HTTP clients and browsers write an answer, with its URL."""

from __future__ import annotations

from agentcore_probe.judge.reading.forms.form import STATUS, URL, Form

FORMS: tuple[Form, ...] = (
    Form(
        name="raise-for-status",
        program="python",
        example="403 Client Error: Forbidden for url: https://h/mcp",
        literals=("for url",),
        pattern=rf"(?<![\d,.:])(?P<status>[1-5]\d\d)\b[^\n]{{0,80}}?\bfor url:? ?[('\"]?(?P<url>{URL})",
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
        pattern=rf"(?<![\d,.:])(?P<status>[1-5]\d\d), message=['\"][^'\"\n]{{0,200}}['\"],[^\n]{{0,200}}? ?url=(?:URL\()?['\"](?P<url>{URL})",
    ),
    Form(
        name="method-url-status",
        program="browser",
        example="POST https://h/mcp 401 (Unauthorized)",
        literals=("post http", "get http", "delete http", "put http", "options http"),
        pattern=rf"\b(?P<method>POST|GET|PUT|DELETE|OPTIONS)[ :]{{1,3}}['\"`(]?(?P<url>{URL})"
        r"(?:[^\n]{0,60}?(?:\b(?P<status>[1-5]\d\d)(?=[ )'\"`:]|$)|\[HTTP/[\d.]{1,3} (?P<status_2>[1-5]\d\d)))?",
    ),
    Form(
        name="access-log",
        example='https://h:443 "POST /mcp HTTP/1.1" 403 246',
        literals=(' http/1.1" ', ' http/2" ', ' http/2.0" ', ' http/1.0" '),
        # Without a URL, it is the log of a server, whose success says nothing of AgentCore.
        pattern=rf"(?:(?P<url>{URL}) |(?=\"[A-Z]{{3,7}} /[^\s\"]{{0,4000}} HTTP/[\d.]{{1,3}}\" [3-5]))\"(?P<method>[A-Z]{{3,7}}) (?P<path>/[^\s\"]{{0,4000}}) HTTP/[\d.]{{1,3}}\" (?P<status>[1-5]\d\d)\b",
    ),
    Form(
        name="status-sending",
        example="Error 401 status sending message to https://h/mcp: {}",
        literals=("status sending message",),
        pattern=rf"\b(?P<status>[1-5]\d\d) status sending message to (?P<url>{URL}?):?(?=[\s:]|$)(?: (?P<message>(?![{{\[<])[^\s\n][^\n]{{0,2000}}))?",
    ),
    Form(
        name="curl-status",
        program="curl",
        example="curl: (22) The requested URL returned error: 403",
        literals=("the requested url returned error",),
        pattern=rf"curl: \(22\) The requested URL returned error: {STATUS}",
    ),
    Form(
        name="wget",
        program="wget",
        example="--2026-07-05 10:11:12--  https://h/mcp",
        literals=("--  http",),
        pattern=rf"^--\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d--\s{{1,3}}(?P<url>{URL})",
    ),
    Form(
        name="named-url",
        example="Request URL: https://h/mcp",
        literals=("url", "uri", "endpoint", "address"),
        pattern=rf"\b(?:request url|url|uri|endpoint url|endpoint|request uri|address|target)['\"]?\s?[:=]{{1,2}}>?\s{{0,3}}['\"`]?(?P<url>{URL})",
    ),
)  # fmt: skip
