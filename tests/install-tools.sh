#!/bin/sh
# Installs what tests use besides Python packages, where that can be done; says what is missing where not.
set -eu
missing=""
command -v curl >/dev/null 2>&1 || missing="$missing curl"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "The tests need:$missing. Install them and run make test again." >&2
    exit 1
fi
