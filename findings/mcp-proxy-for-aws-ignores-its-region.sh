#!/bin/sh
# mcp-proxy-for-aws does not start at a custom domain, although it gets the region as an option.
#
# Versions:  mcp-proxy-for-aws 1.7.0; Python 3.11
# Expected:  `--region` is the region "to sign" for, and the error of a missing one asks for that option. With it, the proxy
#            starts at an address whose name has no region in it, as a Gateway's or Runtime's own domain.
# Seen:      It takes the region a second time, for the `AWS_REGION` that it adds to the metadata of each request, and this
#            time from the AWS configuration, the variable or the address alone. Without any, it ends with "Could not determine
#            AWS region", `--region` or not, and also if `--metadata AWS_REGION=...` gives the value. With AWS_REGION, it starts.
# So what:   In the settings of an MCP host, `"env": {"AWS_REGION": "..."}` is needed beside `--region` for a custom domain.
#            On a machine with ~/.aws/config it works without, on the next one it does not.
# Source:    run below; `run_proxy` in mcp_proxy_for_aws/server.py, and `determine_aws_region` in utils.py
#
# Exit status: 0 as described; 1 changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp-proxy-for-aws==1.7.0

# Nothing is called: at the end of its standard input, a proxy that has started ends.
start() {
  env -i HOME="$folder" PATH="$PATH" AWS_EC2_METADATA_DISABLED=true AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
    AWS_SECRET_ACCESS_KEY=example "$@" < /dev/null > out.txt 2>&1 && echo started || grep -o "Could not determine AWS region" out.txt | head -1
}
proxy="venv/bin/mcp-proxy-for-aws https://mcp.example.com/mcp --service bedrock-agentcore"
{
  echo "--region: $(start $proxy --region us-east-1)"
  echo "--region, --metadata: $(start $proxy --region us-east-1 --metadata AWS_REGION=us-east-1)"
  echo "--region, variable: $(start AWS_REGION=us-east-1 $proxy --region us-east-1)"
} > seen.txt

cat > expected.txt <<'TXT'
--region: Could not determine AWS region
--region, --metadata: Could not determine AWS region
--region, variable: started
TXT
cat seen.txt
diff expected.txt seen.txt
