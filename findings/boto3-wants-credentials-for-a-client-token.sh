#!/bin/sh
# boto3 does not send Cognito's GetClientToken without AWS credentials, although it authorizes nobody by them.
#
# Version:   boto3 and botocore 1.44.8
# Expected:  like InitiateAuth and GetTokensFromRefreshToken, the operation is sent unsigned: its description says that IAM
#            credentials cannot authorize it, and the app client proves itself by its secret.
# Seen:      InitiateAuth and GetTokensFromRefreshToken leave without an Authorization header on a machine that has no AWS
#            credentials. GetClientToken and GetDerivedToken are not sent at all: NoCredentialsError. The model marks the
#            first two `authtype: none`, and has no such mark for the others. With Config(signature_version=UNSIGNED) all
#            four leave unsigned.
# So what:   a machine that is to get a token without AWS credentials (the reason to use the operation) needs an unsigned
#            client, or plain HTTPS.
# Source:    run below; GetClientToken in botocore's model of cognito-idp (2016-04-18)
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.8 botocore==1.44.8

cat > call.py <<'PY'
import http.server
import threading

import boto3
from botocore import UNSIGNED
from botocore.config import Config

CLIENT = "1h57kf5cpq17m0eml12example"
CALLS = {
    "initiate_auth": {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": CLIENT, "AuthParameters": {}},
    "get_tokens_from_refresh_token": {"RefreshToken": "example", "ClientId": CLIENT},
    "get_client_token": {"ClientId": CLIENT, "Secret": "example" * 6, "Scopes": ["gateway/invoke"]},
    "get_derived_token": {
        "ClientId": CLIENT,
        "SubjectToken": "example",
        "SubjectTokenType": "urn:ietf:params:oauth:token-type:access_token",
    },
}


class Cognito(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        signed.append("Authorization" in self.headers)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


signed = []
server = http.server.HTTPServer(("127.0.0.1", 0), Cognito)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name, config in (("default", Config()), ("unsigned", Config(signature_version=UNSIGNED))):
    client = boto3.client(
        "cognito-idp", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{server.server_port}", config=config
    )
    for method, arguments in CALLS.items():
        try:
            getattr(client, method)(**arguments)
            print(f"{name} {method}: sent {'signed' if signed[-1] else 'unsigned'}")
        except Exception as error:
            print(f"{name} {method}: {type(error).__name__}")
PY
env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_PROFILE AWS_CONFIG_FILE=none AWS_SHARED_CREDENTIALS_FILE=none \
    AWS_EC2_METADATA_DISABLED=true NO_PROXY=127.0.0.1 venv/bin/python call.py > seen.txt
cat seen.txt
diff - seen.txt <<'TXT'
default initiate_auth: sent unsigned
default get_tokens_from_refresh_token: sent unsigned
default get_client_token: NoCredentialsError
default get_derived_token: NoCredentialsError
unsigned initiate_auth: sent unsigned
unsigned get_tokens_from_refresh_token: sent unsigned
unsigned get_client_token: sent unsigned
unsigned get_derived_token: sent unsigned
TXT
