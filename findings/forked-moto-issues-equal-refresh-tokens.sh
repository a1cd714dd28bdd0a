#!/bin/sh
# Two processes that are forked after moto was imported issue the same Cognito refresh tokens.
#
# Versions:  moto 5.2.5; Python 3.11
# Expected:  each process issues tokens of its own. Python's `random` module seeds itself again in a forked child, and
#            moto's user pools look as independent as two accounts.
# Seen:      both children issue the same refresh token, and their user pools have the same id. moto draws both from an
#            instance of `random.Random` of its own, which is seeded at import and copied by the fork. After a call of its
#            seed() in the child, the tokens differ.
# So what:   a test suite that forks emulators from one warm process has several "accounts" with equal tokens and ids. What
#            compares them, such as a search for the tokens of one in the reports about another, finds matches. Seed again in
#            each child.
# Source:    run below: moto in two forked children; moto_api/_internal/moto_random.py of moto
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > fork.py <<'PY'
import os
import sys

import boto3
from moto import mock_aws
from moto.moto_api._internal import mock_random


def issued():
    """The id of a new user pool, and the refresh token of a login."""
    with mock_aws():
        client = boto3.client("cognito-idp", region_name="us-east-1")
        pool = client.create_user_pool(PoolName="pool")["UserPool"]["Id"]
        app = client.create_user_pool_client(
            UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        client.admin_create_user(UserPoolId=pool, Username="someone")
        client.admin_set_user_password(UserPoolId=pool, Username="someone", Password="Example-1!", Permanent=True)
        login = client.initiate_auth(
            ClientId=app,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "someone", "PASSWORD": "Example-1!"},
        )
        return f"{pool} {login['AuthenticationResult']['RefreshToken']}"


def in_a_child(seeds):
    """What a forked child issues."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        if seeds:
            mock_random.seed()
        os.write(writer, issued().encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text


first, second = in_a_child(seeds=False), in_a_child(seeds=False)
third = in_a_child(seeds=True)
is_as_described = first != "" and first == second and set(first.split()).isdisjoint(third.split())
print("two forked children issue", "equal" if first == second else "different", "refresh tokens")
print("a child that seeds again issues", "the same" if third == first else "another")
sys.exit(0 if is_as_described else 1)
PY

python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "moto[cognitoidp]==5.2.5" "boto3==1.44.5"
AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_EC2_METADATA_DISABLED=true env/bin/python fork.py
