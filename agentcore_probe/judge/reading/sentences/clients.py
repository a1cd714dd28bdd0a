"""What clients say in place of the answer, which they hide: MCP clients, frameworks, claude.ai."""

from __future__ import annotations

from agentcore_probe.model.sentence import Sentence


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


SENTENCES: tuple[Sentence, ...] = (
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
    _hidden(  # version 2 of the Python SDK, for any status but 404
        "server returned an error response",
        "mcp.shared.exceptions.MCPError: Server returned an error response",
        "mcp",
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
        pattern=r"MCP client for [`'\"]?[^`'\"\s]{1,80}[`'\"]? (?:failed to start|timed out)",
    ),
    _hidden(
        "handshaking with mcp server failed",
        "handshaking with MCP server failed: connection closed: initialize response",
    ),
    _hidden("error during discovery for server", "Error during discovery for server 'orders-gw'"),
    _hidden(
        "waiting for server to respond to ",
        "Waiting for server to respond to `initialize` request...",
    ),
    _hidden("error creating connector", "Error creating connector"),
    _hidden(
        "failed to connect",
        "orders-gw: https://gw.example.com/mcp (HTTP) - ✗ Failed to connect",
        pattern=r"[✗✘×] ?Failed to connect",
    ),
    _hidden("not authenticated", "orders-gw · ✘ not authenticated", "status", r"[✗✘×△⚠] ?not authenticated"),
    _hidden(
        "needs authentication",
        "orders-gw · △ needs authentication",
        "status",
        r"[✗✘×△⚠] ?needs authentication",
    ),
    _hidden("typeerror: fetch failed", "TypeError: fetch failed"),
    # Amplify
    _hidden("an unknown error has occurred", "Unknown: An unknown error has occurred."),
)
