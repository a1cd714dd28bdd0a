### English sentences of the report and the terminal. ja.ftl has the same messages.

## Page
title-aws = AgentCore access verification: { $environment }
title-embedded = AgentCore access verification: { $environment } (embedded AgentCore, not AWS)
title-loopback = AgentCore access verification: { $environment } (another endpoint on this machine, not AWS)
title-proxied = AgentCore access verification: { $environment } (through a proxy)
title-recorded = AgentCore access verification: { $environment } (recorded)
source-aws = Answers from AWS
source-embedded = Embedded AgentCore, not AWS: this page is not evidence about an AWS account
source-loopback = The answers came from another endpoint on this machine, not AWS: this page proves nothing about an AWS account
source-proxied = The answers came through a proxy that may have changed them: this page does not prove that they are from AWS
source-recorded = Replayed from a record: nothing was sent for this page
contents = Contents
skip = Skip to content
language-label = Language
language-name = English
section-evidence = Evidence
section-root-cause = Root causes of refusals and failures
section-access-methods = Access methods
section-checklist = Implementation status
section-conclusions = Technical conclusions
section-usage = How to call it
section-evaluation = Final evaluation
section-provenance = Provenance
provenance-environment = Environment
provenance-started = Observed
provenance-region = Region
provenance-runtime = Runtime
provenance-gateway = Gateway
provenance-caller = AWS caller
provenance-clock = Service clock relative to this machine
provenance-tool = Tool
provenance-versions = Versions
provenance-digest = Digest of the record (SHA-256)

## Verdict
verdict-verified = Verified
verdict-not-verified = Not verified
verdict-inconclusive = Inconclusive
verdict-partial = Partial run
evaluation-verified = { $good ->
    [1] The one applicable access method behaved as expected.
   *[other] All { $good } applicable access methods behaved as expected.
}
evaluation-not-verified = { $all ->
    [1] { $bad ->
        [0] { $open ->
            [0] The one applicable access method behaved as expected.
           *[other] The one applicable access method could not be determined.
        }
       *[other] The one applicable access method did not behave as expected.
    }
   *[other] { $bad ->
        [0] { $open ->
            [0] All { $all } applicable access methods behaved as expected.
           *[other] { $good ->
                [0] None of the { $all } applicable access methods could be determined.
               *[other] { $good } of { $all } applicable access methods behaved as expected; { $open } could not be determined.
            }
        }
       *[other] { $open ->
            [0] { $good ->
                [0] None of the { $all } access methods behaved as expected.
               *[other] { $bad } of { $all } access methods did not behave as expected ({ $good } did).
            }
           *[other] { $good ->
                [0] { $bad } of { $all } access methods did not behave as expected, and { $open } could not be determined.
               *[other] { $bad } of { $all } access methods did not behave as expected ({ $good } did; { $open } could not be determined).
            }
        }
    }
}
evaluation-inconclusive = { $all ->
    [0] No access method was applicable.
    [1] { $open ->
        [0] The one applicable access method behaved as expected.
       *[other] Nothing contradicts the configuration, but the one applicable access method could not be determined.
    }
   *[other] { $open ->
        [0] All { $good } applicable access methods behaved as expected.
       *[other] { $good ->
            [0] Nothing contradicts the configuration, but none of the { $all } access methods could be determined.
           *[other] Nothing contradicts the configuration, but { $open } of { $all } access methods could not be determined ({ $good } behaved as expected).
        }
    }
}
evaluation-deployed = { $count ->
    [one] The deployed configuration has 1 error.
   *[other] The deployed configuration has { $count } errors.
}
evaluation-stale = { $count ->
    [one] 1 expectation in the environment file is out of date.
   *[other] { $count } expectations in the environment file are out of date.
}
evaluation-unmet = { $count ->
    [one] 1 expectation in the environment file is not met.
   *[other] { $count } expectations in the environment file are not met.
}
evaluation-partial = Only { $method } and what its judgement needs were tested: this is not a verdict on the environment.
evaluation-carried = The verdict is computed from the findings above; each finding names the exchanges that support it.

## What to do now
actions-title = What to do now
actions-none = Nothing to do.
action-owner-you = you
action-owner-account-administrator = account administrator
action-owner-aws = AWS
action-other = Make these access methods testable.
action-command = Line to paste
action-check = Check

## Table
table-caption = Every access method, with the observed and the expected result
aws-login = AWS credentials: { $problem }
column-method = Access method
column-auth = Auth
column-result = Result
column-expected = Expected
column-outcome = As expected?
column-explanation = Explanation
column-evidence = Evidence
method-gateway-jwt = Gateway MCP
method-runtime-jwt = Runtime direct (HTTPS)
method-runtime-sigv4 = Runtime through boto3
method-runtime-cli = Runtime through the AWS CLI
method-gateway-sigv4 = Gateway MCP, signed
method-runtime-jwt-raw-arn = Runtime direct, ARN not encoded
method-gateway-anonymous = Gateway without a credential
method-runtime-anonymous = Runtime without a credential
method-gateway-jwt-forged = Gateway with forged tokens
method-runtime-jwt-forged = Runtime with forged tokens
method-gateway-jwt-id-token = Gateway with the ID token
method-runtime-jwt-id-token = Runtime with the ID token
auth-jwt = JWT Bearer
auth-forged-jwt = forged JWT
auth-id-token = ID token
auth-sigv4 = IAM SigV4
auth-none = none
decision-accepted = accepted
decision-refused = refused
decision-undecided = no decision
decision-none = –
decision-in-part = accepted in part
outcome-as-expected = as expected
outcome-unexpected = unexpected
outcome-error = not determined
outcome-not-testable = not testable
outcome-not-applicable = not applicable
result-nothing-sent = nothing sent
result-in-part = { $result }, with errors after authorization
status-not-shown = status unknown
fault-setup = not sent (settings of this machine)
fault-proxy = proxy failed
fault-dns = name not resolved
fault-connect = no connection
fault-tls = TLS failed
fault-timeout = timed out
fault-reset = connection reset
fault-truncated = response cut off
fault-too-large = response too large
fault-not-http = not HTTP
fault-request-limit = not sent
fault-http2-only = only HTTP/2
fault-none = no response
fine = The authorizer accepted the call, and the target answered it.
fine-tools = { $count ->
    [one] The authorizer accepted the call; 1 tool is listed: { $tools }.
   *[other] The authorizer accepted the call; { $count } tools are listed: { $tools }.
}
by-design = The environment file expects this: { $reason }.
reason-no-prediction = The deployed configuration is unknown, so nothing is expected.
    .fix = Allow the caller bedrock-agentcore:GetAgentRuntime and bedrock-agentcore:GetGateway, so that the result can be compared with the configuration.
reason-no-gateway-id = The Gateway is named by a URL that does not contain its id, so its configuration was not read.
    .fix = Name the Gateway by id instead of url in the environment file, so that the result can be compared with its configuration.
reason-no-accepted-twin = Nothing comparable was accepted in this run, so this refusal alone is not evidence.
    .fix = Give the run a credential that the target accepts: a refusal counts only beside an accepted call.
reason-no-encoded-call = No call with the encoded ARN was accepted in this run, so this 404 alone is not evidence.
reason-names-the-kind = The answer gives the kind of credential as the reason; this run does not show that the target accepts another kind.
reason-against-prediction = The configuration and the token's claims predict a different result.
    .fix = Find out what decides instead of the deployed rules: a change that is under way, a cache, a proxy, an interceptor.
reason-no-challenge = The refusal carries no Bearer challenge, so clients cannot discover where to get a token.
    .fix = Let whatever answers in front of the service pass on the WWW-Authenticate header of a 401.
reason-no-identity = The environment file has no [identity], so no token could be sent.
    .fix = Add [identity] to the environment file.
reason-no-token = No token was obtained; the response to the login shows why.
    .fix = Read the response to the login, and correct [identity].
reason-no-client-id = The environment file names no app client, and the authorizers do not determine one.
    .fix = Add client_id to [identity].
reason-no-token-endpoint = The issuer's discovery document has no token endpoint.
    .fix = Publish token_endpoint in the issuer's discovery document, or use another login flow.
reason-discovery-unreadable = The issuer's discovery document could not be read, so its token endpoint is unknown.
    .fix = Check [identity] discovery_url, and that it can be reached from here.
reason-no-runtime = The environment file has no Runtime.
reason-no-gateway = The environment file has no Gateway.
reason-no-id-token = The login returned no ID token.
reason-no-jwt-authorizer = The deployed authorizer does not check tokens, so a bad token would prove nothing.
reason-token-malformed = The token is malformed: it is not a JWT, or it contains a character that no header can carry, such as a line break. Nothing was sent.
    .fix = Give a JWT in [identity] token, without quotes or line breaks.
reason-aws-not-on-path = The aws command is not on PATH.
reason-aws-not-started = The aws command on PATH could not be started.
reason-aws-broken = The aws command on PATH failed before it sent anything.
reason-aws-without-agentcore = The aws command on this machine does not support bedrock-agentcore.
reason-other = Not tested: { $reason }.
reason-unexpected = The decision is not the intended one.
    .fix = Compare the deployed authorizer with what is intended.
reason-nothing-applicable = No access method applies to this environment.
    .fix = Add a [runtime] or a [gateway] to the environment file.

