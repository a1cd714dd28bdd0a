"""What a pasted text contains besides exchanges: tokens, claims, ARNs, URLs, requests and settings of authorizers."""
