#!/bin/sh
# moto searches for the primes of its own signing key again for each Cognito user pool.
#
# Versions:  moto 5.2.5, joserfc 1.8.0, cryptography 50.0.2; Python 3.11
# Expected:  the key that signs the tokens of every pool is a file of moto's, so a pool costs only that the file is read.
# Seen:      the file has the key's n, e and d, and neither of its primes (RFC 7518 section 6.3.2 says they SHOULD be there).
#            joserfc therefore calls cryptography's search for them, which tries random numbers: once for each pool, with the
#            same result. It took 0.04 to 0.26 s of processor time a pool when this was written, most of the creation.
# So what:   emulators and test suites that create a pool for each test spend most of that time here, and a time that varies
#            by a factor of six. The primes follow from n, e and d exactly; a key made once can be handed to every pool.
# Source:    run below: moto creates three pools while the calls are counted; moto/cognitoidp/resources/jwks-private.json
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > pools.py <<'PY'
import sys
import time

import boto3
import joserfc._rfc7518.rsa_key as keys
from moto import mock_aws
from moto.utilities.utils import load_resource

search = keys.rsa_recover_prime_factors
searches = []


def counted(*numbers):
    """The search, with what it was asked, what it found and its processor time."""
    start = time.process_time()
    primes = search(*numbers)
    searches.append((numbers, tuple(sorted(primes)), time.process_time() - start))
    return primes


keys.rsa_recover_prime_factors = counted
members = set(load_resource("cognitoidp/resources/jwks-private.json"))
with mock_aws():
    client = boto3.client("cognito-idp", region_name="us-east-1")
    for name in ("one", "two", "three"):
        client.create_user_pool(PoolName=name)
print("members of the key:", " ".join(sorted(members)))
print("searches for its primes:", len(searches), "for 3 pools, of", len({numbers for numbers, _, _ in searches}), "key")
print("seconds:", " ".join(f"{seconds:.2f}" for _, _, seconds in searches))
is_one_key = len({(numbers, primes) for numbers, primes, _ in searches}) == 1
sys.exit(0 if not members & {"p", "q"} and len(searches) == 3 and is_one_key else 1)
PY

python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check \
    "moto[cognitoidp]==5.2.5" "joserfc==1.8.0" "cryptography==50.0.2" "boto3==1.44.5"
AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_EC2_METADATA_DISABLED=true env/bin/python pools.py
