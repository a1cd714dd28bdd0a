#!/bin/sh
# Submits the array job (8 parts) and the index job, which waits for it. EventBridge Scheduler can do the same at night.
set -e
array=$(aws batch submit-job --job-name agentcore-parts --job-queue agentcore --job-definition agentcore-probe \
    --array-properties size=8 --query jobId --output text)
aws batch submit-job --job-name agentcore-index --job-queue agentcore --job-definition agentcore-probe \
    --depends-on "jobId=$array" \
    --container-overrides '{"command": ["sh", "-c", "agentcore-probe index --out \"$REPORTS\""]}'
