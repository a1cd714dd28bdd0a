### English sentences of the report and the terminal. ja.ftl holds the same messages.

## Page
title-aws = AgentCore access verification: { $environment }
title-embedded = AgentCore access verification: { $environment } (embedded AgentCore, not AWS)
title-recorded = AgentCore access verification: { $environment } (recorded)
source-aws = Answers from AWS
source-embedded = Embedded AgentCore, not AWS: this page proves nothing about an AWS account
source-recorded = Recorded: nothing was sent for this page
contents = Contents
skip = Skip to the content
language-label = Language
language-name = English
section-evidence = Evidence
section-root-cause = Root cause of the failures
section-access-methods = Access-method table
section-checklist = Implementation status
section-conclusions = Technical conclusions
section-usage = Practical usage
section-evaluation = Final evaluation
section-provenance = Provenance
provenance-environment = Environment
provenance-started = Observed
provenance-region = Region
provenance-runtime = Runtime
provenance-gateway = Gateway
provenance-caller = AWS caller
provenance-clock = Service clock, ahead of ours
provenance-tool = Tool
provenance-versions = Versions
provenance-digest = Digest of the record (SHA-256)

## Verdict
verdict-verified = Verified
verdict-not-verified = Not verified
verdict-inconclusive = Inconclusive
evaluation-verified = All { $good } access methods that apply came out as expected.
evaluation-not-verified = { $open ->
    [0] { $bad } of { $all } access methods did not come out as expected; { $good } did.
   *[other] { $bad } of { $all } access methods did not come out as expected; { $good } did, { $open } could not be decided.
}
evaluation-inconclusive = Nothing contradicts the configuration, but { $open } of { $all } access methods could not be decided; { $good } came out as expected.
evaluation-deployed = Errors in the deployed configuration: { $count }.
evaluation-stale = Expectations of the environment file that are out of date: { $count }.
evaluation-causes = Why:
evaluation-carried = The verdict is computed from the findings above; each names the exchanges that carry it.

## Table
table-caption = Each way in, with what was observed and what was expected
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
method-runtime-cli = Runtime AWS CLI
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
decision-undecided = undecided
decision-none = not known
outcome-as-expected = as expected
outcome-unexpected = unexpected
outcome-error = could not find out
outcome-not-testable = not testable
outcome-not-applicable = not applicable
result-nothing-sent = nothing sent
result-in-part = { $result }, but not all that should be there
status-not-shown = no status shown
fault-dns = name not resolved
fault-connect = no connection
fault-tls = TLS failed
fault-timeout = timed out
fault-reset = connection reset
fault-truncated = answer cut off
fault-too-large = answer too large
fault-not-http = not HTTP
fault-none = no answer
fine = The call went through to what stands behind the authorizer.
fine-tools = The call went through; { $count } tools: { $tools }.
by-design = Wanted by the environment file: { $reason }.
reason-no-prediction = The deployed configuration is not known, so there is nothing to expect.
reason-no-accepted-twin = The target accepted no comparable call in this run, so this refusal proves nothing.
reason-names-the-kind = The answer names the kind of credential as its reason; that the target accepts anything is not shown by this run.
reason-against-prediction = Configuration and claims predict another result.
reason-no-challenge = The refusal carries no Bearer challenge, so a client cannot find out where tokens come from.
reason-no-identity = The environment names no identity, so there is no token to send.
reason-no-token = No token was obtained; the login shows why.
reason-no-client-id = No app client is named, and the authorizers leave a choice.
reason-no-token-endpoint = The issuer's discovery document names no token endpoint.
reason-no-aws-credentials = There are no AWS credentials to sign with.
reason-no-runtime = The environment names no Runtime.
reason-no-gateway = The environment names no Gateway.
reason-no-id-token = The login gave no ID token.
reason-no-jwt-authorizer = The deployed authorizer looks at no token, so a bad one shows nothing.
reason-token-malformed = The token is no JWT, so none can be forged from it.
reason-aws-not-on-path = There is no aws command on this machine.
reason-aws-not-started = The aws command on PATH cannot be started.
reason-aws-broken = The aws command on PATH failed by itself before anything was sent.
reason-aws-without-agentcore = The aws command on this machine does not know bedrock-agentcore.
reason-other = Not tried: { $reason }.

