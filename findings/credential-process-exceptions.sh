#!/bin/sh
# A credential_process fails in four ways, and botocore reports only one of them by an exception of its own.
#
# Version:   botocore 1.44.5
# Expected:  every failure of a profile's credential_process is a CredentialRetrievalError, so `except BotoCoreError`
#            covers them all.
# Seen:      A process that ends with an error, or prints JSON of another version, is a CredentialRetrievalError. A program
#            that does not exist is a FileNotFoundError; output that is not JSON is a json.JSONDecodeError; credentials
#            whose Expiration is over are a RuntimeError. Code that catches botocore's exceptions ends in a traceback
#            although only the user's profile is wrong.
# So what:   catch OSError, ValueError and RuntimeError, too, where credentials are resolved.
# Source:    run below: `ProcessProvider` and `RefreshableCredentials` in botocore/credentials.py
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check botocore==1.44.5

cat > expired.json <<'JSON'
{"Version": 1, "AccessKeyId": "AKIAEXAMPLEEXAMPLE00", "SecretAccessKey": "example", "Expiration": "2020-01-01T00:00:00Z"}
JSON
echo '{"Version": 2}' > version.json
cat > config <<INI
[profile ends-with-an-error]
credential_process = false
[profile other-version]
credential_process = cat $folder/version.json
[profile no-such-program]
credential_process = $folder/no-such-program
[profile not-json]
credential_process = echo hello
[profile expired]
credential_process = cat $folder/expired.json
INI
cat > resolve.py <<'PY'
import botocore.exceptions
import botocore.session

for profile in ("ends-with-an-error", "other-version", "no-such-program", "not-json", "expired"):
    try:
        botocore.session.Session(profile=profile).get_credentials().get_frozen_credentials()
    except Exception as error:
        own = isinstance(error, botocore.exceptions.BotoCoreError)
        print(f"{profile}: {type(error).__name__}, {'botocore' if own else 'not botocore'}")
PY
AWS_CONFIG_FILE=config AWS_SHARED_CREDENTIALS_FILE=none AWS_EC2_METADATA_DISABLED=true venv/bin/python resolve.py > seen.txt
cat seen.txt
diff - seen.txt <<'TXT'
ends-with-an-error: CredentialRetrievalError, botocore
other-version: CredentialRetrievalError, botocore
no-such-program: FileNotFoundError, not botocore
not-json: JSONDecodeError, not botocore
expired: RuntimeError, not botocore
TXT
