#!/bin/sh
# With dual-stack endpoints switched on, botocore calls AgentCore by its dual-stack name, and Cognito as if nothing was set.
#
# Version:   botocore 1.44.8
# Expected:  AWS_USE_DUALSTACK_ENDPOINT=true gives every service its dual-stack host (`.api.aws`), or an error for a service
#            that has none.
# Seen:      both planes of AgentCore and STS move to `.api.aws`; Cognito stays at `cognito-idp.REGION.amazonaws.com`, without
#            an error or a warning. With FIPS as well, Cognito's host depends on the region: in us-east-1
#            the dual-stack switch is ignored (`cognito-idp-fips.us-east-1.amazonaws.com`), in eu-central-1 it is not
#            (`cognito-idp-fips.eu-central-1.api.aws`).
# So what:   on a network with IPv6 only, the agent can be reached and the login cannot. Do not derive one service's host
#            from another's, nor from the switch: ask the endpoint rules for each service and region.
# Source:    run below; the endpoint rules of cognito-idp and bedrock-agentcore in botocore/data
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check botocore==1.44.8

cat > hosts.py <<'PY'
import itertools

import botocore.session
from botocore.config import Config

session = botocore.session.Session()
session.set_credentials("AKIAEXAMPLEEXAMPLE00", "example")
for fips, region in itertools.product((False, True), ("us-east-1", "eu-central-1")):
    for service in ("bedrock-agentcore", "bedrock-agentcore-control", "sts", "cognito-idp"):
        client = session.create_client(
            service, region_name=region, config=Config(use_dualstack_endpoint=True, use_fips_endpoint=fips)
        )
        print(client.meta.endpoint_url.removeprefix("https://"))
PY
AWS_CONFIG_FILE=none AWS_SHARED_CREDENTIALS_FILE=none AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true \
    venv/bin/python hosts.py > seen.txt
cat seen.txt
diff - seen.txt <<'TXT'
bedrock-agentcore.us-east-1.api.aws
bedrock-agentcore-control.us-east-1.api.aws
sts.us-east-1.api.aws
cognito-idp.us-east-1.amazonaws.com
bedrock-agentcore.eu-central-1.api.aws
bedrock-agentcore-control.eu-central-1.api.aws
sts.eu-central-1.api.aws
cognito-idp.eu-central-1.amazonaws.com
bedrock-agentcore-fips.us-east-1.api.aws
bedrock-agentcore-control-fips.us-east-1.api.aws
sts-fips.us-east-1.api.aws
cognito-idp-fips.us-east-1.amazonaws.com
bedrock-agentcore-fips.eu-central-1.api.aws
bedrock-agentcore-control-fips.eu-central-1.api.aws
sts-fips.eu-central-1.api.aws
cognito-idp-fips.eu-central-1.api.aws
TXT
