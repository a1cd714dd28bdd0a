"""What clients say themselves, because they do not know the service or hide the answer: SDKs, CLIs, MCP clients, tools."""

from __future__ import annotations

from agentcore_probe.model.sentence import Sentence


def _old(literal: str, example: str, kind: str, pattern: str = "", *, is_certain: bool = True) -> Sentence:
    """A client that does not know the service, an operation or a type: its package is too old, or not there."""
    return Sentence(
        literal=literal,
        example=example,
        pattern=pattern,
        sender="client",
        cause="client-too-old",
        values=(("kind", kind),) if kind else (),
        confidence="probable" if is_certain else "possible",
    )


def _hidden(literal: str, example: str, kind: str = "", pattern: str = "") -> Sentence:
    """A line that only wraps an answer."""
    return Sentence(
        literal=literal,
        example=example,
        pattern=pattern,
        sender="client",
        cause="answer-hidden",
        values=(("kind", kind),) if kind else (),
        confidence="possible",
        hides=True,
    )


_OPERATION = r"(?P<name>(?:Invoke|Stop|Get|List|Create|Update|Delete|Complete|Search)[A-Z]\w{3,60})"
_TOO_OLD = (
    # boto3
    _old(
        "unknown service: 'bedrock-agentcore",
        "botocore.exceptions.UnknownServiceError: Unknown service: 'bedrock-agentcore'. Valid service names are: accessanalyzer",
        "boto3",
        r"Unknown service: '(?P<name>bedrock-agentcore[\w-]{0,40})'",
    ),
    _old(
        "unable to load data for: bedrock-agentcore",
        "botocore.exceptions.DataNotFoundError: Unable to load data for: bedrock-agentcore",
        "boto3",
        r"Unable to load data for: (?P<name>bedrock-agentcore[\w-]{0,40})",
    ),
    _old(
        "unknown service: '",
        "UnknownServiceError: Unknown service: 'agentcore'",
        "boto3",
        r"Unknown service: '(?P<name>[\w-]{1,60})'",
        is_certain=False,
    ),
    _old(
        "object has no attribute '",
        "AttributeError: 'BedrockAgentCore' object has no attribute 'invoke_agent_runtime_command'",
        "boto3",
        r"'(?:BedrockAgentCore|AgentCore)\w{0,40}' object has no attribute '(?P<name>\w{1,60})'",
    ),
    # The MCP and AgentCore packages for Python
    _old(
        "no module named 'mcp.",
        "ModuleNotFoundError: No module named 'mcp.client.streamable_http'",
        "",
        r"No module named '(?P<name>mcp\.[\w.]{1,80})'",
    ),
    _old(
        "cannot import name '",
        "ImportError: cannot import name 'streamablehttp_client' from 'mcp.client.streamable_http'",
        "",
        r"cannot import name '(?P<name>\w{1,60})' from '(?:mcp|bedrock_agentcore|strands|fastmcp)\b",
    ),
    # The AWS CLI
    _old(
        "invalid choice",
        "Invalid choice: 'bedrock-agentcore', maybe you meant:",
        "cli",
        r"invalid choice:? '(?P<name>bedrock-agentcore[\w-]{0,40})'",
    ),
    _old(
        "invalid choice",
        "aws: error: argument operation: Found invalid choice 'invoke-agent-runtime-command'",
        "cli",
        r"invalid choice:? '(?P<name>(?:invoke|stop|get|list|create|complete)-[\w-]{1,60})'",
    ),
    _old(
        "argument operation: ",
        "aws: error: argument operation: Invalid choice, valid choices are:",
        "cli",
        r"argument operation: (?:Found )?invalid choice",
    ),
    _old(
        "argument command: ",
        "aws: error: argument command: Invalid choice, valid choices are:",
        "cli",
        r"argument command: (?:Found )?invalid choice",
    ),
    # JavaScript
    _old(
        "@aws-sdk/client-bedrock-agentcore",
        "Error: Cannot find module '@aws-sdk/client-bedrock-agentcore'",
        "js",
        r"(?:Cannot find (?:module|package)|Can't resolve|Failed to resolve import) ['\"](?P<name>@aws-sdk/client-bedrock-agentcore[\w-]{0,40})",
    ),
    _old(
        "is not a constructor",
        "TypeError: AWS.BedrockAgentCore is not a constructor",
        "js",
        r"(?P<name>(?:\w{1,20}\.)?(?:BedrockAgentCore\w{0,40}|Invoke(?:Agent|Harness)\w{0,60}Command)) is not a constructor",
    ),
    _old(
        "export named '",
        "SyntaxError: The requested module '@aws-sdk/client-bedrock-agentcore' does not provide an export named 'InvokeHarnessCommand'",
        "js",
        r"client-bedrock-agentcore[\w-]{0,40}' does not provide an export named '(?P<name>\w{1,60})'",
    ),
    _old(
        "has no exported member",
        "error TS2305: Module '\"@aws-sdk/client-bedrock-agentcore\"' has no exported member 'InvokeHarnessCommand'.",
        "js",
        r"client-bedrock-agentcore[\w-]{0,40}\"?' has no exported member '?(?P<name>\w{1,60})",
    ),
    # Go, Java, .NET, Rust, PHP, Ruby, Swift, C++
    _old(
        "service/bedrockagentcore",
        "no required module provides package github.com/aws/aws-sdk-go-v2/service/bedrockagentcore; to add it:",
        "go",
        r"(?:no required module provides package|cannot find (?:module|package)[^\n]{0,40}) \"?(?P<name>github\.com/aws/aws-sdk-go-v2/service/bedrockagentcore\w{0,20})",
    ),
    _old(
        "undefined (type *bedrockagentcore",
        "client.InvokeAgentRuntimeCommand undefined (type *bedrockagentcore.Client has no field or method InvokeAgentRuntimeCommand)",
        "go",
        r"undefined \(type \*bedrockagentcore\w{0,20}\.Client has no field or method (?P<name>\w{1,60})",
    ),
    _old(
        "awssdk.services.bedrockagentcore",
        "error: package software.amazon.awssdk.services.bedrockagentcore does not exist",
        "java",
        r"(?:package |ClassNotFoundException: )(?P<name>software\.amazon\.awssdk\.services\.bedrockagentcore[\w.]{0,80})(?: does not exist)?",
    ),
    _old(
        "awssdk/services/bedrockagentcore",
        "java.lang.NoClassDefFoundError: software/amazon/awssdk/services/bedrockagentcore/BedrockAgentCoreClient",
        "java",
        r"NoClassDefFoundError: (?P<name>software/amazon/awssdk/services/bedrockagentcore[\w/]{0,80})",
    ),
    _old(
        "the type or namespace name 'bedrockagentcore'",
        "error CS0234: The type or namespace name 'BedrockAgentCore' does not exist in the namespace 'Amazon'",
        "dotnet",
        r"The type or namespace name '(?P<name>BedrockAgentCore)'",
    ),
    _old(
        "aws_sdk_bedrockagentcore",
        "error[E0432]: unresolved import `aws_sdk_bedrockagentcore`",
        "rust",
        r"(?:unresolved import|undeclared crate or module|unresolved module or unlinked crate) `(?P<name>aws_sdk_bedrockagentcore\w{0,20})",
    ),
    _old(
        "aws\\bedrockagentcore",
        'PHP Fatal error: Class "Aws\\BedrockAgentCore\\BedrockAgentCoreClient" not found',
        "php",
        r"Class \"(?P<name>Aws\\BedrockAgentCore[\w\\]{0,80})\" not found",
    ),
    _old(
        "operation not found: ",
        "InvalidArgumentException: Operation not found: InvokeAgentRuntime",
        "php",
        rf"Operation not found: {_OPERATION}",
    ),
    _old(
        "uninitialized constant aws::bedrockagentcore",
        "NameError: uninitialized constant Aws::BedrockAgentCore",
        "ruby",
        r"uninitialized constant (?P<name>Aws::BedrockAgentCore\w{0,20})",
    ),
    _old(
        "no such module 'awsbedrockagentcore",
        "error: no such module 'AWSBedrockAgentCore'",
        "",
        r"no such module '(?P<name>AWSBedrockAgentCore\w{0,20})'",
    ),
    _old(
        "aws/bedrock-agentcore",
        "fatal error: aws/bedrock-agentcore/BedrockAgentCoreClient.h: No such file or directory",
        "",
        r"fatal error: (?P<name>aws/bedrock-agentcore[\w./-]{0,80}\.h): No such file",
    ),
    # Terraform and the CDK
    _old(
        "does not support resource type",
        'The provider hashicorp/aws does not support resource type "aws_bedrockagentcore_gateway".',
        "terraform",
        r"does not support (?:resource type|data source) \"(?P<name>aws_bedrockagentcore_\w{1,60})\"",
    ),
    _old(
        'invalid resource type: "aws_bedrockagentcore',
        'Error: Invalid resource type: "aws_bedrockagentcore_gateway"',
        "terraform",
        r"Invalid resource type: \"(?P<name>aws_bedrockagentcore_\w{1,60})\"",
    ),
    _old(
        "aws-bedrockagentcore",
        "Cannot find module 'aws-cdk-lib/aws-bedrockagentcore'",
        "cdk",
        r"Cannot find module ['\"](?P<name>aws-cdk-lib/aws-bedrockagentcore)",
    ),
    _old(
        "aws-bedrock-agentcore-alpha",
        "Cannot find module '@aws-cdk/aws-bedrock-agentcore-alpha'",
        "cdk",
        r"Cannot find module ['\"](?P<name>@aws-cdk/aws-bedrock-agentcore-alpha)",
    ),
    _old(
        "no module named 'aws_cdk.aws_bedrock",
        "ModuleNotFoundError: No module named 'aws_cdk.aws_bedrock_agentcore_alpha'",
        "cdk",
        r"No module named '(?P<name>aws_cdk\.aws_bedrock_?agentcore\w{0,20})'",
    ),
)
_HIDDEN = (
    # Python: anyio, FastMCP, Strands, LangChain, CrewAI
    _hidden(
        "unhandled errors in a taskgroup",
        "Error connecting to MCP server: unhandled errors in a TaskGroup (1 sub-exception)",
        "taskgroup",
    ),
    _hidden(
        "exceptiongroup: ",
        "ExceptionGroup: multiple errors (2 sub-exceptions)",
        "taskgroup",
        r"ExceptionGroup: [^\n]{0,100}\(\d{1,4} sub-exceptions?\)",
    ),
    _hidden(
        "client failed to connect:",
        "RuntimeError: Client failed to connect: All connection attempts were refused",
        pattern=r"Client failed to connect:",
    ),
    _hidden("failed to initialize server session", "RuntimeError: Failed to initialize server session"),
    _hidden(
        "server session was closed unexpectedly",
        "RuntimeError: Server session was closed unexpectedly",
        "closed",
    ),
    _hidden(
        "the client initialization failed",
        "strands.types.exceptions.MCPClientInitializationError: the client initialization failed",
    ),
    _hidden(
        "client initialization failed",
        "MCPClientInitializationError: background thread did not start: client initialization failed",
    ),
    Sentence(
        literal="no aws credentials available",
        example="ValueError: No AWS credentials available. Configure credentials or use --skip-auth",
        sender="client",
        cause="aws-credentials-missing",
    ),
    Sentence(
        literal="illegal character in path",
        example="java.lang.IllegalArgumentException: Illegal character in path at index 138",
        sender="client",
        cause="arn-blank-or-padded",
    ),
    Sentence(
        literal="invalid control character in url",
        example="net/url: invalid control character in URL",
        sender="client",
        cause="arn-blank-or-padded",
    ),
    Sentence(  # the agent's or toolkit's own model; no answer is shown
        literal="validation error for",
        pattern=r"\d{1,3} validation errors? for \w{0,40}AgentCore\w{0,40}",
        example="1 validation error for AgentCoreMemoryConfig",
        sender="client",
    ),
    Sentence(  # the Python SDK's words for every 404 to a call of a session
        literal="session terminated",
        example="mcp.shared.exceptions.McpError: Session terminated",
        sender="client",
        cause="gateway-session-expired",
        confidence="possible",
        statuses=(404,),
        hides=True,
    ),
    _hidden("closedresourceerror", "anyio.ClosedResourceError", "closed"),
    # JavaScript and the MCP clients built on it
    _hidden("-32000: connection closed", "McpError: MCP error -32000: Connection closed", "closed"),
    _hidden(
        "connection closed",
        "MCPError: Connection closed",
        "closed",
        r"(?:Mc[Pp]|MCP ?)Error[^\n]{0,60}Connection closed",
    ),
    _hidden(
        "server transport closed unexpectedly",
        "Server transport closed unexpectedly, this is likely due to the process exiting early.",
        "closed",
    ),
    _hidden(
        "server disconnected. for troubleshooting",
        "MCP orders-gw: Server disconnected. For troubleshooting guidance, please visit our debugging documentation",
        "closed",
    ),
    _hidden("client closed for command", "Client closed for command", "closed"),
    _hidden("no server info found", "No server info found"),
    # claude.ai, Claude Desktop, Claude Code
    _hidden(
        "authorization with the mcp server failed",
        'Authorization with the MCP server failed. You can check your credentials and permissions. If this persists, share this reference with support: "ofid_0000000000000000"',
        "claude",
        r"Authorization with the MCP server failed(?:[^\n]{0,200}?(?P<reference>ofid_\w{4,40}))?",
    ),
    _hidden(
        "couldn't reach the mcp server",
        'Couldn\'t reach the MCP server. You can check the server URL and verify the server is running. If this persists, share this reference with support: "ofid_0000000000000000"',
        "claude",
        r"Couldn't reach the MCP server(?:[^\n]{0,200}?(?P<reference>ofid_\w{4,40}))?",
    ),
    _hidden(
        "no mcp server was found at the provided url",
        "no MCP server was found at the provided URL, or your account doesn’t have access to it.",
        "claude",
    ),
    _hidden(
        "ofid_", "Reference ID: ofid_0000000000000000", "claude", r"(?P<reference>\bofid_[0-9a-f]{8,40})"
    ),
    _hidden(
        "there was an error connecting to",
        "There was an error connecting to the MCP server. Please check your server URL and make sure your server handles auth correctly.",
        "claude",
        r"There was an error connecting to [^\n]{1,100}(?:server handles auth correctly|MCP server)",
    ),
    _hidden(
        "start_error",
        "https://claude.ai/settings/connectors?step=start_error",
        "claude",
        r"[?&]step=start_error",
    ),
    _hidden(
        "failed to reconnect to ",
        "Failed to reconnect to orders-gw.",
        pattern=r"Failed to reconnect to [\w.-]{1,80}",
    ),
    # Codex, Gemini CLI, VS Code, ChatGPT
    _hidden(
        "mcp client for ",
        "MCP client for `orders-gw` failed to start: handshaking with MCP server failed",
        pattern=r"MCP client for [`'\"][^`'\"\n]{1,80}[`'\"] (?:failed to start|timed out)",
    ),
    _hidden(
        "handshaking with mcp server failed",
        "handshaking with MCP server failed: connection closed: initialize response",
    ),
    _hidden("error during discovery for server", "Error during discovery for server 'orders-gw'"),
    _hidden(
        "waiting for server to respond to `initialize` request",
        "Waiting for server to respond to `initialize` request...",
    ),
    _hidden("error creating connector", "Error creating connector"),
    # Amplify
    _hidden("an unknown error has occurred", "Unknown: An unknown error has occurred."),
)

SENTENCES: tuple[Sentence, ...] = (*_TOO_OLD, *_HIDDEN)
