#!/bin/sh
# Cedar names the policies that decided in another order in each evaluation.
#
# Versions:  cedarpy 4.12.2 (Cedar 4.12); Python 3.11
# Expected:  of two permits that apply, the one that comes first in the text is named first, and equal requests get equal
#            diagnostics.
# Seen:      the list of reasons comes from a hash set whose seed differs for each evaluation: both orders occur within one
#            process. The policies are named by their place in the text (policy0, policy1), whatever their @id is.
# So what:   a report or a cache that keeps the list as it comes differs between equal runs. Sort it by the numbers.
# Source:    run below: 200 equal requests
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > reasons.py <<'PY'
import sys

import cedarpy

request = {"principal": 'User::"a"', "action": 'Action::"b"', "resource": 'Thing::"c"', "context": {}}
policies = '@id("one") permit(principal, action, resource); @id("two") permit(principal, action, resource);'
orders = {tuple(cedarpy.is_authorized(request, policies, []).diagnostics.reasons) for _ in range(200)}
print("orders:", sorted(orders))
sys.exit(0 if orders == {("policy0", "policy1"), ("policy1", "policy0")} else 1)
PY

python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "cedarpy==4.12.2"
env/bin/python reasons.py