## Evidence
evidence-intro = Every exchange behind the findings, credentials replaced. Times are wall clock, in milliseconds. What decided is marked.
evidence-other = Discovery and login
evidence-request = Request
evidence-answer = Answer
evidence-time = Time
evidence-repeat = Repeat it
evidence-count = { $count } exchanges ({ $first } to { $last })
evidence-one = 1 exchange ({ $first })
evidence-token = Token, unverified
cut-time = The stream was read until the time limit.
cut-size = The stream was read until the size limit.
phase-resolve = resolve
phase-connect = connect
phase-tls = TLS
phase-first_byte = first byte
phase-rest = body
latency-title = Latency by method and phase
latency-value = { $value } ms
latency-alt = All exchanges of a method together. Over HTTP, { $method } took longest, { $slowest } ms; the fastest was { $other } with { $fastest } ms.
latency-none = No exchange was timed in this record.
matrix-title = Observed decision, and in brackets the predicted or intended one
matrix-predicted = ({ $decision })
matrix-alt-good = All { $count } methods that were tried came out as expected.
matrix-alt-bad = { $open ->
    [0] Of { $count } methods that were tried, { $good } came out as expected and { $bad } did not ({ $names }).
   *[other] Of { $count } methods that were tried, { $good } came out as expected and { $bad } did not ({ $names }); { $open } could not be decided.
}
matrix-alt-open = Of { $count } methods that were tried, { $good } came out as expected; { $open } could not be decided.
matrix-none = No access method was tried.
target-gateway = Gateway
target-runtime = Runtime
way-jwt = JWT
way-sigv4 = SigV4
way-cli = AWS CLI
way-jwt-raw-arn = un-encoded ARN
way-anonymous = no credential
way-jwt-forged = forged JWT
way-jwt-id-token = ID token
timeline-title = The token's life
timeline-issued = issued
timeline-sent = sent
timeline-service = service clock
timeline-expires = expires
timeline-alt-valid = The token had { $minutes } minutes left when it was sent; it expires at { $exp }.
timeline-alt-stale = The token had only { $seconds } seconds left when it was sent; under 60 it counts as stale.
timeline-alt-expired = By the service's clock, the token had expired { $seconds } seconds before it was sent, at { $exp }.
timeline-alt-ahead = The service's clock is { $offset } seconds ahead of this machine's.
timeline-alt-behind = The service's clock is { $offset } seconds behind this machine's.
timeline-none = No token with an expiry was sent.

## Steps
step-discovery-document = discovery document
step-signing-keys = signing keys (JWKS)
step-login = login
step-token = token request
step-forged = forged: { $defect }
step-tools-page = tools/list, page { $page }
evidence-longer = { $count } more characters stand in the record

## Sources
cite-field-reports = field reports
cite-measured = measured with requests
cite-none = nothing at hand explains it
cite-nothing-fits = nothing fits
cite-own-limit = the probe's own limit
cite-documented = what the service documents

## Deployed, unreadable
unreadable-title = What could not be read
unreadable-runtime = The Runtime's configuration: { $why } (needs bedrock-agentcore:GetAgentRuntime)
unreadable-gateway = The Gateway's configuration: { $why } (needs bedrock-agentcore:GetGateway)
unreadable-client = The app client's settings: { $why } (needs cognito-idp:DescribeUserPoolClient)
unreadable-issuer = The issuer's discovery document or keys: { $why }
root-cause-open = { $count ->
    [one] 1 cause of a row that could not be decided
   *[other] { $count } causes of rows that could not be decided
}

