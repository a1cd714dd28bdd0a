#!/bin/sh
# Installs what tests use besides Python packages, where that can be done; says what is missing where not.
set -eu
missing=""
command -v curl >/dev/null 2>&1 || missing="$missing curl"
command -v jq >/dev/null 2>&1 || missing="$missing jq"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || missing="$missing faketime"
fc-list 2>/dev/null | grep -qi "ipagothic\|ipa.*gothic" || missing="$missing fonts-ipafont-gothic"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests (once):$missing ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends fontconfig $missing >/dev/null
else
    echo "The tests need:$missing. Install them and run make test again." >&2
    exit 1
fi