## Evidence
evidence-intro = Every exchange behind the findings, with credentials redacted. Times are measured in milliseconds of wall-clock time. The deciding part is highlighted.
evidence-other = Discovery and login
evidence-request = Request
evidence-answer = Response
evidence-time = Time
evidence-repeat = Repeat this request
evidence-count = { $count } exchanges ({ $first } to { $last })
evidence-one = 1 exchange ({ $first })
evidence-token = Token (not verified)
evidence-proxy = The request was sent through the proxy at { $peer }.
evidence-retried = The server closed the reused connection before it answered, so the request was sent again on a new one.
evidence-controls = Controls that were refused, one line each
evidence-exchange = Exchange
evidence-control = Control
phase-of-control-before = before the genuine call
phase-of-control-after = after the genuine call
untried-no-expired-token = Not tried: an expired token of the issuer. Set [identity] expired_token in the environment file.
untried-no-public-key = Not tried, because the issuer's public key could not be read: { $controls }.
untried-no-matching-key = Not tried, because the issuer's JWKS has no key for the token's kid and algorithm: { $controls }.
untried-token-not-expired = Not sent: the token of [identity] expired_token. It has not expired, or expired less than a minute ago.
untried-token-unreadable = Not sent: the token of [identity] expired_token. It is not a JWT with an expiry time.
untried-few-controls = Not tried, because of --controls few: { $controls }.
untried-request-limit = Not tried, because the run had reached its limit of requests: { $controls }.
untried-no-answer = Not tried, because the first control got no response: { $controls }.
cut-time = The stream was read up to the time limit.
cut-size = The stream was read up to the size limit.
phase-resolve = DNS
phase-connect = connect
phase-tls = TLS
phase-first_byte = first byte
phase-rest = body
latency-title = Latency by access method and phase
latency-value = { $value } ms
latency-alt = Total of all exchanges per method. Slowest over HTTP: { $method }, { $slowest } ms; fastest: { $other }, { $fastest } ms.
latency-none = This record contains no timings.
matrix-title = Observed decision, with the intended decision in brackets
matrix-intended = ({ $decision })
matrix-should-be = (should be { $decision })
matrix-no-challenge = (should carry a challenge)
matrix-other-cause = (for another reason)
matrix-alt-good = { $count ->
    [one] The one method that was tested behaved as expected.
   *[other] All { $count } methods that were tested behaved as expected.
}
matrix-alt-bad = { $open ->
    [0] Of { $count } methods that were tested, { $good } behaved as expected and { $bad } did not ({ $names }).
   *[other] Of { $count } methods that were tested, { $good } behaved as expected, { $bad } did not ({ $names }), and { $open } could not be determined.
}
matrix-alt-open = Of { $count } methods that were tested, { $good } behaved as expected and { $open } could not be determined.
matrix-none = No access method was tested.
target-gateway = Gateway
target-runtime = Runtime
way-jwt = JWT
way-sigv4 = SigV4
way-cli = AWS CLI
way-jwt-raw-arn = unencoded ARN
way-anonymous = no credential
way-jwt-forged = forged JWT
way-jwt-id-token = ID token
timeline-title = Token lifetime
timeline-issued = issued
timeline-sent = sent
timeline-service = service clock
timeline-expires = expires
timeline-alt-valid = { $minutes ->
    [one] The token was valid for 1 more minute when it was sent; it expires at { $exp }.
   *[other] The token was valid for { $minutes } more minutes when it was sent; it expires at { $exp }.
}
timeline-alt-stale = { $seconds ->
    [one] The token was valid for only 1 more second when it was sent; below 60 seconds it counts as expired.
   *[other] The token was valid for only { $seconds } more seconds when it was sent; below 60 seconds it counts as expired.
}
timeline-alt-expired = { $seconds ->
    [one] By the service's clock, the token expired 1 second before it was sent, at { $exp }.
   *[other] By the service's clock, the token expired { $seconds } seconds before it was sent, at { $exp }.
}
timeline-alt-ahead = The service's clock is { $offset } seconds ahead of this machine's clock.
timeline-alt-behind = The service's clock is { $offset } seconds behind this machine's clock.
timeline-none = No token with an expiry time was sent.

## Steps
step-discovery-document = discovery document
step-signing-keys = signing keys (JWKS)
step-login = login
step-token = token request
step-forged = forged: { $defect }
step-tools-page = tools/list, page { $page }
evidence-longer = { $count ->
    [one] 1 more character in the record
   *[other] { $count } more characters in the record
}

## Sources
cite-field-reports = field reports
cite-measured = measured with the requests library
cite-none = no known explanation
cite-nothing-fits = no known cause fits
cite-own-limit = the probe's own limit
cite-documented = the service's documentation

## Deployed, unreadable
unreadable-title = What could not be read
unreadable-runtime = The Runtime's configuration: { $why } (requires bedrock-agentcore:GetAgentRuntime)
unreadable-gateway = The Gateway's configuration: { $why } (requires bedrock-agentcore:GetGateway)
unreadable-client = The app client's settings: { $why } (requires cognito-idp:DescribeUserPoolClient)
unreadable-issuer = The issuer's discovery document or keys: { $why }
root-cause-open = { $count ->
    [one] 1 cause behind results that could not be determined
   *[other] { $count } causes behind results that could not be determined
}

## Root causes
root-cause-none = No access method failed or was refused, so there is nothing to explain.
root-cause-expected = { $count ->
    [one] 1 kind of refusal or failure, intended by the configuration
   *[other] { $count } kinds of refusals and failures, all intended by the configuration
}
root-cause-no-surprise = There were no surprises: every refusal and failure is intended by the configuration.
root-cause-lines = Commands and configuration to paste
root-cause-why = Why
root-cause-fix = Fix
root-cause-rows = Seen in
root-cause-source = Source
root-cause-checks = Checks
root-cause-pair = Proven by changing one factor: { $factor }
root-cause-experiment = Experiment
root-cause-recheck = Test again
confidence-proven = proven
confidence-probable = probable
confidence-possible = possible
experiment-changed-nothing = The call was still not accepted after changing only { $factor }.
fragment-cdk = CDK (TypeScript)
fragment-cloudformation = CloudFormation
fragment-trust-policy = Trust policy of the role: statement to add
fragment-caller-policy = Policy of the caller
experiment-would-prove = Not proven yet. To prove it, repeat the request with a single change: { $factor }.
factor-arn-encoding = the encoding of the ARN in the path
factor-identifier = the Runtime's identifier
factor-identifier-form = the form of the identifier (ARN, or id and accountId)
factor-path = the path
factor-account = accountId
factor-host = the host
factor-region = the region of the host
factor-qualifier = the qualifier
factor-auth = the credential
factor-token = the token
factor-session-id = the length of the session id
factor-user-id = the user-id header
factor-mcp-session = the Mcp-Session-Id header
factor-mcp-version = the MCP version
factor-accept = the Accept header
value-absent = none
check-passed = passed
check-failed = failed
check-unknown = unknown
check-authorizer = type of the authorizer
check-arn-not-encoded = the ARN is percent-encoded
check-arn-double-encoded = the ARN is not encoded twice
check-arn-blank-or-padded = the identifier is not blank
check-answer-not-from-aws = the answer comes from AWS
check-runtime-not-found = the answer does not report a missing Runtime
check-qualifier-not-found = the endpoint is listed
check-region-mismatch = host and ARN are in the same region
check-credential-missing = a credential was sent
check-token-malformed = the token has the form of a JWT
check-token-expired = the token has not expired
check-token-near-expiry = the token is valid for at least one more minute
check-token-not-yet-valid = the token is already valid
check-issuer-mismatch = iss is the trusted issuer
check-signing-key-unknown = kid is in the issuer's JWKS
check-id-token-sent = the token is an access token
check-client-not-allowed = client_id is allowed
check-audience-not-allowed = aud is allowed
check-scope-missing = a required scope is present
check-custom-claim-mismatch = the custom claim matches its rule

## Checklist
checklist-caption = Each item is checked against the deployed configuration or an observation
column-item = Item
column-state = State
column-proof = Evidence
done-yes = done
done-no = not done
done-unknown = not shown by this run
item-identity-provider =
    { $client ->
        [unknown] The identity provider issues tokens to the app client
       *[other] The identity provider issues tokens to app client { $client }
    }
item-runtime-authorizer =
    { $authorizer ->
        [unknown] The Runtime's authorizer can work as deployed
       *[other] The Runtime's authorizer can work as deployed ({ $authorizer })
    }
item-gateway-authorizer =
    { $authorizer ->
        [unknown] The Gateway's authorizer can work as deployed
       *[other] The Gateway's authorizer can work as deployed ({ $authorizer })
    }
item-shared-issuer = Gateway and Runtime share one issuer
item-gateway-jwt-works = The Gateway accepts a JWT
item-runtime-jwt-works = The Runtime accepts a JWT over direct HTTPS
item-oauth-settings =
    { $causes ->
        [none] The tokens meet the rules of every JWT authorizer
       *[other] The tokens meet the rules of every JWT authorizer (failing: { $causes })
    }
item-targets-ready =
    { $waiting ->
        [none] Every target of the Gateway is READY
       *[other] Every target of the Gateway is READY (not READY: { $waiting })
    }
item-all-methods-tried = Every applicable access method was tested ({ $tried } of { $all })
deployed-title = Problems in the deployed configuration
severity-error = error
severity-warning = warning
deployed-authorizer-without-rule = The { $target }'s authorizer has no rule, so it accepts every token of the issuer.
    .fix = Add allowedClients, allowedAudience, allowedScopes or a custom claim to the authorizer of the { $target }.
