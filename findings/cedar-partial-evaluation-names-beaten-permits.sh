#!/bin/sh
# A partial evaluation of Cedar names the permits that a forbid beats among its reasons; a full evaluation does not.
#
# Versions:  cedarpy 4.12.2 (Cedar 4.12, its experimental feature partial-eval); Python 3.11
# Expected:  of a permit and a forbid that both apply, only the forbid is a reason for the denial, as in a full evaluation.
# Seen:      both are reasons of the partial one, whose decision is Deny. Its must_be_determining has the forbid alone.
# So what:   whoever shows which policy denied a call, and may use both kinds of evaluation, reads `reasons` from a full one and
#            `must_be_determining` from a partial one.
# Source:    run below
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > reasons.py <<'PY'
import sys

import cedarpy

request = {"principal": 'User::"a"', "action": 'Action::"b"', "resource": 'Thing::"c"'}
policies = "permit(principal, action, resource); forbid(principal, action, resource);"
entities = [
    {"uid": {"type": type, "id": id}, "attrs": {}, "parents": []}
    for type, id in (("User", "a"), ("Action", "b"), ("Thing", "c"))
]
full = cedarpy.is_authorized({**request, "context": {}}, policies, entities)
partial = cedarpy.is_authorized_partial(request, policies, entities)
found = (
    (full.decision.name, sorted(full.diagnostics.reasons)),
    (partial.decision.name, sorted(partial.diagnostics.reasons)),
    sorted(partial.diagnostics.must_be_determining),
)
print("full:", *found[0])
print("partial:", *found[1])
print("must be determining:", found[2])
sys.exit(0 if found == (("Deny", ["policy1"]), ("Deny", ["policy0", "policy1"]), ["policy1"]) else 1)
PY

python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "cedarpy==4.12.2"
env/bin/python reasons.py
