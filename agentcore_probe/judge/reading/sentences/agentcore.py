"""What AgentCore itself says, and IAM and SigV4 for it (docs/agentcore.md sections 2 to 4, 9 and 11).

Only a row whose sender is `agentcore` shows that AgentCore answered: the others' sentences come from any API of AWS.
Most have no cause: their message, error type and status are judged as an answer with them is.
"""

from __future__ import annotations

from agentcore_probe.model.sentence import Sentence

_ARN = r"arn:aws[\w-]{0,12}:[\w:/.*@+=,%-]{1,400}"

SENTENCES: tuple[Sentence, ...] = (
    Sentence(  # RFC 6750 section 3.1, as MCP clients repeat it
        literal="insufficient_scope",
        sender="agentcore",
        statuses=(403,),
        example="Server returned 403 insufficient_scope after step-up re-authorization",
    ),
    Sentence(
        literal="insufficient scope",
        pattern=r"Insufficient scope(?:: required \"[^\"\n]{1,200}\")?",
        sender="agentcore",
        statuses=(403,),
        example='InsufficientScopeError: Insufficient scope: required "orders/read"',
    ),
    # A Gateway's tool, which has its target in front
    Sentence(
        literal="unknown tool",
        pattern=r"Unknown tool: ['\"]?[\w-]{1,128}?___[\w-]{1,128}",
        sender="agentcore",
        service="gateway",
        example="Unknown tool: weather___forecast",
    ),
    # The authorizer of a Runtime or Gateway
    Sentence(
        literal="authorization method mismatch",
        pattern=r"Authorization method mismatch\.?(?: The agent is configured for a different authorization method[^\n]{0,200})?",
        sender="agentcore",
        service="runtime",
        error_type="AccessDeniedException",
        statuses=(403,),
        example="Authorization method mismatch. The agent is configured for a different authorization method",
    ),
    Sentence(
        literal="value mismatch with configuration",
        pattern=r"(?:OAuth authorization failed: )?Claim ['\"]?[\w.:/-]{1,100}['\"]? value mismatch with configuration\.?",
        sender="agentcore",
        statuses=(401, 403),
        example="OAuth authorization failed: Claim 'client_id' value mismatch with configuration.",
    ),
    Sentence(
        literal="oauth authorization failed",
        pattern=r"OAuth authorization failed(?:: [^\n\"]{1,200})?",
        sender="agentcore",
        statuses=(401, 403),
        example="OAuth authorization failed: Invalid token",
    ),
    Sentence(
        literal="authorization failed for the provided token",
        sender="agentcore",
        service="runtime",
        error_type="UnauthorizedException",
        statuses=(401,),
        example="Authorization failed for the provided token",
    ),
    Sentence(
        literal="unauthorizedinboundtokenexception",
        pattern=r"UnauthorizedInboundTokenException: [^\n\"]{1,200}",
        sender="agentcore",
        statuses=(401, 403),
        example="UnauthorizedInboundTokenException: Token has expired",
    ),
    Sentence(
        literal="invalidinboundtokenexception",
        pattern=r"InvalidInboundTokenException: [^\n\"]{1,200}",
        sender="agentcore",
        statuses=(401, 403),
        example="InvalidInboundTokenException: Token is not valid",
    ),
    Sentence(
        literal="requires oauth bearer token authentication",
        pattern=r"This harness requires OAuth Bearer token authentication\.?",
        sender="agentcore",
        service="runtime",
        error_type="AccessDeniedException",
        statuses=(403,),
        example="This harness requires OAuth Bearer token authentication.",
    ),
    Sentence(
        literal="transaction token required",
        pattern=r"Transaction token required(?:: authorizer has AllowedWorkloadConfiguration configured)?\.?",
        sender="agentcore",
        service="runtime",
        statuses=(401, 403, 200),
        example="Transaction token required: authorizer has AllowedWorkloadConfiguration configured",
    ),
    Sentence(
        literal="invalid bearer token",
        sender="aws",
        service="gateway",
        statuses=(401,),
        example="Invalid Bearer token",
    ),
    Sentence(
        literal="missing bearer token",
        sender="aws",
        service="gateway",
        statuses=(401,),
        example="Missing Bearer token",
    ),
    Sentence(
        literal="missing authentication token",
        sender="aws",
        statuses=(401, 403),
        example="Missing Authentication Token",
    ),
    # The resource, the route
    Sentence(
        literal="no endpoint or agent found",
        pattern=r"No endpoint or agent found(?: with qualifier '[^'\n]{0,60}')?(?: for agent (?:arn:)?[^\s\"]{1,400})?",
        sender="agentcore",
        service="runtime",
        error_type="ResourceNotFoundException",
        statuses=(404,),
        example="No endpoint or agent found with qualifier 'DEFAULT' for agent arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/orders-AbCdEf1234",
    ),
    Sentence(
        literal="unknownoperationexception",
        pattern=r"(?:com\.amazon\.coral\.service#)?UnknownOperationException",
        sender="aws",
        error_type="UnknownOperationException",
        statuses=(404,),
        example="com.amazon.coral.service#UnknownOperationException",
    ),
    Sentence(
        literal="invalid api path",
        sender="agentcore",
        statuses=(404,),
        example="Invalid api path",
    ),
    # The request's content, sessions, limits
    Sentence(
        literal="not mmdsv2-enabled",
        pattern=r"This runtime is not MMDSv2-enabled[^\n\"]{0,200}",
        sender="agentcore",
        service="runtime",
        error_type="ValidationException",
        statuses=(400,),
        example="This runtime is not MMDSv2-enabled",
    ),
    Sentence(
        literal="session operation in progress",
        pattern=r"Session operation in progress(?:, please retry)?\.?",
        sender="agentcore",
        service="runtime",
        error_type="RetryableConflictException",
        statuses=(409,),
        example="Session operation in progress, please retry",
    ),
    Sentence(
        literal="runtimesessionid",
        pattern=r"Value (?:'[^'\n]{0,300}' )?at 'runtimeSessionId' failed to satisfy constraint: [^\n\"]{1,200}",
        sender="agentcore",
        service="runtime",
        error_type="ValidationException",
        statuses=(400,),
        example="Value at 'runtimeSessionId' failed to satisfy constraint: Member must have length greater than or equal to 33",
    ),
    Sentence(
        literal="maximum number of sessions",
        pattern=r"[^\n\"]{0,80}maximum number of sessions[^\n\"]{0,120}",
        sender="agentcore",
        service="runtime",
        error_type="ServiceQuotaExceededException",
        statuses=(402, 429),
        example="You have reached the maximum number of sessions",
    ),
    # The container
    Sentence(
        literal="error occurred when starting the runtime",
        pattern=r"An error occurred when starting the runtime\.?(?: Please check your CloudWatch logs for more information\.?)?",
        sender="agentcore",
        service="runtime",
        error_type="RuntimeClientError",
        statuses=(424,),
        example="An error occurred when starting the runtime. Please check your CloudWatch logs for more information.",
    ),
    Sentence(
        literal="initialization time exceeded",
        pattern=r"(?:Runtime )?initialization time exceeded\.?[^\n\"]{0,200}",
        sender="agentcore",
        service="runtime",
        error_type="RuntimeClientError",
        statuses=(424,),
        example="Runtime initialization time exceeded. Please make sure that initialization completes in 30s.",
    ),
    Sentence(
        literal="runtime health check failed",
        pattern=r"Runtime health check failed or timed out\.?[^\n\"]{0,200}",
        sender="agentcore",
        service="runtime",
        error_type="RuntimeClientError",
        statuses=(424,),
        example="Runtime health check failed or timed out. Please make sure that health check is implemented according "
        "to the requirements.",
    ),
    Sentence(
        literal="from runtime",
        pattern=r"Received error \(\d{3}\) from runtime\.?[^\n\"]{0,200}",
        sender="agentcore",
        service="runtime",
        error_type="RuntimeClientError",
        statuses=(424,),
        example="Received error (500) from runtime. Please check your CloudWatch logs for more information.",
    ),
    # The policy engine
    Sentence(
        literal="not allowed due to policy enforcement",
        pattern=r"(?:AuthorizeActionException - )?(?:Tool Execution Denied: )?Tool call not allowed due to policy enforcement"
        r"(?: \[[^\n\"]{0,300})?",
        sender="agentcore",
        service="gateway",
        example="Tool Execution Denied: Tool call not allowed due to policy enforcement "
        "[No policy applies to the request (denied by default).]",
    ),
    Sentence(
        literal="policy evaluation failed",
        pattern=r"(?:InternalServerException - )?Policy evaluation failed(?: for [\w/ -]{1,60})?",
        sender="agentcore",
        service="gateway",
        example="InternalServerException - Policy evaluation failed for list tools",
    ),
    # Gateway, targets, tools
    Sentence(
        literal="no target found",
        pattern=r"No Target found for Target name:? ?[\w.-]{0,120}",
        sender="agentcore",
        service="gateway",
        example="No Target found for Target name: orders-agent",
    ),
    Sentence(
        literal="authorizer type cannot be updated",
        pattern=r"Authorizer type cannot be updated for an existing gateway\.?",
        sender="agentcore",
        example="Authorizer type cannot be updated for an existing gateway",
    ),
    Sentence(
        literal="failed to connect and fetch tools",
        pattern=r"Failed to connect and fetch tools from the provided MCP target server\.?(?P<reason>[^\n\"]{0,300})",
        sender="agentcore",
        cause="target-not-ready",
        values=(("status", "FAILED"),),
        example="Failed to connect and fetch tools from the provided MCP target server. Error - Authorization error "
        "when sending message",
    ),
    # Shells
    Sentence(
        literal="shell id",
        pattern=r"[^\n\"]{0,40}shell id[^\n\"]{0,40}(?:format|invalid)[^\n\"]{0,60}",
        sender="agentcore",
        service="runtime",
        error_type="RuntimeClientError",
        statuses=(424,),
        cause="shell-id-invalid",
        example="shell id format invalid",
    ),
    Sentence(
        literal="1009",
        pattern=r"(?:received|sent|code[:=]?|status|closed(?: with)?(?: code)?|disconnected \(code:) (?P<code>1009)\b[^\n]{0,120}"
        r"(?:message|frame|too big|payload|reason)",
        sender="aws",
        cause="ws-limit-exceeded",
        values=(("limit", "size"),),
        example="websockets.exceptions.ConnectionClosedError: received 1009 (message too big)",
    ),
    Sentence(
        literal="1008",
        pattern=r"(?:received|sent|code[:=]?|status|closed(?: with)?(?: code)?|disconnected \(code:) (?P<code>1008)\b[^\n]{0,120}"
        r"(?:policy violation|rate|limit|reason)",
        sender="aws",
        cause="ws-limit-exceeded",
        values=(("limit", "rate"),),
        example="websockets.exceptions.ConnectionClosedError: received 1008 (policy violation)",
    ),
    # Deployment
    Sentence(
        literal="access denied while validating ecr uri",
        pattern=r"Access denied while validating ECR URI '?[\w./:@-]{1,300}'?\.?[^\n\"]{0,300}",
        sender="agentcore",
        cause="payload-rejected",
        example="Access denied while validating ECR URI '123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:latest'. "
        "The execution role requires permissions for ecr:GetAuthorizationToken",
    ),
    # The SDK in the container
    Sentence(
        literal="workload access token has not been set",
        pattern=r"Workload access token has not been set\.?[^\n\"]{0,200}",
        sender="agentcore",
        cause="container-failed",
        values=(("part", "workload-token"),),
        example="Workload access token has not been set.",
    ),
    # IAM, whichever API was called
    Sentence(
        literal="is not authorized to perform",
        pattern=rf"(?:User: {_ARN} )?is not authorized to perform:? [\w-]{{1,40}}:\w{{1,80}}"
        rf"(?: on resource: {_ARN})?"
        r"(?: because no [\w -]{1,40} (?:policy|boundary) allows the [\w-]{1,40}:\w{1,80} action"
        r"| with an explicit deny in an? [\w -]{1,40})?",
        sender="aws",
        error_type="AccessDeniedException",
        statuses=(403,),
        example="User: arn:aws:sts::123456789012:assumed-role/app/dev is not authorized to perform: "
        "bedrock-agentcore:InvokeAgentRuntime on resource: arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/"
        "orders-AbCdEf1234/runtime-endpoint/DEFAULT because no identity-based policy allows the "
        "bedrock-agentcore:InvokeAgentRuntime action",
    ),
    # SigV4, whichever API was called
    Sentence(
        literal="security token included in the request is expired",
        sender="aws",
        error_type="ExpiredTokenException",
        statuses=(403,),
        example="The security token included in the request is expired",
    ),
    Sentence(
        literal="aws session token has expired",
        sender="aws",
        error_type="ExpiredTokenException",
        statuses=(403,),
        example="MCP error -32001: Your AWS session token has expired",
    ),
    Sentence(
        literal="security token included in the request is invalid",
        sender="aws",
        error_type="UnrecognizedClientException",
        statuses=(403,),
        example="The security token included in the request is invalid.",
    ),
    Sentence(
        literal="signature expired",
        pattern=r"Signature expired: \d{8}T\d{6}Z is now earlier than [^\n\"]{1,100}|Signature expired",
        sender="aws",
        error_type="InvalidSignatureException",
        statuses=(403,),
        example="Signature expired: 20260901T120000Z is now earlier than 20260901T121000Z (20260901T121500Z - 5 min.)",
    ),
    Sentence(
        literal="signature not yet current",
        pattern=r"Signature not yet current: [^\n\"]{1,120}|Signature not yet current",
        sender="aws",
        error_type="InvalidSignatureException",
        statuses=(403,),
        example="Signature not yet current: 20260901T121000Z is still later than 20260901T120000Z",
    ),
    Sentence(
        literal="credential should be scoped to",
        pattern=r"Credential should be scoped to (?:a valid region|correct service)[^\n\"]{0,120}",
        sender="aws",
        error_type="InvalidSignatureException",
        statuses=(403,),
        example="Credential should be scoped to correct service: 'bedrock-agentcore'.",
    ),
    Sentence(
        literal="request signature we calculated does not match",
        pattern=r"The request signature we calculated does not match the signature you provided[^\n\"]{0,200}",
        sender="aws",
        error_type="InvalidSignatureException",
        statuses=(403,),
        example="The request signature we calculated does not match the signature you provided. Check your AWS Secret "
        "Access Key and signing method.",
    ),
    # Limits
    Sentence(
        literal="rate exceeded",
        pattern=r"(?<!\w)Rate exceeded\b",
        sender="aws",
        error_type="ThrottlingException",
        statuses=(429,),
        example="Rate exceeded",
    ),
)
