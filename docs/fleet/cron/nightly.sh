#!/bin/sh
# 17 3 * * *  /srv/agentcore/nightly.sh
#
# All environments, or those that it is given, at most one run at a time. What is printed is in nightly.log; on any exit code except 0 it is sent by
# mail, and the system log has a line.
cd "${AGENTCORE_PROJECT:-/srv/agentcore}" || exit 2
PATH=$PWD/.venv/bin:$PATH
exec 9> nightly.lock
flock -n 9 || exit 0
status=0
agentcore-probe report "${@:-all}" --fail-on unexpected,error,change > nightly.log 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
    counts=$(tail -n 1 nightly.log)
    logger -t agentcore-probe -p user.err "exit code $status: $counts"
    mail -s "agentcore-probe: exit code $status" ops@example.com < nightly.log
fi
exit "$status"
