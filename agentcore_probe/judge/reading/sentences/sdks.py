"""What SDKs, CLIs and infrastructure tools say that do not know the service, an operation or a type."""

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


_OPERATION = r"(?P<name>(?:Invoke|Stop|Get|List|Create|Update|Delete|Complete|Search)[A-Z]\w{3,60})"

SENTENCES: tuple[Sentence, ...] = (
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
        r"(?:unresolved import|undeclared crate or module|unresolved module or unlinked crate) `?(?P<name>aws_sdk_bedrockagentcore\w{0,20})",
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
