#!/bin/sh
# A partial evaluation of Cedar takes an entity that is not in the entities as unknown; a full one takes it as one without
# groups and attributes. It also keeps a condition that can no longer be true.
#
# Versions:  cedarpy 4.12.2 (Cedar 4.12, its experimental feature partial-eval); Python 3.11
# Expected:  only the fields of the request that are left out are unknown, so a policy that does not need them is decided as
#            in a full evaluation, and `unknown && false` is false.
# Seen:      with the action missing from the entities, `action in Action::"group"` is denied by a full evaluation and left
#            open by a partial one. `context.x && false` is left open, and `false && context.x` is denied.
# So what:   whoever predicts a list of tools, where the arguments are not known yet, must pass every entity that the request
#            names, and cannot rely on a denial where a condition on the arguments comes first.
# Source:    run below
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > partial.py <<'PY'
import sys

import cedarpy

request = {"principal": 'User::"a"', "action": 'Action::"b"', "resource": 'Thing::"c"'}
everything = [
    {"uid": {"type": type, "id": id}, "attrs": {}, "parents": []}
    for type, id in (("User", "a"), ("Action", "b"), ("Action", "group"), ("Thing", "c"))
]


def partial(condition, entities):
    policy = f"permit(principal, action, resource) when {{ {condition} }};"
    return cedarpy.is_authorized_partial(request, policy, entities).decision.name


def full(condition, entities):
    policy = f"permit(principal, action, resource) when {{ {condition} }};"
    return cedarpy.is_authorized({**request, "context": {"x": True}}, policy, entities).decision.name


found = {
    "full, action missing": full('action in Action::"group"', []),
    "partial, action missing": partial('action in Action::"group"', []),
    "partial, action given": partial('action in Action::"group"', everything),
    "partial, false last": partial("context.x && false", everything),
    "partial, false first": partial("false && context.x", everything),
}
for case, decision in found.items():
    print(f"{case}: {decision}")
sys.exit(0 if list(found.values()) == ["Deny", "NoDecision", "Deny", "NoDecision", "Deny"] else 1)
PY

python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "cedarpy==4.12.2"
env/bin/python partial.py