## Root causes
root-cause-none = No access method failed or was refused: there is nothing to explain.
root-cause-expected = { $count ->
    [one] 1 cause of refusals and failures that the configuration calls for
   *[other] { $count } causes of refusals and failures that the configuration calls for
}
root-cause-no-surprise = There were no surprises. What was refused or failed did so as the configuration calls for.
root-cause-lines = Lines to paste
root-cause-why = Why
root-cause-fix = Fix
root-cause-rows = Seen at
root-cause-source = Source
root-cause-checks = What was checked
root-cause-pair = Settled by one changed factor: { $factor }
root-cause-experiment = Experiment
root-cause-recheck = Check this row again
confidence-proven = proven
confidence-probable = probable
confidence-possible = possible
experiment-changed-nothing = With only { $factor } changed, the call was not accepted either.
fragment-cdk = CDK (TypeScript)
fragment-cloudformation = CloudFormation
experiment-would-prove = Not settled by this run. The experiment that would prove it: send the same request again with only this changed: { $factor }.
factor-arn-encoding = the encoding of the ARN in the path
factor-identifier = the Runtime's identifier
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
value-unknown = not known
value-no-message = (no message)
check-passed = passed
check-failed = failed
check-unknown = not known
check-authorizer = type of the authorizer
check-arn-not-encoded = the ARN is percent-encoded
check-arn-double-encoded = the ARN is not encoded twice
check-arn-blank-or-padded = the identifier is not blank
check-answer-not-from-aws = the answer is AWS's
check-runtime-not-found = the answer does not say that the Runtime is missing
check-qualifier-not-found = the endpoint is listed
check-region-mismatch = host and ARN name one region
check-credential-missing = a credential was sent
check-token-malformed = the token has the form of a JWT
check-token-expired = the token is not expired
check-token-near-expiry = the token has a minute left
check-token-not-yet-valid = the token is already valid
check-issuer-mismatch = iss is the trusted issuer
check-signing-key-unknown = kid is in the issuer's JWKS
check-id-token-sent = it is an access token
check-client-not-allowed = client_id is allowed
check-audience-not-allowed = aud is allowed
check-scope-missing = a wanted scope is there
check-custom-claim-mismatch = the custom claim fits

## Checklist
checklist-caption = Each item is a check on deployed configuration or on an observation
column-item = Item
column-state = State
column-proof = Proved by
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
        [unknown] The Runtime's authorizer can work as it is deployed
       *[other] The Runtime's authorizer can work as it is deployed ({ $authorizer })
    }
