"""Verifies the token of standard input with authlib: ISSUER [AUDIENCE], prints accepted or refused."""

import json
import sys
from urllib.request import urlopen

from authlib.jose import JsonWebKey, jwt
from authlib.jose.errors import JoseError

issuer, audience = sys.argv[1:]
document = json.load(urlopen(f"{issuer}/.well-known/openid-configuration", timeout=10))
keys = JsonWebKey.import_key_set(json.load(urlopen(document["jwks_uri"], timeout=10)))
options = {"iss": {"essential": True, "value": document["issuer"]}, "exp": {"essential": True}}
if audience:
    options["aud"] = {"essential": True, "value": audience}
try:
    jwt.decode(sys.stdin.read().strip(), keys, claims_options=options).validate()
    print("accepted")
except (JoseError, ValueError) as error:
    print(repr(error), file=sys.stderr)
    print("refused")