deployed-audience-with-cognito = The { $target } requires allowedAudience ({ $audience }), but Cognito access tokens have no aud claim. Use allowedClients.
deployed-mmdsv2-off = MMDSv2 is not enabled on the Runtime; since 2026-06-30, invocations of such Runtimes fail with 400.
deployed-runtime-not-ready = The Runtime is { $status }, not READY.
deployed-gateway-not-ready = The Gateway is { $status }, not READY.
deployed-version-behind = Endpoint { $endpoint } serves version { $live }, but its target version is { $target }.
deployed-gateway-open = The Gateway's authorizer is NONE: anyone can call it, and no interceptor or policy engine protects it.
deployed-gateway-authenticate-only = The Gateway's authorizer is AUTHENTICATE_ONLY: it accepts every AWS principal with a valid signature.
deployed-target-not-ready = Target { $name } is { $status }: its tools are missing, although authorization works.
deployed-issuers-differ = Runtime and Gateway trust different issuers: { $runtime } and { $gateway }.
deployed-issuer-unreadable = The discovery document { $url } could not be read ({ $why }).
deployed-issuer-without-keys = The keys of the issuer { $url } could not be read ({ $why }), so no token can be verified.
deployed-another-resource = The control plane describes another { $target }: { $described } instead of { $requested }. Its answer was not used.
    .fix = Check the id in the environment file, the region, and [endpoints].
deployed-authorization-stripped = The agent needs the caller's token, but the Runtime removes the Authorization header.
    .fix = Add Authorization to the Runtime's requestHeaderAllowlist.
deployed-login-flow-off = App client { $client } does not allow USER_PASSWORD_AUTH, so this environment's login cannot succeed.
deployed-login-secret-missing = App client { $client } has a secret, but the environment file has no client_secret.
deployed-login-secret-unexpected = App client { $client } has no secret, but the environment file has a client_secret.
deployed-oauth-off = AllowedOAuthFlowsUserPoolClient is off for app client { $client }, so its OAuth settings have no effect.
deployed-oauth-grant-off = App client { $client } does not allow client_credentials.
deployed-oauth-scope-off = App client { $client } does not allow the scope that the environment file requests.
deployed-no-token-endpoint = The discovery document { $url } has no token endpoint, so the client_credentials grant cannot work.
    .fix = Publish token_endpoint in the discovery document, or use another login flow.

## Conclusions
conclusions-caption = Each claim with the observations that support it
column-claim = Claim
column-shown = Result
column-carried = Supported by
shown-yes = confirmed
shown-no = disproved
shown-unknown = not shown by this run
claim-gateway-accepts-jwt = The Gateway accepts JWTs
claim-runtime-accepts-jwt = The Runtime accepts JWTs
claim-runtime-refuses-sigv4 = The Runtime refuses SigV4
claim-gateway-refuses-sigv4 = The Gateway refuses SigV4
claim-same-issuer-and-client = Gateway and Runtime trust the same issuer and client
claim-anonymous-refused = Requests without a credential are refused
claim-forged-refused = Forged tokens are refused
claim-direct-https-call-exists = The Runtime can be called directly over HTTPS
expectation-expired = { $line }: its date, until = { $until }, has passed.
    .fix = Remove the expectation, or set a new date.
expectation-not-met = { $line }: expected { $wanted }, observed { $observed }.
    .fix = Change the deployment, or the expectation.
expectation-unknown-method = { $line }: there is no access method of this name.
    .fix = Correct or remove it.

## Usage
usage-embedded = The embedded AgentCore of this run has ended. Start it again with make local, which prints these lines with the new ports.
usage-intro = Ready to paste. Bearer calls read the token from JWT_TOKEN; signed calls use the AWS credential variables. No secret appears here.
usage-gateway-curl = Gateway: list the tools
usage-gateway-signed = Gateway: list the tools, signed
usage-runtime-curl = Runtime: call it directly over HTTPS
usage-runtime-aws = Runtime: call it with the AWS CLI
usage-accepted = accepted in this run
usage-not-accepted = not accepted in this run

## Punctuation
result = { $decision }, { $status }
figure-title = { $title }.

## Terminal
summary-verdict = Verdict: { $verdict }. { $sentence }
summary-as-expected = { $count ->
    [one] 1 access method behaved as expected: { $methods }
   *[other] { $count } access methods behaved as expected: { $methods }
}
summary-not-applicable = Not applicable: { $methods }. { $reason }
summary-partial = { $verdict }. { $sentence }
summary-changed = { $id } repeated, with { $factor } changed from { $before } to { $after }: { $one }, then { $other }.
summary-report = Report: { $path }
summary-requests = { $count } requests sent, not counting reads of the configuration.
summary-plan-limited = [limits] requests allows { $limit } requests, and a complete run needs up to { $count }. What is not sent is reported.
summary-plan = A run sends at most { $count } requests, plus one for each page of tools after the second. Reads of the configuration are not counted.
wait-for = { $environment }: waiting for { $obstacles } ({ $seconds } s)
wait-over = { $environment }: no deployment to wait for after { $seconds } s.
wait-timed-out = { $environment }: not ready after { $seconds } s ({ $obstacles }); running anyway.
gate-previous-run = the previous run
gate-differences = { $environment }: { $count ->
    [one] 1 difference
   *[other] { $count } differences
 } from { $name }:
gate-no-differences = { $environment }: no differences from { $name }.
gate-no-previous-run = { $environment }: there is no earlier run to compare with.
gate-known = { $environment }: { $count ->
    [one] 1 finding is in the baseline and does not count:
   *[other] { $count } findings are in the baseline and do not count:
 }
gate-ignored = { $environment }: { $count ->
    [one] 1 finding is of a kind that --fail-on leaves out:
   *[other] { $count } findings are of kinds that --fail-on leaves out:
 }
gate-failing = { $environment }: exit code 1 because of { $count ->
    [one] 1 finding:
   *[other] { $count } findings:
 }
result-sentence = { $word }. { $sentence }
result-explained = { $result }. { $explanation }
result-error = Could not run
result-incomplete = Error
count-verified = { $count } verified
count-not-verified = { $count } not verified
count-inconclusive = { $count } inconclusive
count-partial = { $count } tested in part
count-not-written = { $count ->
        [1] 1 report not written
       *[other] { $count } reports not written
    }
count-error = { $count } could not run

## SARIF
sarif-cause = The result is not the expected one.
sarif-reason = The access method could not be tested.
sarif-untested = { $because } { $title }
sarif-error = The environment could not be verified, or its report could not be written.

## Explain
explain-head = { $cause }, { $confidence }; authorization: { $decision }
explain-success = authorization: { $decision }
explain-pair = Proven by { $one } and { $other }: they differ in one factor only, and the answers differ.

## Causes
cause-none = { $kind ->
        [login] The login succeeded.
        [other] The request succeeded.
        [material] Nothing wrong was found.
        [place] Nothing wrong was found.
       *[unknown] The call succeeded.
    }
    .why = { $kind ->
        [login] The answer contains a token. It says nothing about the Runtime or the Gateway.
        [other] It needed no authorization, so it says nothing about the authorizer.
        [material] Nothing was sent: only an answer shows whether the target exists and accepts the caller.
        [place] {""}
       *[unknown] The authorizer accepted the call, and the target answered it.
    }
    .fix = Nothing to fix.
cause-machine-set-up = A setting of this machine prevents the request.
    .why = Nothing was sent, so this says nothing about the service ({ $detail }).
    .fix = Correct the setting: the file that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or AWS_CA_BUNDLE names, or the address in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY. A SOCKS proxy requires the package PySocks.