item-gateway-authorizer =
    { $authorizer ->
        [unknown] The Gateway's authorizer can work as it is deployed
       *[other] The Gateway's authorizer can work as it is deployed ({ $authorizer })
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
item-all-methods-tried = Every access method that applies was tried ({ $tried } of { $all })
deployed-title = Seen in the deployed configuration
severity-error = error
severity-warning = warning
deployed-authorizer-without-rule = The { $target }'s authorizer has no rule: every token of the issuer passes.
deployed-audience-with-cognito = The { $target } wants allowedAudience ({ $audience }), and Cognito's access tokens carry no aud: use allowedClients.
deployed-mmdsv2-off = The Runtime does not require MMDSv2; since 2026-06-30 its invocations get 400.
deployed-runtime-not-ready = The Runtime is { $status }, not READY.
deployed-gateway-not-ready = The Gateway is { $status }, not READY.
deployed-version-behind = Endpoint { $endpoint } serves version { $live } while { $target } is its target.
deployed-gateway-open = The Gateway's authorizer is NONE: anyone may call, and no interceptor or policy stands behind it.
deployed-gateway-authenticate-only = The Gateway is AUTHENTICATE_ONLY: any AWS principal with a valid signature passes.
deployed-target-not-ready = Target { $name } is { $status }: its tools are missing although authorization is fine.
deployed-issuers-differ = Runtime and Gateway trust different issuers: { $runtime } and { $gateway }.
deployed-issuer-unreadable = The discovery document { $url } could not be read ({ $why }).
deployed-authorization-stripped = The agent needs the caller's token, and the Runtime strips Authorization: put it on requestHeaderAllowlist.
deployed-login-flow-off = App client { $client } does not allow USER_PASSWORD_AUTH, so this environment's login cannot work.
deployed-login-secret-missing = App client { $client } has a secret, and the environment gives no client_secret.
deployed-login-secret-unexpected = App client { $client } has no secret, and the environment gives a client_secret.
deployed-oauth-off = App client { $client } has AllowedOAuthFlowsUserPoolClient off, so its OAuth settings have no effect.
deployed-oauth-grant-off = App client { $client } does not allow client_credentials.
deployed-oauth-scope-off = App client { $client } does not allow the scope that the environment asks for.
deployed-no-token-endpoint = The discovery document { $url } names no token endpoint, so client credentials cannot work.

## Conclusions
conclusions-caption = Each claim with the observations that carry it
column-claim = Claim
column-shown = Shown
column-carried = Carried by
shown-yes = shown
shown-no = the contrary is shown
shown-unknown = not shown by this run
claim-gateway-accepts-jwt = JWT is accepted by the Gateway
claim-runtime-accepts-jwt = JWT is accepted by the Runtime
claim-runtime-refuses-sigv4 = SigV4 is refused by the Runtime
claim-gateway-refuses-sigv4 = SigV4 is refused by the Gateway
claim-same-issuer-and-client = Gateway and Runtime trust the same issuer and client
claim-anonymous-refused = A request without a credential is refused
claim-forged-refused = A forged token is refused
claim-direct-https-call-exists = The Runtime can be called directly over HTTPS
expectation-expired = { $line }: the expectation for { $method } is past its date. Remove it, or decide anew.
expectation-no-longer-true = { $line }: the expectation for { $method } is no longer true. Remove it.
expectation-unknown-method = { $line }: there is no access method { $method }. Remove it.

## Usage
usage-embedded = The embedded AgentCore of this run has ended; make local starts one and prints the same lines with its ports.
usage-intro = Ready to paste. Bearer calls take the token from JWT_TOKEN, signed ones the keys from the AWS variables; no line here holds a secret.
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
summary-only = Only { $method } was asked, with what its judgement needs: this is no verdict on the environment.
summary-changed = { $id } again, with { $factor } changed from { $before } to { $after }: { $one }, then { $other }.
summary-report = Report: { $path }
explain-head = { $cause }, { $confidence }; authorization: { $decision }
explain-pair = Settled by the pair { $one } and { $other }: only one factor differs, and the answer changes.

## Causes
cause-none = The call did what it should.
    .why = The answer comes from behind the authorizer.
    .fix = Nothing to fix.
cause-dns-failure = The host name was not resolved.
    .why = Nothing was sent, so nothing is known of the service ({ $detail }).
    .fix = Check the name { $host }, the network's resolver, and whether the region is right.
cause-connect-failure = No connection to the host came about.
    .why = Nothing was sent, so nothing is known of the service ({ $detail }).
    .fix = Check that { $host } can be reached from here: firewall, proxy, VPC endpoint.
cause-tls-failure = The TLS handshake failed.
    .why = The certificate was not accepted, so nothing was sent ({ $detail }).
    .fix = Look for a proxy that opens TLS, and give its authority to this machine; verification is never switched off.
cause-timeout = No whole answer came in time.
    .why = Whether the request was authorized is not known ({ $detail }).
    .fix = Raise [limits] seconds if the agent is slow, or look for what holds the answer back.
cause-connection-reset = The connection was closed before an answer came.
    .why = Something on the way, or the service, ended the connection ({ $detail }).
    .fix = Try again; if it stays, look for a proxy or firewall that closes it.
cause-answer-truncated = The answer ended before its announced length.
    .why = { $detail }.
    .fix = Try again; if it stays, look for a proxy that cuts answers.
cause-answer-too-large = The answer was larger than the probe reads.
    .why = { $detail }.
    .fix = Raise [limits] body_bytes, or give a payload with a shorter answer.
cause-answer-not-http = What came back is not HTTP.
    .why = { $detail }.
    .fix = Check scheme and port of { $host }.
cause-answer-not-from-aws = The answer is not from AWS.
    .why =
        { $server ->
            [unknown] It carries none of the headers by which AWS marks its answers. A proxy, portal or CDN answered in between.
           *[other] It carries none of the headers by which AWS marks its answers; its server calls itself { $server }. A proxy, portal or CDN answered in between.
        }
    .fix = Let { $host } through without the proxy, or call from another network.
cause-arn-not-encoded = The Runtime's ARN stands un-encoded in the path.
    .why = The ARN's own slash adds a path segment, so no route matches and the front end answers 404 before it looks at any credential. It is no limit of the service: with the ARN encoded, the same URL exists.
    .fix = Encode the whole ARN, every colon and slash ({ $identifier }), or let a library build the URL.
cause-arn-double-encoded = The Runtime's ARN is percent-encoded twice.
    .why = The service decodes once and finds %3A and %2F in the name.
    .fix = Encode the ARN exactly once.
cause-arn-blank-or-padded = The Runtime's identifier in the path is blank, a placeholder, or has white space around it.
    .why = The variable that should hold the ARN is empty or carries a newline or a space.
    .fix = Print the URL before it is sent, and strip the variable.
cause-arn-kind-wrong = The path holds the ARN of something that is no Runtime.
    .why = { $identifier } is the ARN of an endpoint, a harness or another resource.
    .fix = Use the Runtime's ARN; the endpoint's name goes into the qualifier.
cause-path-wrong = The path or the verb is not one that the service knows.
    .why = { $method } { $path } matches no route.
    .fix = POST to /runtimes/ARN/invocations with the ARN encoded; a Gateway listens at /mcp.
cause-account-id-missing = The Runtime is named by its id, and accountId is missing.
    .why = { $identifier } is an id, not an ARN; the service cannot tell whose it is.
    .fix = Add ?accountId=, or use the encoded ARN.
cause-wrong-host = The request went to the host of the other plane.
    .why = Data-plane paths exist on bedrock-agentcore only, and control-plane paths on bedrock-agentcore-control.
    .fix = Take the host from the SDK, or from the ARN's region.
cause-region-mismatch = The host's region is not the ARN's.
    .why = The host is in { $host_region }, the ARN names { $arn_region }.
    .fix = Derive the host from the ARN.
cause-qualifier-not-found = The Runtime has no endpoint { $qualifier }.
    .why = The qualifier is the endpoint's name, not a version, and its case counts.
    .fix = List the endpoints and use one of their names.
cause-runtime-not-found = There is no such Runtime any more.
    .why = It was deleted or replaced: a redeploy gives its id a new suffix.
    .fix = Read the ARN again from the stack's output.
cause-endpoint-propagating = The endpoint was made a moment ago and cannot be called yet.
    .why = The data plane lags READY by 30 seconds to some minutes.
    .fix = Try again with growing pauses for up to five minutes.
cause-resource-not-ready = The resource is not READY.
    .why = Its status is { $status }.
    .fix = Wait for READY, or read its failure reason.
cause-credential-missing = The request carried no credential, and was refused.
    .why = There was no Authorization header, or an empty one.
    .fix = Send Authorization: Bearer with the token; for a call that is meant to carry none, this is the answer you want.
cause-bearer-placeholder = In place of a token, the header holds { $found }.
    .why = A variable was not set, or was turned into text before it had a value.
    .fix = Stop with an error when there is no token, and print whether it is there, never the token.
cause-bearer-prefix-missing = What stands in the Authorization header does not begin with Bearer.
    .why = The scheme is part of the header (RFC 6750).
    .fix = Write Authorization: Bearer, a space, the token.
cause-sigv4-on-jwt = The call is signed with SigV4, and the target takes JWTs.
    .why = A Runtime or Gateway takes one method only. The refusal shows that it is in the other mode; it does not show that a JWT is accepted.
    .fix = Call it over HTTPS with a bearer token; the SDK and the AWS CLI can only sign.
cause-bearer-on-iam = The call carries a bearer token, and the target takes SigV4.
    .why =
        { $authorizer ->
            [unknown] The answer is what a target that takes SigV4 gives to a bearer token; the deployed authorizer is not known.
           *[other] The deployed authorizer is { $authorizer }.
        }
    .fix = Sign the request (boto3 does), or deploy a customJWTAuthorizer.
cause-token-malformed = The token is not a JWT.
    .why = A JWT has three parts in base64url, the first two of them JSON; this text has not.
    .fix = Look at how the token is read: cut off, quoted, or another field of the answer.
cause-token-expired = The token has expired.
    .why = exp is { $exp }; it was { $now } by the service's clock.
    .fix =
        { $skew ->
            [unknown] Get a new token before each run; Cognito's default lifetime is 60 minutes.
           *[other] Set the clocks first: the service's and this machine's are { $skew } seconds apart, and a new token would be refused alike.
        }
cause-token-near-expiry = The token has less than a minute left.
    .why = The service treats a token with under about 60 seconds left as stale: exp { $exp }, now { $now }.
    .fix = Refresh with at least two minutes left.
cause-token-not-yet-valid = The token is not valid yet.
    .why = nbf is { $nbf }; it was { $now }.
    .fix = Check the clock of the issuer and of this machine.
cause-issuer-mismatch = The token was issued by another issuer than the authorizer trusts.
    .why = iss: { $found }; in the discovery document: { $wanted }.
    .fix = Use a token of the trusted pool, or point discoveryUrl to the token's issuer.
cause-signing-key-unknown = The token's key is not among the issuer's keys.
    .why = kid: { $found }; in the JWKS: { $wanted }.
    .fix = Get a new token; if it stays, the token is from another pool or the keys were rotated.
cause-signature-invalid = The token's signature is not valid.
    .why =
        { $defect ->
            [unknown] Issuer and claims fit, but the service does not accept the signature.
           *[other] Issuer and claims fit, but the service does not accept the signature (forged on purpose: { $defect }).
        }
    .fix = Look for what changes the token on its way; for a forged token this is the answer you want.
cause-id-token-sent = An ID token was sent where an access token is needed.
    .why = An ID token carries no client_id, and allowedClients asks for { $wanted }.
    .fix = Send AccessToken, not IdToken, of the same login.
cause-client-not-allowed = The token's app client is not allowed.
    .why = client_id: { $found }; allowedClients: { $wanted }. Claims such as cid, appid or azp do not count.
    .fix = Add the client to allowedClients, or use a token of an allowed one.
cause-audience-not-allowed = The token's audience is not allowed.
    .why = aud: { $found }; allowedAudience: { $wanted }. Cognito's access tokens carry no aud.
    .fix = With Cognito access tokens, use allowedClients in place of allowedAudience.
cause-scope-missing = The token has none of the wanted scopes.
    .why = scope: { $found }; wanted: { $wanted }. A password login gives aws.cognito.signin.user.admin only.
    .fix = Ask for the scope with client credentials, or change allowedScopes.
cause-custom-claim-mismatch = A custom claim does not fit.
    .why = { $claim }: { $found }; the rule: { $operator } { $wanted }.
    .fix = Add the claim to the token (a pre-token-generation trigger), or change the rule.
cause-workload-binding = The Runtime takes calls through its Gateway only.
    .why = allowedWorkloadConfiguration lists { $wanted }; a direct call is meant to fail.
    .fix = Call through the Gateway, or remove the binding.
cause-iam-not-allowed = The signature is good, and the caller lacks the permission.
    .why = { $message }
    .fix = Allow the action on this resource in the policy that refuses it: { $policy ->
        [caller] the caller's
        [unknown] the caller's
       *[other] { $policy }; an Allow in the caller's own is not enough
    }.
cause-iam-user-id-not-allowed = The user-id header needs a permission of its own.
    .why = { $message }
    .fix = Allow bedrock-agentcore:InvokeAgentRuntimeForUser, or leave the header out.
cause-aws-key-unknown = AWS does not know the access key.
    .why = { $message }
    .fix = Check which profile is in use; the key may be deleted or of another partition.
cause-aws-signature-invalid = The signature does not fit the request.
    .why = { $message }
    .fix = Check the secret key, and that nothing changes the request after it was signed.
cause-aws-token-expired = The AWS session token has expired.
    .why = { $message }
    .fix = Log in again (aws sso login, or assume the role anew).
cause-aws-clock-skew = This machine's clock is off.
    .why = { $message } A signature is good for five minutes.
    .fix = Set the clock (NTP).
cause-refused-unexplained = Refused, although every check at hand passes.
    .why = What could not be looked at: an authorizer changed a moment ago, a resource policy, a WAF, an interceptor. The service says: { $message }
    .fix = Read the metric InboundAuthorizationFailure with its ExceptionType, and the resource policy.
cause-session-id-length = The Runtime session id is not 33 to 256 characters long.
    .why = It has { $length }. The service's own sample sends 14.
    .fix = Send a UUID with a prefix, or leave the header out.
cause-mmdsv2-required = The Runtime is not on MMDSv2.
    .why = Since 2026-06-30 the service refuses such Runtimes: { $message }
    .fix = Update the Runtime with requireMMDSV2, keeping its artifact, role and authorizer.
cause-payload-rejected = The service did not take the request's content.
    .why = { $message }
    .fix = Correct what the message names.
cause-accept-header = The Accept header lacks one of the two media types.
    .why = An MCP Runtime wants application/json and text/event-stream both.
    .fix = Send Accept: application/json, text/event-stream.
cause-session-conflict = The session is busy.
    .why = { $message }
    .fix = Try again after a pause; raw HTTPS callers must do that themselves.
cause-quota-exceeded = A quota of the account is used up.
    .why = { $message }
    .fix = Stop idle sessions, or ask for a higher quota.
cause-throttled = The call was throttled.
    .why = { $message } It says nothing about authorization.
    .fix = Try again after a pause.
cause-service-fault = The service itself failed.
    .why = { $message } It says nothing about authorization.
    .fix = Try again; if it stays, ask AWS with the request id.
cause-gateway-timeout = The agent's container did not answer in time.
    .why = Authorization passed. The container does not listen, listens on the wrong port, or was built for another architecture.
    .fix = Read the Runtime's log.
cause-container-failed = Authorization passed; the agent's container failed.
    .why = { $message }
    .fix = Read the Runtime's log: missing variables, a crash, or another protocol than configured.
cause-gateway-session-missing = The Gateway has sessions, and Mcp-Session-Id is missing.
    .why = With sessionConfiguration, every request after initialize carries the session's id.
    .fix = Keep the header of the initialize answer and send it along.
cause-gateway-session-expired = The Gateway does not know this session (any more).
    .why = A session ends after its time, and belongs to one user: { $session }
    .fix = Send initialize again.
cause-insufficient-scope = The Gateway wants a scope that the token lacks.
    .why = Wanted is { $wanted }; the token has { $found }.
    .fix = Ask the identity provider for the scope.
cause-protocol-version-unsupported = The Gateway does not speak this MCP version.
    .why = Asked for { $asked }; supported is { $supported }.
    .fix = Send a supported version, or add it to supportedVersions.
cause-target-unknown = The Gateway has no such target.
    .why =
        { $tool ->
            [unknown] The call names the target { $target }.
           *[other] The tool { $tool } names the target { $target }.
        }
    .fix = List the tools and use a name from there: TARGET___TOOL.
cause-target-not-ready = A target of the Gateway is not ready, so its tools are missing.
    .why = Target { $target } is { $status }. Authorization is fine.
    .fix = Read the target's status reasons, and synchronize it again.
cause-tool-failed = The tool itself failed; authorization passed.
    .why =
        { $tool ->
            [unknown] { $message }
           *[other] { $tool }: { $message }
        }
    .fix = Set exceptionLevel to DEBUG and call it again.
cause-search-disabled = The search tool is switched off.
    .why = { $tool } needs searchType SEMANTIC.
    .fix = Set searchType SEMANTIC, or do not call it.
cause-open-endpoint = Accepted without a good credential: the door is open.
    .why =
        { $defect ->
            [unknown] The authorizer is NONE, or it does not do its work.
           *[other] The authorizer is NONE, or it does not do its work (forged token: { $defect }).
        }
    .fix = Give the target an authorizer; a Gateway's authorizer type cannot be changed, so the Gateway must be made anew.
cause-authenticate-only = Accepted, and nothing but the signature was checked.
    .why = AUTHENTICATE_ONLY lets any AWS principal pass.
    .fix = Use AWS_IAM, or put an interceptor or a policy behind it.
cause-auth-flow-disabled = The app client does not allow this login.
    .why = { $message }
    .fix =
        { $client ->
            [unknown] Add ALLOW_USER_PASSWORD_AUTH to ExplicitAuthFlows of the app client.
           *[other] Add ALLOW_USER_PASSWORD_AUTH to ExplicitAuthFlows of client { $client }.
        }
cause-secret-hash-missing = The app client has a secret, and SECRET_HASH is missing.
    .why = { $message }
    .fix = Give [identity] client_secret, or use a public client.
cause-secret-hash-unexpected = The app client has no secret, and SECRET_HASH was sent.
    .why = { $message }
    .fix = Remove [identity] client_secret.
cause-secret-hash-wrong = SECRET_HASH does not fit.
    .why = { $message }
    .fix = Check client_secret: the hash is over user name and client id.
cause-wrong-password = User name or password is wrong.
    .why = { $message } Cognito says the same for a user who does not exist.
    .fix = Set the password again, permanently.
cause-password-change-required = The user must set a new password first.
    .why = Cognito answers 200 with NEW_PASSWORD_REQUIRED and no token.
    .fix = Set a permanent password.
cause-mfa-required = The user needs a second factor.
    .why = Cognito answers 200 with a challenge and no token.
    .fix = Probe with a user without MFA.
cause-user-not-confirmed = The user is not confirmed.
    .why = { $message }
    .fix = Confirm the user.
cause-password-reset-required = The user's password must be reset.
    .why = { $message }
    .fix = Set a permanent password.
cause-client-not-found = The app client is not in this pool or region.
    .why = { $message }
    .fix = Check client_id and the region of the user pool.
cause-oauth-client-invalid = The token endpoint does not know this client or its secret.
    .why = { $message }
    .fix = Check client_id and client_secret.
cause-oauth-grant-not-allowed = The app client may not use this grant.
    .why = { $message }
    .fix = Set AllowedOAuthFlows to client_credentials and AllowedOAuthFlowsUserPoolClient to true.
cause-oauth-scope-invalid = The app client may not ask for this scope.
    .why = { $message }
    .fix = Add the scope to AllowedOAuthScopes, or ask for another.
cause-unexplained = Nothing that is known explains this answer.
    .why =
        { $status ->
            [unknown] What was checked is listed.
           *[other] What was checked is listed; the answer was { $status }.
        }
    .fix = Keep the exchange and ask; with the control plane readable, more can be checked.
