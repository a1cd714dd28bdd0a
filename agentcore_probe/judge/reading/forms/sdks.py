"""How the SDKs of AWS write an error."""

from __future__ import annotations

from agentcore_probe.judge.reading.forms.form import STATUS, URL, Form

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

_MORE = (
    r"(?:\n(?![\s{<\[$>*|(-]|HTTP/|During |The above|Traceback|[\w.:]{1,80}(?:Error|Exception|Caused by)\b|[A-Z]{3,7} http"
    r"|\d{4}-\d\d|(?-i:[A-Z])[\w ]{1,40}:|curl\b|aws\b|http\b|/|For more)[^\n]{1,300}){0,5}"
)
"""Further lines of a message that was wrapped."""

FORMS: tuple[Form, ...] = (
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
        pattern=rf"Error executing \"(?P<operation>\w{{1,100}})\" on \"(?P<url>{URL})\"",
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
        pattern=rf"(?:http ?status ?code|http_status_code|status[ _]?code)['\"]?(?: was| is|:|=| =)?:? ['\"]?{STATUS}",
    ),
)  # fmt: skip
