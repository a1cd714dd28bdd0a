"""The authorization server that MCP clients can log in at, where `[local] login_server` asks for it.

Its issuer is its own address. What it offers is switched by `LoginFeature` (`model.environment`): RFC 7591, client id metadata
documents, RFC 8414, PKCE in its metadata, RFC 9207.
"""
