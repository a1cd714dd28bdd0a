"""The embedded AgentCore on loopback: real components behind our own HTTP services.

moto is Cognito, IAM and STS; the bedrock-agentcore SDK's own app is the agent; the official
MCP SDK is the Gateway's server; PyJWT and botocore check tokens and signatures. Our own code
routes on the raw path, orders the checks and builds the responses. docs/local.md says what
AWS documents and what had to be chosen.

It is a second implementation of the same protocol and shares no code with the probes.
"""
