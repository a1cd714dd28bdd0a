"""Everything that sends requests: AWS, identities, issuers, and the transport of the probes."""
