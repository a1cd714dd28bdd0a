#!/bin/sh
# One child of the array job: a part of the environments, by the child's index.
# Findings (exit code 1) and environments that could not run (2, 3, 4) are in the reports and do not fail the child,
# because a job that depends on the array, here the index, starts only if every child succeeds.
part=$((${AWS_BATCH_JOB_ARRAY_INDEX:-0} + 1))/${AWS_BATCH_JOB_ARRAY_SIZE:-1}
agentcore-probe report all --shard "$part" --out "$REPORTS"
status=$?
[ "$status" -le 4 ] && exit 0
exit "$status"
