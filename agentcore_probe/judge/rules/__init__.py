"""The rules of diagnosis, in the order in which they are asked; the first that knows answers.

Each rule looks at a `Case` and returns a `Match` or None. The order is the one of
docs/diagnosis.md: no answer, not from AWS, getting the token, the URL, the resource, the
credential, the request's content, the Gateway; at last, all is well. `judge.diagnose.RULES` is the
whole list, with the two rules that stand elsewhere than their module's others.
"""