cause-proxy-refused = { $status ->
        [407] The proxy requires a login.
        [unknown] The proxy could not be reached.
       *[other] The proxy did not open the connection.
    }
    .why = Nothing reached the service, so this says nothing about it ({ $detail }).
    .fix = { $status ->
        [407] Add the user name and the password to HTTPS_PROXY (http://USER:PASSWORD@HOST:PORT, percent-encoded).
        [unknown] Check the address in HTTPS_PROXY. If no proxy is needed, add the host to NO_PROXY.
       *[other] Have the proxy allow the host. If no proxy is needed, add the host to NO_PROXY.
    }
cause-dns-failure = { $host ->
        [unknown] The host name could not be resolved.
       *[other] The host name { $host } could not be resolved.
    }
    .why = Nothing was sent, so this says nothing about the service ({ $detail }).
    .fix = Check the host name, the DNS settings of this network, and the region.
cause-connect-failure = { $host ->
        [unknown] Could not connect to the host.
       *[other] Could not connect to { $host }.
    }
    .why = Nothing was sent, so this says nothing about the service ({ $detail }).
    .fix = Check that the host can be reached from here: firewall, proxy, VPC endpoint.
cause-tls-failure = The TLS handshake failed.
    .why = The server's certificate was not accepted, so nothing was sent ({ $detail }).
    .fix = Check for a proxy that decrypts TLS, and name a file with its certificate authority in REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or AWS_CA_BUNDLE. Do not disable verification.
cause-timeout = No complete answer arrived within the time limit.
    .why = The request may or may not have been authorized ({ $detail }).
    .fix = Raise [limits] seconds if the agent is slow; otherwise find out what delays the answer.
cause-connection-reset = The connection was closed before an answer arrived.
    .why = The service, or something on the way to it, closed the connection ({ $detail }).
    .fix = Retry. If it happens again, check for a proxy or firewall that closes connections.
cause-answer-truncated = The answer ended before its announced length.
    .why = The connection ended too early ({ $detail }).
    .fix = Retry. If it happens again, check for a proxy that cuts answers off.
cause-answer-too-large = The answer exceeds the probe's size limit.
    .why = The probe stopped reading ({ $detail }).
    .fix = Raise [limits] body_bytes, or set a payload with a shorter answer.
cause-request-limit = Not sent: the run had reached its limit of requests.
    .why = A run sends at most { $detail } requests, and this run had already sent them.
    .fix = Raise [limits] requests, or send fewer controls: --controls few.
cause-http2-only = The server speaks only HTTP/2.
    .why = It did not answer in HTTP/1.1, which AgentCore and this program use ({ $detail }).
    .fix = { $host ->
        [unknown] Check the URL's port, or let the server or proxy there accept HTTP/1.1.
       *[other] Check the port of { $host }, or let the server or proxy there accept HTTP/1.1.
    }
cause-answer-not-http = The answer is not HTTP.
    .why = The answer could not be parsed ({ $detail }).
    .fix = { $host ->
        [unknown] Check the URL's scheme and port.
       *[other] Check the scheme and port of { $host }.
    }
cause-answer-not-from-aws = The answer does not come from AWS.
    .why =
        { $server ->
            [unknown] It has none of the headers that AWS adds to its answers. { $place ->
                [loopback] The URL is that of a server on this machine.
               *[unknown] A proxy, portal or CDN answered instead.
            }
           *[other] It has none of the headers that AWS adds to its answers, and its server header is { $server }. { $place ->
                [loopback] The URL is that of a server on this machine.
               *[unknown] A proxy, portal or CDN answered instead.
            }
        }
    .fix = { $place ->
        [loopback] Name AWS's own URL in the environment file. This program judges answers of AgentCore only.
       *[unknown] { $host ->
            [unknown] Exclude the host from the proxy, or call from another network.
           *[other] Exclude { $host } from the proxy, or call from another network.
        }
    }
cause-arn-not-encoded = The Runtime's ARN is not percent-encoded in the URL path.
    .why = The slash in the ARN adds a path segment, so no route matches, and the front end answers 404 before it checks any credential. This is not a limit of the service: with the ARN encoded, the same URL exists.
    .fix = Percent-encode the whole ARN, every colon and slash ({ $identifier }), or let a library build the URL.
cause-arn-double-encoded = The Runtime's ARN is percent-encoded twice.
    .why = The service decodes the path once, which leaves %3A and %2F in the name.
    .fix = Encode the ARN exactly once.
cause-arn-blank-or-padded = The Runtime's identifier in the path is blank, a placeholder, or surrounded by white space.
    .why = The variable that should hold the ARN is empty, or contains a line break or a space.
    .fix = Print the URL before sending it, and strip white space from the variable.
cause-arn-kind-wrong = { $form ->
        [malformed] The ARN is malformed.
       *[unknown] The ARN in the path does not belong to a Runtime.
    }
    .why = { $form ->
        [malformed] { $part ->
            [parts] An ARN has six parts, separated by colons.
            [partition] Its partition is not one of AWS's (aws, aws-cn, aws-us-gov).
            [service] Its service must be bedrock-agentcore.
            [region] Its region must be one such as us-east-1.
            [account] Its account must have 12 digits.
           *[resource] Its resource must be runtime/NAME-SUFFIX, gateway/NAME-SUFFIX or harness/NAME-SUFFIX with a suffix of ten characters.
        }
       *[unknown] { $identifier ->
            [unknown] It is the ARN of an endpoint, a harness or another resource.
           *[other] { $identifier } is the ARN of an endpoint, a harness or another resource.
        }
    }
    .fix = { $form ->
        [malformed] Copy the ARN from the output of the stack or of list-agent-runtimes.
       *[unknown] Use the Runtime's ARN, and pass the endpoint's name as the qualifier.
    }
cause-path-wrong = The service has no such path, or does not support this HTTP method on it.
    .why = { $path ->
        [unknown] The request matches no route.
       *[other] { $method ->
            [unknown] { $path } matches no route.
           *[other] { $method } { $path } matches no route.
        }
    }
    .fix = POST to /runtimes/ARN/invocations with the ARN percent-encoded. The path of a Gateway is /mcp.
cause-account-id-missing = The Runtime is addressed by its id, but accountId is missing.
    .why = { $identifier ->
        [unknown] An id, unlike an ARN, does not name the account.
       *[other] { $identifier } is an id, not an ARN, so the service cannot determine the account.
    }
    .fix = Add ?accountId=, or use the percent-encoded ARN.
cause-wrong-host = { $form ->
        [scheme] The URL begins with http instead of https.
        [registry] The registry has moved to another host.
       *[unknown] { $sent ->
            [no] The URL has the wrong plane's host.
           *[unknown] The request went to the wrong plane's host.
        }
    }
    .why = { $form ->
        [scheme] AgentCore's endpoints are HTTPS, and a bearer token must not be sent unencrypted (RFC 6750 section 5.3).
        [registry] The registry is a service of its own, agent-registry, and is not on the hosts of bedrock-agentcore.
       *[unknown] Data-plane paths exist only on bedrock-agentcore, control-plane paths only on bedrock-agentcore-control.
    }
    .fix = { $form ->
        [scheme] Write https. If a token was sent to this URL, treat it as disclosed.
        [registry] Call https://agent-registry.REGION.api.aws/registry/REGISTRY_ID/mcp, and sign for agent-registry where the registry takes SigV4.
       *[unknown] Take the host from the SDK, or derive it from the ARN's region.
    }
cause-region-mismatch = The host and the ARN are in different regions.
    .why = The host is in { $host_region }; the ARN is in { $arn_region }.
    .fix = Derive the host from the ARN.
cause-qualifier-not-found = { $qualifier ->
        [unknown] The Runtime has no endpoint of this name.
       *[other] The Runtime has no endpoint named { $qualifier }.
    }
    .why = The qualifier is the endpoint's name, not a version, and is case-sensitive.
    .fix = List the endpoints and use one of their names.
cause-runtime-not-found = The Runtime was not found.
    .why = { $arn ->
        [unknown] Either the ARN or the region is wrong, or the Runtime was deleted or replaced: a redeployment can change the suffix of its id.
       *[other] { $caller ->
            [unknown] Requested: { $arn } (region { $region }, account { $account }).
           *[other] Requested: { $arn } (region { $region }, account { $account }); AWS caller: { $caller }.
        } { $other_account ->
            [unknown] Either the ARN or the region is wrong, or the Runtime was deleted or replaced: a redeployment can change the suffix of its id.
           *[other] The AWS caller belongs to another account: { $other_account }.
        }
    }
    .fix = { $other_account ->
        [unknown] Compare the ARN's region, account and id with the output of the stack.
       *[other] Use a profile of the Runtime's account ({ $account }), or the ARN of a Runtime in account { $other_account }.
    }
cause-endpoint-propagating = The endpoint is new and cannot be called yet.
    .why = The data plane lags behind READY by 30 seconds to several minutes.
    .fix = Retry with increasing pauses for up to five minutes.
cause-resource-not-ready = The resource is not READY.
    .why = Its status is { $status }.
    .fix = Wait until it is READY, or read its failure reason.
cause-credential-missing = { $form ->
        [query] The token is in the URL's query, where AgentCore does not read it.
       *[unknown] { $sent ->
            [no] The request carries no credential.
           *[unknown] The request was refused because it carried no credential.
        }
    }
    .why = { $form ->
        [query] Only the Authorization header counts, and URLs are written to logs and histories.
       *[unknown] { $sent ->
            [no] It has neither an Authorization header nor a signature.
           *[unknown] The Authorization header was missing or empty.
        }
    }
    .fix = { $form ->
        [query] Send the token in an Authorization: Bearer header, and treat the one in the URL as disclosed.
       *[unknown] { $sent ->
            [no] Send the token in an Authorization: Bearer header, or sign the request if the target has an IAM authorizer.
           *[unknown] Send the token in an Authorization: Bearer header. For a call without a credential, this refusal is the desired answer.
        }
    }
cause-bearer-placeholder = { $found ->
        [unknown] The Authorization header contains a placeholder instead of a token.
       *[other] The Authorization header contains { $found } instead of a token.
    }
    .why = A variable was not set, or was converted to text before it had a value.
    .fix = Fail when the token is missing. Log whether it is set, never the token itself.
cause-bearer-prefix-missing = The Authorization header does not start with Bearer.
    .why = The scheme is part of the header's value (RFC 6750).
    .fix = Write Authorization: Bearer, a space, then the token.
cause-sigv4-on-jwt = The call is signed with SigV4, but the target accepts JWTs only.
    .why = { $sent ->
        [no] A Runtime or Gateway accepts one kind of credential only, and these settings are those of a JWT authorizer.
       *[unknown] A Runtime or Gateway accepts one kind of credential only. The refusal shows which kind is configured; it does not show that a JWT is accepted.
    }
    .fix = Call it over HTTPS with a bearer token. The SDK and the AWS CLI can only sign.
cause-bearer-on-iam = The call carries a bearer token, but the target accepts SigV4 only.
    .why =
        { $authorizer ->
            [unknown] A target that accepts SigV4 answers a bearer token like this.
           *[other] The deployed authorizer is { $authorizer }.
        }
    .fix = Sign the request (boto3 does this), or deploy a customJWTAuthorizer.
cause-token-malformed = { $form ->
        [encrypted] The token is encrypted, so an authorizer cannot read it.
       *[unknown] The token is not a JWT.
    }
    .why = { $form ->
        [encrypted] It has the five parts of a JWE; an authorizer needs a signed JWT with three.
       *[unknown] A JWT has three base64url parts, the first two of them JSON; this text does not have that form.
    }
    .fix = { $form ->
        [encrypted] Ask the issuer for a signed token. Auth0 encrypts tokens that are requested without an audience: request it with the API's identifier as audience.
        [opaque] The issuer returned a reference token. Ask it for a JWT: name the API in its settings (audience, resource or scope), or set flow = "token" and get the token with a command.
       *[unknown] Check how the token is read: it may be cut off, quoted, or taken from the wrong field.
    }
cause-token-expired = The token has expired.
    .why = { $exp ->
        [unknown] The service reports an expired token.
       *[other] { $sent ->
            [no] exp is { $exp }; the time now is { $now }.
           *[unknown] exp is { $exp }; the service's clock read { $now }.
        }
    }
    .fix =
        { $skew ->
            [unknown] Get a new token before each run. Cognito's default lifetime is 60 minutes.
           *[other] Set the clocks first: the service's clock and this machine's clock are { $skew } seconds apart, and a new token would be refused too.
        }
cause-token-near-expiry = The token expires in less than a minute.
    .why = { $exp ->
        [unknown] The service treats a token with less than about 60 seconds left as expired.
       *[other] The service treats a token with less than about 60 seconds left as expired. exp is { $exp }; the time was { $now }.
    }
    .fix = Refresh the token while at least two minutes are left.
cause-token-not-yet-valid = The token is not valid yet.
    .why = { $nbf ->
        [unknown] The service reports a token that is not valid yet.
       *[other] nbf is { $nbf }; the time was { $now }.
    }
    .fix = Check the clocks of the issuer and of this machine.
cause-issuer-mismatch = The token's issuer is not the one that the authorizer trusts.
    .why = { $wanted ->
        [unknown] { $found ->
            [unknown] The service rejects the token's issuer.
           *[other] The service rejects the token's iss: { $found }.
        }
       *[other] iss in the token: { $found }; trusted by the authorizer: { $wanted }.
    }
    .fix = { $provider ->
        [cognito] Use a token of the trusted user pool, or point discoveryUrl to the token's issuer.
        [entra] Entra has one issuer for tokens of version 1.0 (sts.windows.net) and one for 2.0 (login.microsoftonline.com/TENANT/v2.0). Set requestedAccessTokenVersion to 2 in the manifest of the API's application, or point discoveryUrl to the document of the token's version.
       *[unknown] Use a token of the trusted issuer, or point discoveryUrl to the token's issuer.
    }
cause-signing-key-unknown = The token's signing key is not in the issuer's JWKS.
    .why = { $wanted ->
        [unknown] The service does not find the token's kid among the issuer's keys.
       *[other] kid in the token: { $found }; keys in the JWKS: { $wanted }.
    }
    .fix = Get a new token. If it happens again, the token comes from another user pool, or the keys were rotated.
cause-signature-invalid = The token's signature is invalid.
    .why =
        { $defect ->
            [unknown] Issuer and claims match, but the service rejects the signature.
           *[other] Issuer and claims match, but the service rejects the signature (forged on purpose: { $defect }).
        }
    .fix = Find out what changes the token on its way. For a forged token, this refusal is the desired answer.
cause-id-token-sent = { $sent ->
        [no] The token is an ID token, not an access token.
       *[unknown] An ID token was sent, but an access token is required.
    }
    .why = { $wanted ->
        [unknown] { $sent ->
            [no] An ID token is for the client that logged the user in. It has no client_id, so allowedClients refuses it; only allowedAudience can match it.
           *[unknown] An ID token has no client_id claim, and the authorizer requires one.
        }
       *[other] An ID token has no client_id claim, and allowedClients requires { $wanted }.
    }
    .fix = Send the access token of the same login instead: access_token, or AccessToken in the answer of Cognito's InitiateAuth.
cause-client-not-allowed = { $form ->
        [settings] allowedClients matches no access token that this provider issues by default.
       *[unknown] { $instead ->
            [unknown] The token's app client is not allowed.
           *[other] The token has no client_id, which allowedClients compares.
        }
    }
    .why = { $form ->
        [settings] allowedClients compares client_id only. The provider names the client in another claim ({ $instead }).
       *[unknown] { $wanted ->
            [unknown] { $found ->
                [unknown] The service rejects the token's client_id.
               *[other] The service rejects the token's client_id: { $found }.
            }
           *[other] client_id in the token: { $found }; allowedClients: { $wanted }.
        } { $instead ->
            [unknown] Claims such as cid, appid or azp do not count.
           *[other] The claim { $instead } names the client, but does not count.
        }
    }
    .fix = { $provider ->
        [auth0] Have Auth0 add client_id: set the token profile of the API to RFC 9068. Or remove allowedClients and set allowedAudience to the API's identifier.
        [okta] Remove allowedClients, and set allowedAudience to the audience of the Okta authorization server. To allow one client only, add a customClaims rule on cid.
        [entra] Remove allowedClients, and set allowedAudience to the token's aud: the application's id in version 2.0, its Application ID URI in 1.0. To allow one client only, add a customClaims rule on azp (2.0) or appid (1.0).
        [keycloak] Add client_id to access tokens with a protocol mapper. Or remove allowedClients, and use allowedAudience with an audience mapper or a customClaims rule on azp.
       *[unknown] { $instead ->
            [unknown] Add the client to allowedClients, or use a token of an allowed client.
           *[other] Remove allowedClients, and restrict the callers with allowedAudience or a customClaims rule on { $instead }.
        }
    }
cause-audience-not-allowed = { $form ->
        [settings] allowedAudience matches no access token that this provider issues by default.
       *[unknown] The token's audience is not allowed.
    }
    .why = { $form ->
        [settings] Cognito access tokens have no aud claim, unless a pre-token-generation trigger adds one.
       *[unknown] { $wanted ->
            [unknown] { $found ->
                [unknown] The service rejects the token's aud.
               *[other] The service rejects the token's aud: { $found }.
            }
           *[other] aud in the token: { $found }; allowedAudience: { $wanted }.
        } { $provider ->
            [cognito] Cognito access tokens have no aud claim.
            [unknown] Cognito access tokens have no aud claim.
           *[other] It names the API that the token was requested for.
        }
    }
    .fix = { $provider ->
        [cognito] Use allowedClients instead of allowedAudience for Cognito access tokens.
        [auth0] Request the token with the parameter audience set to the API's identifier, and list this identifier in allowedAudience.
        [entra] Request the scope api://APPLICATION_ID/.default, and list the token's aud in allowedAudience: the application's id in version 2.0, its Application ID URI in 1.0.
        [okta] List the audience of the Okta authorization server in allowedAudience, and use a custom one such as default: tokens of the org server are for Okta itself.
        [keycloak] Add an audience mapper to a client scope, and list its audience in allowedAudience.
        [unknown] Use allowedClients instead of allowedAudience for Cognito access tokens. With another provider, request the token for an audience in allowedAudience.
       *[other] Request the token for an audience in allowedAudience, or list the token's aud there.
    }
cause-scope-missing = The token has none of the required scopes.
    .why = { $wanted ->
        [unknown] { $found ->
            [unknown] The service rejects the token's scope.
           *[other] The service rejects the token's scope: { $found }.
        }
       *[other] scope in the token: { $found }; required: { $wanted }.
    } { $provider ->
        [cognito] A password login yields aws.cognito.signin.user.admin only.
        [unknown] A password login at Cognito yields aws.cognito.signin.user.admin only.
        [entra] A token without a user has roles instead of scp.
       *[other] A token has only scopes that were requested and granted.
    }
    .fix = { $provider ->
        [cognito] Request the scope with the client_credentials grant, or change allowedScopes.
        [entra] Expose the scope in the API's application and request api://APPLICATION_ID/SCOPE. For a client without a user, use a customClaims rule on roles instead of allowedScopes.
       *[unknown] Request the scope from the identity provider (at Cognito with the client_credentials grant), or change allowedScopes.
    }
cause-custom-claim-mismatch = A custom claim does not match its rule.
    .why = { $wanted ->
        [unknown] { $found ->
            [unknown] The service rejects claim { $claim }.
           *[other] The service rejects claim { $claim }; the token has { $found }.
        }
       *[other] { $claim } in the token: { $found }; the rule requires { $operator } { $wanted }.
    }
    .fix = { $provider ->
        [cognito] Add the claim to the token with a pre-token-generation trigger, or change the rule.
        [auth0] Add the claim to the access token with an Action, or change the rule.
        [okta] Add the claim to access tokens in the Okta authorization server, or change the rule.
        [entra] Add an app role or an optional claim to the application, or change the rule.
        [keycloak] Add the claim to the access token with a protocol mapper, or change the rule.
       *[unknown] Add the claim to the token at the identity provider (in Cognito with a pre-token-generation trigger), or change the rule.
    }
cause-workload-binding = The Runtime accepts calls through its Gateway only.
    .why = { $wanted ->
        [unknown] allowedWorkloadConfiguration is set, so a direct call is meant to fail.
       *[other] allowedWorkloadConfiguration lists { $wanted }, so a direct call is meant to fail.
    }
    .fix = Call it through the Gateway, or remove the binding.
cause-iam-not-allowed = The signature is valid, but the caller lacks the permission.
    .why = Message from the service: { $message }
    .fix = { $policy ->
        [caller] Allow the action on this resource in the caller's policy.
        [unknown] Allow the action on this resource in the caller's policy.
       *[other] Allow the action on this resource in the policy that denies it: { $policy }. An Allow in the caller's own policy is not enough.
    }
cause-iam-user-id-not-allowed = The user-id header requires a permission of its own.
    .why = Message from the service: { $message }
    .fix = Allow bedrock-agentcore:InvokeAgentRuntimeForUser, or omit the header.
cause-aws-key-unknown = AWS does not recognise the access key.
    .why = Message from the service: { $message }
    .fix = Check which profile is in use. The key may have been deleted, or belong to another partition.
cause-aws-signature-invalid = The signature does not match the request.
    .why = Message from the service: { $message }
    .fix = Check the secret key, and that nothing changes the request after it is signed.
cause-aws-token-expired = The AWS session token has expired.
    .why = Message from the service: { $message }
    .fix = Log in again (aws sso login, or assume the role again).
cause-aws-clock-skew = This machine's clock is wrong.
    .why = A signature is valid for five minutes. Message from the service: { $message }
    .fix = Set the clock (NTP).
cause-refused-unexplained = { $checked ->
        [unknown] The call was refused, and the answer does not say why.
       *[other] The call was refused, and no check explains why.
    }
    .why = Not checked: a recent change of the authorizer, a resource policy, a WAF, an interceptor. Message from the service: { $message }
    .fix = Check the metric InboundAuthorizationFailure by ExceptionType, and the resource policy.
cause-session-id-length = The Runtime session id does not have 33 to 256 characters.
    .why = { $length ->
        [unknown] The service reports an invalid session id. The sample in AWS's documentation sends 14 characters.
       *[other] Length of the session id: { $length }. The sample in AWS's documentation sends 14 characters.
    }
    .fix = Send a UUID with a prefix, or omit the header.
cause-mmdsv2-required = MMDSv2 is not enabled on the Runtime.
    .why = The service has refused such Runtimes since 2026-06-30. Message from the service: { $message }
    .fix = Update the Runtime with requireMMDSV2, and keep its artifact, role and authorizer.
cause-task-not-done = { $state ->
        [rejected] The agent received the message and rejected the task.
       *[auth-required] The agent received the message and asks for another credential.
    }
    .why = The answer is an A2A task in the state { $state }. The agent said: { $message }
    .fix = { $state ->
        [rejected] Set [runtime] payload to a message that the agent can carry out.
       *[auth-required] Sign in to the service that the agent names, or set [runtime] payload to a message that needs no other credential.
    }
cause-payload-rejected = The service rejected the content of the request.
    .why = Message from the service: { $message }
    .fix = Correct what the message names.
cause-accept-header = The Accept header lacks one of the two required media types.
    .why = An MCP Runtime requires both application/json and text/event-stream.
    .fix = Send Accept: application/json, text/event-stream.
cause-session-conflict = The session is busy.
    .why = Message from the service: { $message }
    .fix = Retry after a pause; callers without an SDK must retry themselves.
cause-quota-exceeded = A quota of the account is exhausted.
    .why = Message from the service: { $message }
    .fix = Stop idle sessions, or request a higher quota.
cause-throttled = The call was throttled.
    .why = This says nothing about authorization. Message from the service: { $message }
    .fix = Retry after a pause.
cause-service-fault = The service itself failed.
    .why = This says nothing about authorization. Message from the service: { $message }
    .fix = Retry. If it happens again, contact AWS Support with the request id.
cause-gateway-timeout = The agent's container did not answer in time.
    .why = Authorization succeeded. The container does not listen, listens on the wrong port, or was built for another architecture.
    .fix = Read the Runtime's log.
cause-container-failed = Authorization succeeded, but the agent's container failed.
    .why = Message from the service: { $message }
    .fix = Read the Runtime's log. Common causes are missing environment variables, a crash, and another protocol than the configured one.
cause-gateway-session-missing = The Gateway requires a session, but Mcp-Session-Id is missing.
    .why = With sessionConfiguration, every request after initialize must carry the session id.
    .fix = Send the Mcp-Session-Id header of the initialize response with every later request.
cause-gateway-session-expired = The Gateway does not recognise this session; it may have expired.
    .why = A session expires and belongs to one user. Session id: { $session }
    .fix = Send initialize again.
cause-insufficient-scope = The token lacks a scope that the Gateway requires.
    .why = Required: { $wanted }; in the token: { $found }.
    .fix = Request the scope from the identity provider.
cause-protocol-version-unsupported = The Gateway does not support this MCP version.
    .why = Requested: { $asked }; supported: { $supported }.
    .fix = Send a supported version, or add this one to supportedVersions.
cause-target-unknown = The Gateway does not have this target.
    .why =
        { $tool ->
            [unknown] The call names the target { $target }.
           *[other] The tool { $tool } belongs to the target { $target }.
        }
    .fix = List the tools and use one of their names: TARGET___TOOL.
cause-target-not-ready = A target of the Gateway is not READY, so its tools are missing.
    .why = Target { $target } is { $status }. Authorization works.
    .fix = Read the target's status reasons, and synchronise it again.
cause-tool-failed = { $listed ->
        [no] Authorization succeeded, but the server does not list this tool.
       *[unknown] Authorization succeeded, but the tool failed.
    }
    .why =
        { $tool ->
            [unknown] Message from the tool: { $message }
           *[other] { $listed ->
                [no] { $tool } is not among the tools that the server lists ({ $count }). Message from the server: { $message }
               *[unknown] Message from { $tool }: { $message }
            }
        }
    .fix = { $listed ->
        [no] Correct [gateway] tool in the environment file, or deploy the tool.
       *[unknown] Set exceptionLevel to DEBUG and call the tool again.
    }
cause-search-disabled = The search tool is not enabled.
    .why = The tool x_amz_bedrock_agentcore_search requires searchType SEMANTIC.
    .fix = Set searchType to SEMANTIC, or do not call the tool.
cause-open-endpoint = The call was accepted without a valid credential: anyone can call it.
    .why =
        { $defect ->
            [unknown] The authorizer is NONE, or does not work.
           *[other] The authorizer is NONE, or does not work (accepted a forged token: { $defect }).
        }
    .fix = Configure an authorizer. The authorizer type of a Gateway cannot be changed, so replace the Gateway.
cause-authenticate-only = The call was accepted, but only its signature was checked.
    .why = AUTHENTICATE_ONLY accepts every AWS principal.
    .fix = Use AWS_IAM, or add an interceptor or a policy engine.
cause-auth-flow-disabled = The app client does not allow this login flow.
    .why = Message from the service: { $message }
    .fix =
        { $client ->
            [unknown] Add ALLOW_USER_PASSWORD_AUTH to ExplicitAuthFlows of the app client.
           *[other] Add ALLOW_USER_PASSWORD_AUTH to ExplicitAuthFlows of app client { $client }.
        }
cause-secret-hash-missing = The app client has a secret, but SECRET_HASH was not sent.
    .why = Message from the service: { $message }
    .fix = Set [identity] client_secret, or use an app client without a secret.
cause-secret-hash-unexpected = The app client has no secret, but SECRET_HASH was sent.
    .why = Message from the service: { $message }
    .fix = Remove [identity] client_secret.
cause-secret-hash-wrong = SECRET_HASH is wrong.
    .why = Message from the service: { $message }
    .fix = Check client_secret. The hash covers the user name and the client id.
cause-wrong-password = The user name or the password is wrong.
    .why = Cognito gives the same answer for a user who does not exist. Message from the service: { $message }
    .fix = { $form ->
        [placeholder] [identity] username is still the placeholder { $username }: replace it with a user of the pool.
       *[unknown] { $username ->
            [unknown] Check username, and the value that password refers to (such as an environment variable).
           *[other] { $variable ->
                [unknown] Check the user name { $username } and its password.
               *[other] Check the user name { $username } and the password in the variable { $variable }.
            }
        } If both are right, set a permanent password for the user.
    }
cause-password-change-required = The user must set a new password first.
    .why = Cognito answered 200 with NEW_PASSWORD_REQUIRED and no token.
    .fix = Set a permanent password for the user.
cause-mfa-required = The user requires MFA (a second factor).
    .why = Cognito answered 200 with a challenge and no token.
    .fix = Use a test user without MFA, or set flow = "token" and supply a token.
cause-user-not-confirmed = The user is not confirmed.
    .why = Message from the service: { $message }
    .fix = Confirm the user.
cause-password-reset-required = The user's password must be reset.
    .why = Message from the service: { $message }
    .fix = Set a permanent password for the user.
cause-client-not-found = The app client does not exist in this user pool or region.
    .why = Message from the service: { $message }
    .fix = Check client_id and the user pool's region.
cause-oauth-client-invalid = The token endpoint does not recognise the client or its secret.
    .why = Message from the service: { $message }
    .fix = Check client_id and client_secret.
cause-oauth-grant-not-allowed = The app client is not allowed to use this grant.
    .why = Message from the service: { $message }
    .fix = Set AllowedOAuthFlows to client_credentials and AllowedOAuthFlowsUserPoolClient to true.
cause-oauth-scope-invalid = The app client is not allowed to request this scope.
    .why = Message from the service: { $message }
    .fix = Add the scope to AllowedOAuthScopes, or request another.
cause-aws-credentials-missing = { $detail ->
        [unknown] { $profile ->
                [unknown] No AWS credentials were found.
               *[other] The AWS profile { $profile } provided no credentials.
            }
       *[other] The AWS credentials could not be loaded: { $detail }.
    }
    .why = Without credentials nothing can be signed, and the deployed configuration cannot be read.
    .fix = Log in (aws sso login --profile NAME), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
cause-aws-profile-missing = { $profile ->
        [unknown] The AWS profile does not exist.
       *[other] { $named_by ->
                [unknown] The AWS profile { $profile } does not exist.
               *[other] The AWS profile { $profile }, the source_profile of { $named_by }, does not exist.
            }
    }
    .why = { $profiles ->
        [unknown] It is neither in ~/.aws/config nor in ~/.aws/credentials.
       *[other] The profiles of this user are { $profiles }.
    }
    .fix = { $profile ->
        [unknown] Correct its name (profile in the environment file, or AWS_PROFILE), or create it with aws configure sso.
       *[other] Correct its name (profile in the environment file, or AWS_PROFILE), or create it: aws configure sso --profile { $profile }.
    }
cause-aws-sso-expired = { $kind ->
        [console] The session of aws login has expired, or was never started.
       *[other] { $profile ->
                [unknown] The AWS SSO session has expired, or was never started.
               *[other] The AWS SSO session of the profile { $profile } has expired, or was never started.
            }
    }
    .why = { $start_url ->
        [unknown] The stored login is missing or no longer valid, so there are no credentials.
       *[other] The stored login to { $start_url } is missing or no longer valid, so there are no credentials.
    }
    .fix = { $profile ->
        [unknown] { $kind ->
                [console] Log in: aws login.
               *[other] Log in: aws sso login --profile NAME.
            }
       *[other] { $kind ->
                [console] Log in: aws login --profile { $profile }.
               *[other] Log in: aws sso login --profile { $profile }.
            }
    }
cause-aws-role-not-assumed = { $role ->
        [unknown] The IAM role was not assumed.
       *[other] { $account ->
                [unknown] { $caller ->
                        [unknown] The role { $role } was not assumed.
                       *[other] { $caller } may not assume the role { $role }.
                    }
               *[other] IAM Identity Center does not give this user the role { $role } in the account { $account }.
            }
    }
    .why = { $kind ->
        [permission-set] The permission set is not assigned to the user who is logged in.
       *[other] { $message ->
                [unknown] STS refused AssumeRole, so there are no credentials.
               *[other] Message from STS: { $message }
            }
    }
    .fix = { $kind ->
        [permission-set] Have the permission set assigned to this user in the account, or correct sso_role_name and sso_account_id.
        [web-identity] The role's trust policy must allow sts:AssumeRoleWithWebIdentity for the issuer, the aud and the sub of the token.
       *[other] { $lacks ->
                [permission] Allow sts:AssumeRole on the role in the caller's policy.
                [trust] Name the caller in the role's trust policy.
               *[other] Name the caller in the role's trust policy and, if the role is in another account, allow sts:AssumeRole on it in the caller's policy. STS gives the same answer for a role that does not exist.
            }
    }
cause-aws-credential-process-failed = { $profile ->
        [unknown] The credential_process of the AWS profile failed.
       *[other] { $problem ->
                [not-started] The credential_process of the AWS profile { $profile } ({ $command }) could not be started.
                [output] The credential_process of the AWS profile { $profile } ({ $command }) printed no usable credentials.
               *[other] The credential_process of the AWS profile { $profile } ({ $command }) ended with an error.
            }
    }
    .why = The profile takes its credentials from this process.
    .fix = Run the process in a terminal and correct it; it must print JSON with Version 1, AccessKeyId and SecretAccessKey.
cause-aws-mfa-required = { $problem ->
        [wrong-code] AWS did not accept the MFA code.
       *[other] { $profile ->
                [unknown] An MFA code is required, and it could not be asked for.
               *[other] The AWS profile { $profile } requires an MFA code, and there is no terminal to ask for it.
            }
    }
    .why = A role with mfa_serial needs a new code at each login.
    .fix = { $problem ->
        [wrong-code] Type a new code; each is valid once.
       *[other] Run the command in a terminal, or get session credentials with a code first (aws sts get-session-token, aws configure export-credentials, aws-vault) and use them instead of the profile; then remove profile from the environment file.
    }
cause-aws-region-missing = No AWS region is configured.
    .why = The host to call depends on the region.
    .fix = Write region = "us-east-1" into the environment file, or set AWS_REGION.
cause-authorizer-config-invalid = { $setting ->
        [unknown] { $sent ->
            [no] The authorizer's settings would not be accepted.
           *[unknown] The settings of the authorizer were not accepted.
        }
       *[other] { $sent ->
            [no] The authorizer's setting { $setting } would not be accepted.
           *[unknown] The authorizer's setting { $setting } was not accepted.
        }
    }
    .why = { $kind ->
        [discovery-url] The discovery URL has not the form that the control plane asks for, or its document cannot be read.
        [empty] A list must have at least one entry; an empty one is not the same as none.
        [type] The type of an authorizer cannot be changed after the resource was created.
        [missing] A CUSTOM_JWT authorizer needs its configuration.
        [rule-missing] A JWT authorizer needs at least one rule.
        [superfluous] Only a CUSTOM_JWT authorizer has a configuration.
        [spelling] There is no setting of this name.
        [value] The API's model does not allow this value.
        [provider] The provider or its state is of another version than the configuration.
        [credentials] A target needs credential settings that fit its type.
       *[unknown] What is deployed did not change.
    } Message from the service: { $message }
    .fix = { $kind ->
        [discovery-url] Use the public HTTPS URL that ends with /.well-known/openid-configuration; for Cognito, https://cognito-idp.REGION.amazonaws.com/POOL_ID/.well-known/openid-configuration.
        [empty] Remove the empty list; keep at least one of allowedClients, allowedAudience, allowedScopes and customClaims.
        [type] Create a new resource with the other type, move its callers and targets, then delete the old one; in CloudFormation, give it a new logical id and name.
        [missing] Add customJWTAuthorizer with discoveryUrl and one of allowedClients, allowedAudience, allowedScopes, or set the type to AWS_IAM.
        [rule-missing] Add one of allowedClients, allowedAudience, allowedScopes and customClaims.
        [superfluous] Remove the authorizer's configuration, or set the type to CUSTOM_JWT.
        [spelling] Correct the name.
        [value] Correct what is marked above.
        [provider] Raise the version of hashicorp/aws in required_providers, run terraform init -upgrade, and compare the block with the provider's documentation.
        [credentials] Set the target's credentialProviderConfigurations: GATEWAY_IAM_ROLE for Lambda and IAM, OAUTH or API_KEY for others.
       *[unknown] Compare the setting with the message, and validate it in a small deployment first.
    }
cause-unexplained = No known cause explains this answer.
    .why =
        { $status ->
            [unknown] None of the known causes fits.
           *[other] None of the known causes fits. The answer was { $status }.
        }
    .fix = Keep the exchange and contact AWS Support with the request id. Give read access to the control plane to check more.

## Causes of answers that are not what they seem
cause-request-too-large = The request is too large for a server on the way.
    .why = { $bytes ->
        [unknown] The answer is HTTP { $status }: 413 is about the body, 414 about the URL, 431 about the headers.
       *[other] The answer is HTTP { $status }: 413 is about the body, 414 about the URL, 431 about the headers. That part of the request has { $bytes } bytes without the credential.
    }
    .fix = Send a smaller token (fewer groups or scopes), or raise the limit of the proxy: large_client_header_buffers and client_max_body_size of nginx, for example.
cause-arn-decoded-on-the-way = The ARN was sent encoded and arrived decoded.
    .why = { $server ->
        [unknown] The call with the encoded ARN gets the router's 404, like the call with the raw ARN, although the Runtime is READY. Something between here and AWS decodes %2F in the path.
       *[other] The call with the encoded ARN gets the router's 404, like the call with the raw ARN, although the Runtime is READY. Something between here and AWS decodes %2F in the path; the answer names { $server }.
    }
    .fix = nginx: proxy_pass without a path. Apache: AllowEncodedSlashes NoDecode, and nocanon. envoy: path_with_escaped_slashes_action: KEEP_UNCHANGED. Or call /runtimes/ID/invocations?accountId=ACCOUNT, which has no slash to decode.
cause-credential-lost-on-the-way = The Authorization header was removed on the way.
    .why = { $server ->
        [unknown] The request had a bearer token that passes every check, and the service reports that there is none.
       *[other] The request had a bearer token that passes every check, and the service reports that there is none. The answer names { $server }.
    }
    .fix = Let the proxy pass Authorization on: proxy_set_header Authorization $http_authorization in nginx, for example. API Gateway and CloudFront forward it only if they are configured to.
cause-issuer-without-keys = The issuer's keys cannot be read, so no token can be verified.
    .why = { $url }: { $why }.
    .fix = Publish the signing keys at the jwks_uri of the discovery document, where AWS can reach them over HTTPS.
cause-refused-inside-200 = The call was refused inside a 200.
    .why = The status is 200, and the answer contains an error. Message from the service: { $message }
    .fix = Look for the interceptor, custom authorizer or proxy that answers so. A refusal should be a 401 or 403, so that clients recognize it.
cause-cached-authorization = A call that must be refused is accepted once a genuine call was accepted.
    .why = The same call was refused before the genuine call and accepted after it. A cache in front of the service answers without checking the credential.
    .fix = Do not cache answers of AgentCore, or make Authorization part of the cache's key.
cause-answers-differ = Two equal calls got different decisions.
    .why = The requests are equal, one was accepted and one was refused. A deployment may be under way, or several servers with different configurations answer.
    .fix = Wait until the deployment is finished and run again. If the answers still differ, compare the servers behind the address.
cause-answer-not-mcp = The answer has a status of success, and is not an answer of the protocol.
    .why = { $form ->
        [empty] HTTP { $status } with an empty body. It shows neither that the caller was accepted nor that it was refused.
        [unknown] HTTP { $status } without a result for this request. It shows neither that the caller was accepted nor that it was refused.
       *[other] HTTP { $status } with { $form }, without a result for this request. It shows neither that the caller was accepted nor that it was refused.
    }
    .fix = Find out what answers at this URL: a login page, a proxy, or an agent of another protocol than the deployed one.
cause-conversation-incomplete = The conversation ended before everything that was requested had come.
    .why = { $reason ->
        [cut] A limit of this tool ended a stream before its result.
        [unfinished] The stream ended before it said that it was complete.
        [cursor-repeated] A page of tools names an earlier page as the next one.
        [page-limit] There are more pages of tools than this tool reads.
        [no-result] An answer came without a result, so the list or the configured call is missing.
        [unknown] Something that was requested is missing.
       *[other] It is incomplete: { $reason }.
    }
    .fix = Raise [limits] in the environment file if a limit ended it; otherwise look at the last exchange of this access method.

## What a list that is too long for a sentence becomes
value-list-shortened = { $items } and { $count } more
value-whole = { $count ->
    [1] In full
   *[other] All { $count }
}
value-text-shortened = { $text } … ({ $count } more characters)

## What the claims rest on, and what the run did not try
claim-counted-forged-refused = Each of { $count } kinds of forged tokens was refused
claim-counted-anonymous-refused = Each of { $count } kinds of calls without a valid credential was refused
not-tried = Not tried: { $items }.
not-tried-expired-token = an expired token of the issuer (the environment file names none)
not-tried-expired-token-not-sent = an expired token of the issuer (the environment file names one that was not sent)
not-tried-token-not-expired = an expired token of the issuer (the one that the environment file names has not expired)
not-tried-token-unreadable = an expired token of the issuer (the one that the environment file names cannot be read)
not-tried-controls = { $count ->
    [one] 1 kind
   *[other] { $count } kinds
 } of { $kind ->
    [forged] forged tokens
   *[anonymous] calls without a valid credential
 } ({ $reason ->
    [few-controls] --controls few
    [no-public-key] the issuer's public key could not be read
    [no-matching-key] the issuer has no key that fits the token
    [request-limit] the run had reached its limit of requests
   *[no-answer] the first control got no response
 })
not-tried-request-limit = { $count ->
    [one] 1 request
   *[other] { $count } requests
 } (the run had reached its limit of { $limit })
not-tried-another-client = a token of another client or user (the run has one login)
not-tried-other-access-methods = other ways to call (WebSocket, streams by GET, tokens in the URL)
not-tried-controls-after = controls after an accepted call (nothing was accepted at { $target })

## Pasted material
material-token = { $kind ->
        [access] Access token
        [id] ID token
       *[other] Token (JWT)
    }{ $provider ->
        [none] {""}
       *[other] {" "}of { $provider }
    }
material-token-unreadable = Token that is not a JWT ({ $detail })
material-token-issuer = Issuer (iss): { $issuer }
material-token-client = Client ({ $claim }): { $client }
material-token-caller = { $kind ->
        [machine] Caller: the client itself, without a user
       *[user] Caller: a user
    }
material-token-audience = Audience (aud): { $audience }
material-token-scopes = Scopes: { $scopes }
material-token-algorithm = Signed with { $algorithm }: an authorizer checks signatures with the issuer's public keys only
material-token-validity = { $state ->
        [expired] Expired at { $until }, { $duration } ago
        [early] Valid from { $since }, in { $duration }, until { $until }
       *[valid] { $since ->
                [none] Valid until { $until }, for another { $duration }
               *[other] Valid from { $since } until { $until }, for another { $duration }
            }
    }
material-token-without-expiry = No expiry (exp)
material-rule-clients = { $found ->
        [none] { $kind ->
                [id] allowedClients would refuse it: an ID token has no client_id
               *[other] { $instead ->
                        [none] allowedClients would refuse it: it has no client_id
                       *[other] allowedClients would refuse it: it has no client_id, and { $instead } does not count
                    }
            }
       *[other] allowedClients would have to list { $found }
    }
material-rule-audience = { $found ->
        [none] { $provider ->
                [cognito] allowedAudience would refuse it: access tokens of Cognito have no aud
               *[other] allowedAudience would refuse it: it has no aud
            }
       *[other] allowedAudience would have to list one of: { $found }
    }
material-rule-scopes = { $found ->
        [none] allowedScopes would refuse it: it has no scope
       *[other] allowedScopes would have to list one of the scopes in { $claim }: { $found }
    }
material-arn = { $kind ->
        [runtime] ARN of a Runtime: { $arn }
        [endpoint] ARN of a Runtime's endpoint: { $arn }
        [gateway] ARN of a Gateway: { $arn }
        [harness] ARN of a harness: { $arn }
        [workload-identity] ARN of a workload identity: { $arn }
        [registry] ARN of a registry: { $arn }
        [user-pool] ARN of a Cognito user pool: { $arn }
       *[other] ARN of the service { $service }: { $arn }
    }
material-arn-place = Region { $region }, account { $account }
material-arn-encoded = { $count ->
        [once] Percent-encoded, as it must be in a URL; elsewhere it is written with colons and slashes
       *[other] Percent-encoded { $count } times; in a URL it must be encoded once
    }
material-arn-malformed = { $part ->
        [parts] Not an ARN, which has six parts separated by colons: { $arn }
        [partition] ARN with an unknown partition ({ $value }): { $arn }
        [service] ARN with an unknown service ({ $value }): { $arn }
        [region] ARN with an invalid region ({ $value }): { $arn }
        [account] ARN with an invalid account ({ $value }): { $arn }
       *[resource] ARN with an invalid resource ({ $value }): { $arn }
    }
material-arn-not-callable = { $kind ->
        [registry] It is called by its id: https://agent-registry.REGION.api.aws/registry/REGISTRY_ID/mcp
       *[other] It cannot be called; the Runtime or Gateway that uses it can
    }
material-host = Host: { $host }
material-invocation-url = URL: { $url }
material-discovery-url = Discovery URL: { $url }
material-endpoint-as-qualifier = It is not accepted in a URL: name its Runtime ({ $arn }) and qualifier={ $endpoint }
material-harness-session = POST with a session id of 33 to 100 characters and messages[]; the ARN is not accepted in /runtimes/
material-url = { $kind ->
        [data] URL of AgentCore's data plane: { $url }
        [control] URL of AgentCore's control plane: { $url }
        [gateway] URL of a Gateway: { $url }
        [registry] URL of a registry: { $url }
        [provider] { $provider ->
                [none] URL of an identity provider: { $url }
               *[other] URL of { $provider }: { $url }
            }
        [document] URL of a public document: { $url }
       *[other] URL: { $url }
    }
material-url-names = It names { $identifier } and the endpoint { $endpoint }
material-request = { $auth ->
        [bearer] Request with a bearer token, without its answer: { $method } { $url }
        [sigv4] Signed request, without its answer: { $method } { $url }
       *[none] Request without a credential and without its answer: { $method } { $url }
    }
material-settings = { $kind ->
        [jwt] { $target ->
                [runtime] JWT authorizer of a Runtime
                [gateway] JWT authorizer of a Gateway
               *[other] JWT authorizer
            }
        [AWS_IAM] IAM authorizer
        [NONE] No authorizer (NONE)
        [AUTHENTICATE_ONLY] Authorizer AUTHENTICATE_ONLY
       *[other] Settings of a Runtime or Gateway
    }{ $form ->
        [cloudformation] , CloudFormation
        [cdk] , CDK
        [terraform] , Terraform
       *[api] {""}
    }{ $provider ->
        [none] {""}
       *[other] ; identity provider: { $provider }
    }
material-setting = { $setting }: { $value }
material-setting-open = { $setting }: filled in later
material-setting-form = { $setting } { $value } has not the form in the API's model: { $form }
material-setting-missing = { $setting } is missing
material-setting-unknown = { $spelling } does not exist; { $setting } is meant
material-type-contradicts = { $setting } is { $value }, but there are settings for JWTs
material-type-without-settings = The type is CUSTOM_JWT, but { $setting } is missing
material-discovery-url-form = { $setting } must end with /.well-known/openid-configuration or /.well-known/oauth-authorization-server, perhaps with a path after it: { $url }
material-discovery-url-of-login-page = { $setting } is at the domain of Cognito's login pages, which is not the issuer: { $url }
material-list-empty = { $setting } is empty; leave it out, or list at least one value
material-list-too-long = { $setting } has { $count } entries; { $limit } are allowed
material-rule-missing = No rule: one of allowedClients, allowedAudience, allowedScopes and customClaims must be set
material-operator-for-type = { $setting } { $operator } does not fit the type { $value }: { $expected }
material-value-for-operator = { $operator } compares { $expected }, which is not set
material-never-audience-not-allowed = { $setting } matches no access token of { $provider }: by default they have no aud (ID tokens have)
material-never-client-not-allowed = { $setting } matches no access token of { $provider }: by default they have { $instead } and no client_id
material-authorization-stripped = The allowlist of headers does not name Authorization, so the agent does not get the token
material-authorization-without-jwt = { $setting } may name Authorization only with a JWT authorizer
material-mapping-without-scopes = advertisedScopeMapping renames entries of allowedScopes, which is not set
