"""IAM's evaluation logic on policy documents: whether a principal may call a target, and which statement decides.

Never concludes more than is known: a condition on a value that only the request has, and a document that could not be
read, make the result `depends` or `unknown`.
"""
