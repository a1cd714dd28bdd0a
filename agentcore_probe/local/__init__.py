"""The embedded AgentCore: real parts behind a front door of ours, on loopback.

moto is Cognito, IAM and STS; the bedrock-agentcore SDK's own app is the agent; the official
MCP SDK is the Gateway's server; PyJWT and botocore check tokens and signatures. Ours is the
front door: routing on the raw path, the order of checks, and the answers. What AWS documents
and what had to be chosen stands in docs/local.md.

It is a second implementation of the same protocol and shares no code with what probes it.
"""
