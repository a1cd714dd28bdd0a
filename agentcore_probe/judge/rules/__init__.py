"""The rules of diagnosis: each takes a `Case` and returns a `Match`, or None if it does not apply.

The first match decides, in the order of docs/diagnosis.md: no response, not from AWS, getting the token, the URL, the
resource, the credential, the request's content, the Gateway. `judge.diagnose.RULES` is the whole list; two of its
rules come earlier or later than the others of their module.
"""
