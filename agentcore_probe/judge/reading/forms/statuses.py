"""A status in any words."""

from __future__ import annotations

import re
from http import HTTPStatus

from agentcore_probe.judge.reading.forms.form import STATUS, Form

_REASONS = "|".join(
    sorted({re.escape(status.phrase) for status in HTTPStatus if status >= 400}, key=len, reverse=True)
)

FORMS: tuple[Form, ...] = (
    Form(
        name="status-words",
        example="HTTP 401",
        literals=("http", "status", "response", "returned", "code", "error", "fail", "respond", "answer", "got "),
        # A success after a quoted request is in the log of a server (the form "access-log").
        pattern=r"(?:\bHTTP(?:/[\d.]{1,3}(?!\" 2))?(?: status)?|status(?: ?code)?|response(?: code)?|responded(?: with)?|returned|returns|return code"
        r"|answers?|answered|error(?: code)?|failed|failed with|got|received|failure)(?: error| client error| server error| of| was| is| an?)?"
        rf"['\"]?[ :=(#\[`'\"]{{1,4}}{STATUS}(?!,\d| bytes|-byte| ?ms\b|%)",
    ),
    Form(
        name="status-cjk",
        example="\u30b9\u30c6\u30fc\u30bf\u30b9\u30b3\u30fc\u30c9: 401",
        literals=("\u72b6\u6001\u7801", "\u72b6\u614b\u30b3\u30fc\u30c9", "\u30b9\u30c6\u30fc\u30bf\u30b9", "\u54cd\u5e94\u7801", "\uc0c1\ud0dc", "\uc751\ub2f5", "\u30a8\u30e9\u30fc", "\u9519\u8bef"),
        pattern=rf"(?:\u72b6\u6001\u7801|\u72b6\u614b\u30b3\u30fc\u30c9|\u30b9\u30c6\u30fc\u30bf\u30b9(?:\u30b3\u30fc\u30c9)?|\u54cd\u5e94\u7801|\uc0c1\ud0dc ?\ucf54\ub4dc|\uc751\ub2f5 ?\ucf54\ub4dc"
        rf"|\u30a8\u30e9\u30fc|\u9519\u8bef)[ :\uff1a=\u306f\u4e3a\u662f(\uff08]{{0,3}}{STATUS}",
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
)  # fmt: skip
