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
section-callers = Callers
section-policy = Tools under the policy engine
section-clients = Can this client connect?
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
evaluation-callers = { $bad ->
    [0] { $open ->
        [0] All { $all } results of { $callers } { $callers ->
                [one] caller
               *[other] callers
            } are as wanted.
       *[other] { $open } of { $all } results of { $callers } { $callers ->
                [one] caller
               *[other] callers
            } could not be determined.
    }
   *[other] { $bad } of { $all } results of { $callers } { $callers ->
            [one] caller is not as wanted
           *[other] callers are not as wanted
        }{ $open ->
            [0] .
           *[other] , and { $open } could not be determined.
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
column-caller = Caller
column-tools = Tools listed
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
method-gateway-policy-jwt = Gateway tools by policy
method-gateway-policy-sigv4 = Gateway tools by policy, IAM
method-gateway-jwt-forged = Gateway with forged tokens
method-runtime-jwt-forged = Runtime with forged tokens
method-gateway-jwt-id-token = Gateway with the ID token
method-runtime-jwt-id-token = Runtime with the ID token
method-gateway-to-runtime-jwt = Runtime via Gateway
method-gateway-to-runtime-sigv4 = Runtime via Gateway, signed
method-gateway-to-runtime-anonymous = Runtime via Gateway, no credential
method-gateway-to-runtime-jwt-forged = Runtime via Gateway, forged token
method-gateway-passthrough-jwt = Gateway passthrough
method-gateway-passthrough-sigv4 = Gateway passthrough, signed
method-gateway-passthrough-anonymous = Gateway passthrough, no credential
method-harness-jwt = Harness
method-harness-sigv4 = Harness, signed
method-harness-anonymous = Harness without a credential
method-harness-jwt-forged = Harness with a forged token
method-registry-mcp-jwt = Registry MCP
method-registry-mcp-sigv4 = Registry MCP, signed
method-registry-mcp-anonymous = Registry without a credential
method-registry-mcp-jwt-forged = Registry with a forged token
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
result-refused-at-login = refused at login
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
    .fix = { $target ->
        [harness] Allow the caller bedrock-agentcore:GetHarness, so that the result can be compared with the configuration.
        [registry] Allow the caller agent-registry:GetRegistry, so that the result can be compared with the configuration.
       *[unknown] Allow the caller bedrock-agentcore:GetAgentRuntime and bedrock-agentcore:GetGateway, so that the result can be compared with the configuration.
    }
reason-no-gateway-id = The Gateway is named by a URL that does not contain its id, so its configuration was not read.
    .fix = Name the Gateway by id instead of url in the environment file, so that the result can be compared with its configuration.
reason-refused-at-login = The issuer refuses this caller, so no token could be sent.
    .fix = Let the caller log in, or write expect = "refused".
reason-refused-by-mistake = This refusal shows nothing about the caller: every call with this mistake is refused.
    .fix = Give the run a valid credential of this caller.
reason-rules-let-in = The deployed rules accept this caller, although it should be refused. AgentCore checks a token's signature and claims and does not ask the issuer again.
    .fix = Tighten the authorizer's rules or the policies until they refuse this caller, or correct expect in the environment file.
reason-engine-only-logs = The policy engine only logs (LOG_ONLY), so no policy keeps this caller from a tool.
    .fix = Set the policy engine's mode to ENFORCE when its policies permit what they should, or correct expect in the environment file.
reason-no-accepted-twin = Nothing comparable was accepted in this run, so this refusal alone is not evidence.
    .fix = Give the run a credential that the target accepts: a refusal counts only beside an accepted call.
reason-no-encoded-call = No call with the encoded ARN was accepted in this run, so this 404 alone is not evidence.
reason-names-the-kind = The answer gives the kind of credential as the reason; this run does not show that the target accepts another kind.
reason-against-prediction = The configuration and the token's claims predict a different result.
    .fix = Find out what decides instead of the deployed rules: a change that is under way, a cache, a proxy, an interceptor.
reason-tools-against-policies = What was listed or called is not what the policies predict.
    .fix = Compare the tools that differ with the policies that are named: a policy may have changed a moment ago, or a claim has another form than expected.
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
reason-no-authorization-endpoint = The issuer's discovery document has no authorization endpoint, so nobody can log in with a browser.
    .fix = Give the Cognito user pool a domain, or use another login flow.
reason-endpoint-not-safe = An endpoint in the authorization server's metadata is plain http, has a fragment (#), or is on this machine although another machine names it. Nothing was sent there.
    .fix = Publish https URLs without a fragment of the authorization server in its metadata.
reason-no-registration-endpoint = The authorization server's metadata lists no registration endpoint, so a client cannot register itself.
    .fix = Turn on dynamic client registration at the identity provider, or log in as an app client that exists: --client-id.
reason-registration-unusable = The answer to the registration has no usable client_id, or a client_secret that cannot be sent.
    .fix = Correct the registration endpoint of the identity provider (RFC 7591 section 3.2.1), or log in as an app client that exists: --client-id.
reason-no-login-needed = The target accepts calls without a credential, so no client logs in.
    .fix = Give the target a JWT authorizer, if it should not be open.
reason-no-device-endpoint = The issuer's discovery document has no device authorization endpoint.
    .fix = Use another login flow: flow = "authorization-code" where a browser can be opened on this machine.
reason-no-client-secret = The client's secret is not known: the environment file has no client_secret, and none could be read.
    .fix = Give client_secret in [identity]. Where Cognito keeps it in Secrets Manager, allow the caller cognito-idp:DescribeUserPoolClient and secretsmanager:GetSecretValue instead.
reason-client-secret-denied = The app client's secret is in Secrets Manager (ClientSecretArn), and the caller may not read it.
    .fix = Allow the caller secretsmanager:GetSecretValue on the secret (and kms:Decrypt on its key, if that is a customer managed one), or give client_secret in [identity].
reason-client-secret-unreadable = The app client's secret is in Secrets Manager (ClientSecretArn), and could not be read there.
    .fix = Check that the secret exists and is JSON with clientSecretValue, as Cognito writes it, or give client_secret in [identity].
reason-needs-person = This login needs a person, and there is no terminal.
    .fix = Run it in a terminal, or set flow = "refresh-token" or "token" in [identity].
reason-login-timeout = Nobody completed the login in time.
    .fix = Run it again. If the login page showed an error, it is the cause: for an unregistered redirect URI, add redirect_uri to the app client exactly as it is in the URL of the login. [limits] login_seconds gives more time.
reason-state-mismatch = The browser came back with the answer to another login (state), so it was not used.
    .fix = Run it again, and log in only at the URL that this run shows.
reason-issuer-mismatch = The browser came back from another issuer than that of the discovery document (iss), so its code was not used.
    .fix = Check [identity] discovery_url: its document's issuer must be the one that you log in to.
reason-iss-missing = The browser came back without iss, which the authorization server announces in its metadata, so the answer was not used.
    .fix = Let the identity provider add iss to its redirect (RFC 9207), or take authorization_response_iss_parameter_supported out of its metadata.
reason-iss-mismatch = The browser came back with another iss than the issuer in the metadata of the authorization server, so the answer was not used.
    .fix = Let the identity provider send the issuer of its metadata as iss (RFC 9207), character by character. If it does, another server answered: log in only at the URL that this command shows.
reason-no-code = The browser came back with neither a code nor an error, so there is nothing to redeem.
    .fix = Let the identity provider answer response_type=code with code and state in the query of the redirect URI (RFC 6749 section 4.1.2).
reason-nonce-mismatch = The ID token belongs to another login (nonce), so the tokens were not used.
    .fix = Run it again. If it happens again, the provider or a proxy does not return the nonce of the request.
reason-another-person = Another person logged in than the one that username names, so the tokens were not used.
    .fix = Open the URL of the login in a private window and log in as that person, or correct username in [identity].
reason-device-code-expired = The code was not entered before it expired.
    .fix = Run it again, and enter the code that it shows.
reason-discovery-unreadable = The issuer's discovery document could not be read, so its token endpoint is unknown.
    .fix = Check [identity] discovery_url, and that it can be reached from here.
reason-gateway-url-unknown = The Gateway's URL is not known: its configuration could not be read, and the data plane's base URL is not AWS's.
    .fix = Add url to [gateway], or let the run read the Gateway's configuration.
reason-not-a2a = The Runtime does not speak A2A, so it has no agent card.
reason-no-session-ports = The Runtime has no allowedPorts, so its sessions have no endpoint; or its configuration could not be read.
reason-no-accepted-invocation = No invocation was accepted in this run, so there is no session whose endpoint could be called.
    .fix = Give the run a credential that the Runtime accepts.
reason-no-session-endpoint = The accepted invocation returned no URL of a session endpoint, although allowedPorts is set.
    .fix = Look into the answer to the invocation for X-Amzn-Bedrock-AgentCore-Runtime-Session-Endpoint-Url. A session that began before allowedPorts was set has none.
reason-foreign-session-endpoint = The URL of the session endpoint is at a host that is not known as AgentCore's, so no credential was sent there.
reason-no-runtime = The environment file has no Runtime.
reason-no-policy-engine = The Gateway has no policy engine.
reason-no-gateway = The environment file has no Gateway.
reason-gateway-without-mcp = The Gateway has no protocolType, so it has no MCP endpoint; it forwards calls to its targets.
reason-no-runtime-target = No target of the Gateway leads to the Runtime of the environment file.
reason-no-passthrough = The environment file has no [gateway.passthrough], so it is not known which request is harmless.
reason-runtime-target-unknown = The Gateway's targets could not be read, so it is not known which one leads to the Runtime.
    .fix = Set runtime_target in [gateway] to the target's name, or allow bedrock-agentcore:ListGatewayTargets and GetGatewayTarget.
reason-no-harness = The environment file has no harness.
reason-no-registry = The environment file has no registry.
reason-harness-not-invoked = Nothing that the harness may accept was sent, because its agent would run and cost tokens of a model. Without an accepted call, its refusals prove less.
    .fix = Add invoke = true to [harness]: one call is then made, of one turn and at most 16 tokens.
reason-no-id-token = The login returned no ID token.
reason-no-token-for-iam = The authorizer requires a signature, and the environment file has no [identity] whose token could show that it refuses one.
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

## MCP clients
clients-intro = An MCP client begins with a call without a credential, and looks for the authorization server in public documents. The steps show what this run found without sending a credential; each forecast follows from them and from what the client is known to do.
clients-issuer = Authorization server
clients-summary = MCP clients at the { $target }: { $good } of { $all } can be expected to connect, { $bad ->
        [one] 1 fails
       *[other] { $bad } fail
    }, { $open } could not be determined.
clients-caption = What each MCP client can be expected to do at the { $target }
clients-column-client = Client
clients-column-forecast = Forecast
clients-column-stop = Step
clients-column-why = Why
clients-column-fix = What to change
clients-step-passed = passed
clients-step-foreseen = no obstacle found
clients-step-warning = some clients fail here
clients-step-failed = failed
clients-step-unknown = not known
clients-outcome-connects = connects
clients-outcome-fails = fails
clients-outcome-possible = possible
clients-counts = { $good } of { $all } clients can be expected to connect.{ $open ->
        [0] {""}
       *[other] {" "}{ $open } more could not be determined.
    }
clients-configuration = Configuration of { $client }
clients-snippet-url = To log in, with the URL only
clients-snippet-typed-id = To log in, with a client id
clients-snippet-header = With a token that you have
clients-snippet-sigv4 = With AWS credentials, by a proxy that signs the calls
clients-source = Source: { $source }
clients-line = { $client }: { $outcome ->
        [connects] connects ({ $way })
        [fails] fails at "{ $step }"
       *[other] possible, unknown at "{ $step }"
    }
clients-line-side = { $line } [{ $side }]
clients-others = The same clients, set up the other way
clients-same = { $target }: the same forecast for every client.
clients-register = Register this redirect URI with the app client: { $uri }
clients-reason = { $clients }: { $why }

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
callers-intro = Each caller of [identities] makes its genuine calls. A refusal counts only where the target accepted a call in the same run.
callers-chart = Decision for each caller, with the wanted decision in brackets
callers-caption = The decision of each target about each caller
callers-caption-all = The callers, with how many of their results are as wanted
callers-caption-entrance = { $entrance }: the decision about each caller
callers-causes = Why
callers-token-outlives-login = A JWT that was already issued is accepted until it expires, even after its user was disabled or signed out: AgentCore checks its signature and claims and does not ask the issuer again. Short lifetimes of tokens limit this.
policy-intro = { $mode ->
    [ENFORCE] The policy engine of the Gateway enforces its Cedar policies. Before any call, they were evaluated for each caller and each tool; then the tools were listed, and those that the environment file calls harmless were called.
    [LOG_ONLY] The policy engine of the Gateway only logs: no policy changes an answer. The table shows what the policies would do if the engine enforced them.
   *[other] What the policies say is not known. The table shows what was listed and called.
}
policy-counts = { $right } of { $all } predictions match what was observed.
policy-would-lose = { $callers ->
    [one] If the engine enforced, 1 caller would lose tools
   *[other] If the engine enforced, { $callers } callers would lose tools
}: { $names } ({ $tools ->
    [one] 1 tool
   *[other] { $tools } tools
}: { $list }).
policy-would-lose-nothing = If the engine enforced, no caller would lose a tool that it was shown.
policy-unevaluated = Not evaluated, since the text is not Cedar or is not known: { $names }.
policy-lacks = The policies name claims that the token of { $names } does not have: { $claims }.
policy-none-active = The engine has no active policy that is enforced, so every tool is denied.
policy-not-predicted = Nothing is predicted for { $names }: { $why }.
policy-caption = What the policies say of each tool, and what { $caller } got
policy-own = the run's own caller
policy-fold = { $caller } ({ $count ->
    [one] 1 tool
   *[other] { $count } tools
})
policy-column-tool = Tool
policy-column-predicted = Policies
policy-column-listed = Listed
policy-column-called = Called
policy-column-by = Decided by
policy-may-permit = permit
policy-may-deny = deny
policy-may-unknown = not predicted
policy-may-why = { $word } ({ $why })
policy-default = no policy applies
policy-listed-yes = yes
policy-listed-no = no
policy-line = { $caller }, { $tool }: policies { $may }, listed { $listed }, called { $called }, decided by { $by }
why-policy-engine-unread = the policy engine could not be read
why-policy-engine-not-active = the policy engine is not active
why-policies-unread = the policies could not be read
why-policy-caller-unknown = it is not known which principal this caller is to the policies
why-cedar-missing = Cedar is not installed; pip install 'agentcore-probe[policy]'
why-policy-form-unknown = the result depends on the form in which a claim reaches the policies
why-policy-depends-on-arguments = it depends on the arguments of the call
why-policy-not-evaluated = Cedar could not evaluate the request
why-policy-text-unknown = a policy is not Cedar, or its text is not known
why-policy-own-tool = whether policies apply to AWS's own tools is not known
why-policy-error = a policy could not be evaluated
callers-by-way = { $way } ({ $callers })
caller-way = { $caller }: { $way }
caller-user = user { $value }
caller-client = client { $value }
caller-groups = groups { $value }
caller-tools = { $count ->
    [one] 1 tool
   *[other] { $count } tools
}
caller-tools-fewer = { $count } of { $all } tools; not listed: { $hidden }
matrix-title = Observed decision, with the intended decision in brackets
matrix-intended = ({ $decision })
caller-should-be = { $result } (should be { $decision })
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
target-harness = Harness
target-registry = Registry
method-runtime-ws-jwt = Runtime WebSocket
method-runtime-ws-jwt-subprotocol = Runtime WebSocket, token as subprotocol
method-runtime-ws-sigv4 = Runtime WebSocket, signed
method-runtime-ws-presigned = Runtime WebSocket, presigned URL
method-runtime-ws-anonymous = Runtime WebSocket without a credential
method-runtime-ws-jwt-forged = Runtime WebSocket with a forged token
method-runtime-shell-jwt = Runtime shell
method-runtime-shell-sigv4 = Runtime shell, signed
method-runtime-shell-anonymous = Runtime shell without a credential
method-runtime-shell-jwt-forged = Runtime shell with a forged token
way-jwt-subprotocol = JWT as subprotocol
way-presigned = presigned URL
reason-no-websocket-protocol = Runtimes with protocol MCP or A2A serve no WebSocket.
reason-token-too-long-for-subprotocol = The token is too long for a subprotocol: AWS's SDK sends at most 4096 characters.
usage-runtime-ws-curl = Runtime: open a WebSocket with a token
method-runtime-command-jwt = Runtime command
method-runtime-command-sigv4 = Runtime command, signed
method-runtime-command-anonymous = Runtime command without a credential
method-runtime-command-jwt-forged = Runtime command with a forged token
method-runtime-agent-card-jwt = A2A agent card and message
method-runtime-agent-card-sigv4 = A2A agent card and message, signed
method-runtime-agent-card-anonymous = A2A agent card without a credential
method-runtime-agent-card-jwt-forged = A2A agent card with a forged token
method-runtime-session-endpoint-jwt = Session endpoint
method-runtime-session-endpoint-sigv4 = Session endpoint, signed
method-runtime-session-endpoint-anonymous = Session endpoint without a credential
way-jwt = JWT
way-sigv4 = SigV4
way-cli = AWS CLI
way-jwt-raw-arn = unencoded ARN
way-anonymous = no credential
way-jwt-forged = forged JWT
way-jwt-id-token = ID token
entrance-gateway-mcp = Gateway MCP
entrance-runtime-invocations = Runtime invocations
entrance-runtime-ws = Runtime WebSocket
entrance-runtime-command = Runtime command
entrance-runtime-shell = Runtime shell
entrance-runtime-agent-card = Runtime agent card
entrance-runtime-session-endpoint = Session endpoint
entrance-gateway-to-runtime = Gateway to Runtime
entrance-gateway-passthrough = Gateway passthrough
entrance-gateway-policy = Gateway policy
entrance-harness = Harness
entrance-registry = Registry MCP
entrance-effect-none = An accepted call starts nothing.
entrance-effect-session = An accepted call starts a session of the Runtime, or uses the one of the run.
entrance-effect-tokens = An accepted call starts a session and costs tokens of a model.
entrance-other = Other
map-title = Observed decision at each entrance, with the intended decision in brackets
map-legend = For further callers, "in" means accepted, "out" refused, "open" no decision, and "–" that nothing was sent.
map-caption = What each entrance decided about the run's own caller; in brackets what is intended, where it differs
map-caption-callers = What each entrance decided about further callers; in brackets what is wanted, where it differs
map-caption-entrance = { $entrance }: every access method, with the observed and the expected result
column-entrance = Entrance
entrance-methods = { $entrance } ({ $count })
entrance-count = { $count } { $outcome }
map-accepted = in
map-refused = out
map-undecided = open
map-nothing = –
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
step-resource-metadata = resource metadata
step-signing-keys = signing keys (JWKS)
step-login = login
step-registration = client registration
step-token = token request
step-forged = forged: { $defect }
step-tools-page = tools/list, page { $page }
evidence-longer = { $count ->
    [one] 1 more character in the record
   *[other] { $count } more characters in the record
}

## Sources
cite-field-reports = reports of users
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
unreadable-user-pool = The user pool's settings for MCP clients: { $why } (requires cognito-idp:DescribeUserPool)
unreadable-client-metadata-policies = The user pool's CIMD policies: { $why ->
        [client-too-old] the installed boto3 does not know the operation yet (pip install --upgrade boto3)
       *[other] { $why } (requires cognito-idp:ListCIMDPolicies and cognito-idp:DescribeCIMDPolicy)
    }
unreadable-issuer = The issuer's discovery document or keys: { $why }
unreadable-policy-engine = The policy engine's status: { $why } (requires bedrock-agentcore:GetPolicyEngineSummary)
unreadable-policies = The policies of the policy engine: { $why } (requires bedrock-agentcore:ListPolicies, or bedrock-agentcore:ListPolicySummaries for their names)
unreadable-policy-texts = The texts of the policies, of which only the names were read: { $why } (requires bedrock-agentcore:ListPolicies, and kms:Decrypt where the engine has a key of its own)
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
root-cause-judge = Judge
judge-authorizer = The authorizer of the called target refused the call.
judge-policy-engine = The Gateway's policy engine refused the call, behind the authorizer.
judge-resource-policy = A resource policy refused the call.
judge-vpc-endpoint-policy = The policy of the VPC endpoint refused the call before it reached AgentCore.
judge-workload-binding = The workload binding of the Runtime's authorizer refused the call.
judge-runtime-behind-gateway = The Runtime behind the Gateway refused the call after the Gateway had let it through.
judge-container = The answer came from the agent's own container, behind the authorizer.
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

# How a fact about a service is known
certainty-documented = documented
    .meaning = in the documentation or the model of the service, a standard, or another product’s documentation
certainty-captured = captured
    .meaning = in a published answer of the live service, or in what a program sent or answered when it was run for this project
certainty-reported = reported
    .meaning = by users of the service, without a capture
certainty-inferred = inferred
    .meaning = from the other facts; nobody has published it
root-cause-certainty = The tag before a source says how the behaviour that the cause rests on is known:
experiment-changed-nothing = The call was still not accepted after changing only { $factor }.
fragment-cdk = CDK (TypeScript)
fragment-cloudformation = CloudFormation
fragment-trust-policy = Trust policy of the role: statement to add
fragment-caller-policy = Policy of the caller
fragment-role-policy = Policy of the role: statement to add
fragment-resource-policy = Resource policy: statement to add
fragment-endpoint-policy = Policy of the VPC endpoint: statement to add
fragment-cedar = Cedar policy
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
check-vpc-endpoint-policy = the policy of the VPC endpoint lets the call through
check-resource-policy = the resource policies allow the call
check-identity-policy = the caller's own policies allow the action (not read)
check-passed = passed
check-failed = failed
check-unknown = unknown
check-authorizer = type of the authorizer
check-policy = the policies permit the tool
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
check-target-credential = the Runtime takes the kind of credential that the target sends

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
item-resource-policies = The resource policies let in only those who are meant to call
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
deployed-further-target-not-ready = The { $target } is { $status }, not READY.
deployed-version-behind = Endpoint { $endpoint } serves version { $live }, but its target version is { $target }.
deployed-gateway-open = The Gateway's authorizer is NONE: anyone can call it, and no interceptor or policy engine protects it.
deployed-gateway-authenticate-only = The Gateway's authorizer is AUTHENTICATE_ONLY: it accepts every AWS principal with a valid signature.
deployed-gateway-bypassed = The Runtime should be reached through its Gateway only, but direct calls were accepted ({ $methods }): the Gateway's authorizer and policies can be walked around.
    .fix = { $why ->
        [policy] The Runtime's resource policy denies everyone but the Gateway's role, and was not applied to this call: compare its actions and its Resource with the call, and look at the policy of the endpoint.
       *[other] For a Runtime with a JWT authorizer, let allowedWorkloadConfiguration name the Gateway. For one with IAM, deny everyone but the Gateway's role in the Runtime's resource policy (ArnNotEquals on aws:PrincipalArn), for every action that invokes it.
    }
deployed-target-of-another-runtime = Target { $name } leads to another Runtime: { $described } instead of { $requested }.
    .fix = Correct the target's Runtime, or runtime_target in [gateway].
deployed-nobody-gets-in = Nobody gets in: the Runtime refuses direct calls, and { $cause ->
        [no-target] no target of the Gateway leads to it.
       *[other] the way through the Gateway is refused as well.
    }
    .fix = { $cause ->
        [no-target] Create a target of the Gateway for this Runtime, or remove what closes the direct way.
       *[other] Correct what refuses the call through the Gateway, or remove what closes the direct way.
    }
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
deployed-login-needs-secret = App client { $client } has no secret, so it cannot get a token in its own name.
    .fix = Use an app client with a secret: Cognito creates it with the client (GenerateSecret), never afterwards.
deployed-client-token-off = App client { $client } cannot use GetClientToken: ALLOW_CLIENT_TOKEN_AUTH must be its only flow in ExplicitAuthFlows.
    .fix = Use an app client for machines alone, with ALLOW_CLIENT_TOKEN_AUTH and no other flow.
deployed-token-exchange-off = App client { $client } does not allow { $flow }, so it cannot exchange this token.
    .fix = Add { $flow } to ExplicitAuthFlows of the app client.
deployed-redirect-uri-not-listed = App client { $client } does not list the redirect URI { $redirect } (CallbackURLs: { $listed }).
    .fix = Set redirect_uri in [identity] to an address of this machine that the app client lists, such as http://localhost:8400/callback, or add one there.
deployed-oauth-grant-off = App client { $client } does not allow { $grant }.
deployed-oauth-scope-off = App client { $client } does not allow the scope that the environment file requests.
deployed-no-token-endpoint = The discovery document { $url } has no token endpoint, so the client_credentials grant cannot work.
    .fix = Publish token_endpoint in the discovery document, or use another login flow.
deployed-policy-engine-not-active = The policy engine is { $status }, not ACTIVE: evaluations fail.
    .fix = Wait for the change to end; if the status says FAILED, read the engine's statusReasons with GetPolicyEngine.
deployed-policy-engine-empty = The policy engine enforces and has no active policy: every tool is denied to everyone.
    .fix = Add a policy that permits the tools that callers need, or set the engine to LOG_ONLY until there is one.
deployed-policy-hides-every-tool = { $own ->
    [yes] The policy engine shows the run's own caller no tool at all.
   *[no] The policy engine shows these callers no tool at all: { $names }.
}
    .fix = If they are to call tools, add a policy that permits them. Under ENFORCE, what no policy permits is denied.
deployed-gateway-debug = The exception level of the Gateway is DEBUG: its errors have details for every caller (prowler #12627).
    .fix = Remove exceptionLevel from the Gateway where others than its developers can call it.
deployed-passthrough-open = The Gateway's authorizer is NONE in front of { $target }: anyone can reach the service behind it with the Gateway's own credential.
    .fix = Give the Gateway an authorizer. Its type cannot be changed, so that takes a new Gateway.
deployed-authenticate-only-interceptor = The Gateway's authorizer is AUTHENTICATE_ONLY, and only an interceptor decides which AWS principals may call: no policy engine enforces (prowler #12625).
    .fix = Set a policy engine to ENFORCE, or use the authorizer AWS_IAM.
deployed-caller-iam-unsigned = Target { $name } forwards the caller's IAM credentials, but callers of a Gateway with the authorizer { $authorizer } do not sign.
    .fix = Use another outbound credential for the target, or a Gateway with the authorizer AWS_IAM.
deployed-identity-headers = The Runtime passes { $headers } on to the agent, and every caller can set these headers: they prove nothing about the user.
    .fix = Let the agent read the user from the token (Authorization on the allowlist), and remove these headers unless something trusted sets them.
deployed-binding-passthrough = Nobody can call the Runtime: it accepts calls of its Gateway only, and target { $name } passes the caller's token on without the Gateway's own.
    .fix = Use another outbound credential than JWT_PASSTHROUGH for the target, or remove allowedWorkloadConfiguration.
deployed-binding-without-target = Nobody can call the Runtime: it accepts calls of { $name } only, which has no target for it.
    .fix = Add a target for the Runtime to the Gateway, or remove allowedWorkloadConfiguration.
deployed-secret-copied = The secret of app client { $client } is in Secrets Manager and rotates, but the environment file has a copy, which works until the next rotation.
    .fix = Remove client_secret from [identity]: the run reads it from Secrets Manager. Or name that secret with secretsmanager.
deployed-registration-in-vain = App clients can register themselves ({ $endpoint }), but the { $target } allows listed clients only, so it refuses every client that registers itself.
    .fix = Use allowedScopes or allowedAudience in place of allowedClients, or turn registration off.
deployed-registration-without-domain = Clients can register themselves at the user pool { $pool }, but it has no domain, and so no endpoint that registers them.
    .fix = Create a domain for the user pool (CreateUserPoolDomain), or turn DcrConfiguration off.
deployed-client-metadata-policy-without-client = The app client of the CIMD policy { $policy } of the user pool { $pool } is gone, so the policy lets no client in.
    .fix = Name an existing app client in the policy (UpdateCIMDPolicy), or delete the policy.
deployed-resource-policy-public = The resource policy of { $resource } allows { $actions } to every AWS principal, without a condition (prowler #12622).
    .fix = Name the principals, or add a condition such as aws:PrincipalOrgID.
deployed-deny-leaves-entrances = The resource policy of { $resource } denies invocations, but not { $actions }: it does not close these entrances.
    .fix = Add these actions to the Deny, or bedrock-agentcore:*.
deployed-commands-for-every-token = Every caller whose token the Runtime accepts may also use { $actions }: a JWT authorizer has no rule for a single operation.
    .fix = Deny these actions in the resource policies of the Runtime and its endpoint, or require a scope that only operators get.

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
claim-only-through-gateway = The Runtime is reached through its Gateway only
claim-line = { $claim }: { $word }
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
usage-runtime-card-curl = Runtime: read the agent card
usage-runtime-card-aws = Runtime: read the agent card with the AWS CLI
usage-gateway-to-runtime-curl = Runtime: call it through the Gateway
usage-gateway-to-runtime-aws = Runtime: call it through the Gateway with the AWS CLI
usage-gateway-passthrough-curl = Service behind the Gateway: call it
usage-harness-curl = Harness: let it answer one prompt (costs tokens of its model)
usage-harness-signed = Harness: let it answer one prompt, signed (costs tokens of its model)
usage-registry-curl = Registry: list the tools
usage-registry-signed = Registry: list the tools, signed
usage-accepted = accepted in this run
usage-not-accepted = not accepted in this run

## Punctuation
result = { $decision }, { $status }
figure-title = { $title }.

## Plan
plan-recorded = { $environment } replays a record: a run sends nothing.
plan-title = Plan of a run of { $environment }. Nothing was sent.
plan-count = { $count } requests if the answers are as predicted, at most { $most }, at most { $rate } a second. Reads of the configuration are not counted, nor is one request for each further page of tools.
plan-experiments = The highest number includes { $count } that are sent only where one more request proves a cause.
plan-mcp = It also includes { $count } that are sent only if the Runtime, whose protocol is not known, is an MCP server.
plan-known-nothing = What is deployed is not known before the run: there is no earlier report. The prediction for each possible authorizer is shown.
plan-known-setup = The authorizers are those of { $where }.
plan-known-run = What is deployed is taken from { $path }, the run of { $time } ({ $days ->
        [0] today
        [one] 1 day ago
       *[other] { $days } days ago
    }). The run reads it again.
plan-unasked = Not probed: { $names }. To probe one, add it to the file: { $line }
plan-charged = What is charged, as predicted
plan-cost-agent = Runtime session, agent
    .counted = { $count } { $count ->
        [one] call starts a session
       *[other] calls start sessions
    } of the Runtime, charged until the idle timeout, and run the agent (its model tokens, for example).
plan-cost-model-tokens = tokens of the harness's model
    .counted = { $count } { $count ->
        [one] lets
       *[other] let
    } the harness's agent run one turn, with at most 16 tokens of output; its input costs tokens, too.
plan-cost-gateway-operation = Gateway operation
    .counted = { $count } { $count ->
        [one] is an operation
       *[other] are operations
    } of the Gateway (list of tools, call of a tool).
plan-cost-tool = tool
    .counted = { $count } { $count ->
        [one] runs
       *[other] run
    } the tool that the file names.
plan-cost-login = sign-in
    .counted = { $count } { $count ->
        [one] is a sign-in
       *[other] are sign-ins
    }, charged as the identity provider does.
plan-cost-secret = secret
    .counted = { $count } { $count ->
        [one] reads a secret
       *[other] read secrets
    } from Secrets Manager or Parameter Store.
plan-cost-none = no charge is listed
    .counted = { $count } { $count ->
        [one] is a read
       *[other] are reads
    } for which no charge is listed.
plan-cost-unknown = not documented
    .counted = { $count } { $count ->
        [one] is a refused call or a step
       *[other] are refused calls or steps
    } without a listed price: whether AWS charges for those is not documented.
plan-charged-always = { $credential }; charged: { $costs }
plan-charged-embedded = Nothing: the embedded AgentCore runs on this machine.
plan-charged-accepted = charged if accepted: { $costs }
plan-charged-refused = charged if refused: { $costs }
plan-settings = Settings
plan-problem = A run would end here: { $problem }
plan-origin-file = { $where }
plan-origin-table = { $where }
plan-origin-extends = { $where }, extended
plan-origin-defaults = { $where }, [defaults]
plan-origin-variable = variable { $where }
plan-origin-profile = AWS profile { $where }
plan-origin-arn = the Runtime's ARN
plan-origin-deployed = read when the run begins
plan-origin-record = the earlier run
plan-origin-embedded = embedded AgentCore
plan-origin-aws = AWS
plan-origin-default = default
plan-origin-machine = this machine
plan-origin-assumed = until the run reads the deployed one
plan-source-embedded = keys of the embedded AgentCore
plan-source-variables = keys in variables
plan-source-keys = keys
plan-source-role = role
plan-source-web-identity = web identity
plan-source-sso = IAM Identity Center
plan-source-console = aws login
plan-source-process = credential_process
plan-source-container = container
plan-source-instance = metadata of the instance, if there is one
plan-source-none = none
plan-login = First: AWS credentials
plan-login-call = { $action } { $of }
plan-login-mfa = , with an MFA code that the run asks for
plan-login-process = the program
plan-login-container = the container's credentials at
plan-login-instance = the instance's metadata service at
plan-row-read = Reads of AWS, and one for each target of the Gateway that forwards calls
plan-row-discovery = Issuer
plan-row-identity = Login
plan-credential-none = no credential
plan-credential-token = Bearer <token of [identity]>
plan-credential-id-token = Bearer <ID token of [identity]>
plan-credential-expired-token = Bearer <expired token of [identity]>
plan-credential-forged-token = Bearer <forged token>
plan-credential-signature = <SigV4 signature>
plan-credential-login = secrets of [identity] in the body
plan-credential-client = Basic <client id and secret of [identity]>
plan-url-of-issuer = <discovery document of the authorizer's issuer>
plan-url-of-gateway = <URL of the Gateway>
plan-url-of-session = <URL of the session endpoint>
plan-url-of-document = <{ $member } of the discovery document>
plan-predicted = predicted: { $predictions }
plan-prediction = { $authorizer }: { $decision }
plan-decision-open = depends on the token's claims
plan-expected = [expect] of the file: { $decision }
plan-authorizer-CUSTOM_JWT = JWT authorizer
plan-authorizer-AWS_IAM = IAM
plan-authorizer-AUTHENTICATE_ONLY = authorizer AUTHENTICATE_ONLY
plan-authorizer-NONE = no authorizer
plan-reason-no-client-secret = The file names no client_secret, and it is not known before the run whether Cognito keeps it in Secrets Manager.
plan-reason-no-id-token = This login gives no ID token.
plan-not-sent = Not sent. { $reason }
plan-when-first = { $count }: { $steps }
plan-when-before = { $count } before the genuine calls: { $steps }
plan-when-after = { $count } after the genuine calls: { $steps }
plan-when-end = { $count } at the end, to repeat the first one: { $steps }
plan-step-accepted = { $step } (if accepted)
plan-step-refused = { $step } (if not accepted)

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
gate-no-baseline = { $environment }: there is no baseline in { $name }, so every finding counts.
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
annotation-more = { $count ->
    [one] 1 further environment
   *[other] { $count } further environments
 }
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

## Ask
ask-from-aws = answered by AWS
ask-from-embedded = answered by the embedded AgentCore, not AWS
ask-from-loopback = answered by another endpoint on this machine, not AWS
ask-from-proxied = answered through a proxy that may have changed it
ask-from-recorded = answered when it was recorded
ask-from-other = not answered by AWS
ask-from-nobody = no answer
ask-no-credential = no credential
ask-changed = with { $factor } changed
ask-remains = When that is corrected, the next one is: { $title } ({ $cause }) { $fix }
ask-requests = { $count ->
        [one] 1 request:
       *[other] { $count } requests:
    }
ask-not-read = What is deployed was not read. With --profile NAME it is, which makes the cause more certain.
ask-guessed = The call was made as for an HTTP agent. If the Runtime speaks another protocol, name it: --protocol mcp, a2a or agui.
ask-environment = To test every access method, save this as { $path }:
ask-written = Written: { $path }
ask-next = Then: { $command }

## The command login
mcp-login-begins = { $environment }: login to the { $target ->
        [gateway] Gateway
       *[runtime] Runtime
    } as an MCP client
mcp-login-embedded-user = Sign in as { $username } with the password { $password } (a user of this embedded AgentCore only)
mcp-login-challenge-names-metadata = 401, names its metadata
mcp-login-resource-metadata-found = names { $host }
mcp-login-server-metadata-found = { $host }
mcp-login-capabilities-complete = complete
mcp-login-client-known = { $client }
mcp-login-client-registered = registered as { $client }
mcp-login-client-metadata-unlisted = { $client }, although the server does not say that it reads such URLs
mcp-login-logged-in = the browser came back with a code
mcp-login-token-issued = issued to { $client }
mcp-login-tools-listed = accepted, { $count ->
        [one] 1 tool
       *[other] { $count } tools
    }
mcp-login-call-accepted = accepted
mcp-login-protocol-not-mcp = accepted, but the call was one of the protocol { $protocol }, not MCP
mcp-login-works-without-mcp = The target accepts the token, but MCP clients cannot use the Runtime: its agent speaks { $protocol }, not MCP.
mcp-login-works = The login works: the target accepts the token.
mcp-login-oauth-scope-invalid = { $known ->
        [none] The app client is not allowed to request this scope.
        [some] The app client is not allowed to request one of these scopes: { $scopes }
       *[all] The app client is not allowed to request: { $scopes }
    }
mcp-login-browser-minutes = Log in with a browser on this machine (within { $count } min):
mcp-login-browser-seconds = Log in with a browser on this machine (within { $count } s):
mcp-login-device = Log in on any device: open { $url } and enter the code { $code }
mcp-login-device-page = or open { $url }
mcp-login-written = Written: { $path }
mcp-login-not-written = No record was written; --out FILE writes one.

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
    .fix = { $place ->
        [loopback] Check that the server on this machine runs, and that the port is its port.
       *[unknown] Check the region in the host name, and that the host can be reached from here: firewall, proxy, and in a VPC its NAT gateway or VPC endpoint (its security group must allow port 443).
    }
cause-tls-failure = The TLS handshake failed.
    .why = The server's certificate was not accepted, so nothing was sent ({ $detail }).
    .fix = Check for a proxy that decrypts TLS, and name a file with its certificate authority in REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or AWS_CA_BUNDLE. Do not disable verification.
cause-timeout = No complete answer arrived within the time limit.
    .why = { $client ->
        [boto3] The request may or may not have been authorized. boto3 stops reading after 60 s and sends the call again, so the agent may have been started more than once ({ $detail }).
       *[unknown] The request may or may not have been authorized ({ $detail }).
    }
    .fix = { $client ->
        [boto3] Set read_timeout to 900 and total_max_attempts to 1 in botocore's Config, or let the agent answer with a stream; otherwise find out in the Runtime's log what delays the answer.
       *[unknown] Raise the client's time limit (in an environment file: [limits] seconds; of ask: --seconds) if the agent is slow. Otherwise find out what delays the answer.
    }
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
cause-answer-not-from-aws = { $marks ->
        [none] The answer does not come from AWS.
       *[unknown] The answer does not seem to come from AWS.
    }
    .why = { $server ->
        [unknown] { $marks ->
            [none] It has none of the headers that AWS adds to its answers. { $place ->
                [loopback] The URL is that of a server on this machine.
               *[unknown] A proxy, portal or CDN answered instead.
            }
           *[unknown] { $place ->
                [loopback] The URL is that of a server on this machine.
               *[unknown] A proxy, portal or CDN answered instead; AgentCore does not write such a page.
            }
        }
       *[other] It was written by { $server }. { $place ->
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
cause-arn-blank-or-padded = { $sent ->
        [no] The ARN is surrounded by white space.
       *[unknown] The Runtime's identifier in the path is blank, a placeholder, or surrounded by white space.
    }
    .why = { $sent ->
        [no] With it, the path does not name the Runtime.
       *[unknown] The variable that should hold the ARN is empty, or contains a line break or a space.
    }
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
       *[unknown] { $sent ->
            [no] The URL has the wrong plane's host.
           *[unknown] The request went to the wrong plane's host.
        }
    }
    .why = { $form ->
        [scheme] AgentCore's endpoints are HTTPS, and a bearer token must not be sent unencrypted (RFC 6750 section 5.3).
       *[unknown] Data-plane paths exist only on bedrock-agentcore, control-plane paths only on bedrock-agentcore-control.
    }
    .fix = { $form ->
        [scheme] Write https. If a token was sent to this URL, treat it as disclosed.
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
cause-runtime-not-found = { $target ->
        [harness] The harness, or the endpoint that the qualifier names, was not found.
       *[unknown] The Runtime was not found.
    }
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
cause-credential-missing = { $sent ->
        [no] The request carries no credential.
       *[unknown] The request was refused because it carried no credential.
    }
    .why = { $sent ->
        [no] It has neither an Authorization header nor a signature.
       *[unknown] { $challenge ->
            [no] The Authorization header was missing or empty. A Runtime that accepts SigV4 answers like this, and so does one that does not exist, according to one report.
           *[unknown] The Authorization header was missing or empty.
        }
    }
    .fix = { $sent ->
        [no] Send the token in an Authorization: Bearer header, or sign the request if the target has an IAM authorizer.
       *[unknown] Send the token in an Authorization: Bearer header. For a call without a credential, this refusal is the desired answer.
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
cause-sigv4-on-jwt = { $sent ->
        [unseen] The call has the other kind of credential than the target accepts: one of the two is SigV4, the other a JWT.
       *[unknown] The call is signed with SigV4, but the target accepts JWTs only.
    }
    .why = { $sent ->
        [no] A Runtime or Gateway accepts one kind of credential only, and these settings are those of a JWT authorizer.
       *[unknown] A Runtime or Gateway accepts one kind of credential only. The refusal shows which kind is configured; it does not show that a JWT is accepted.
    }
    .fix = { $sent ->
        [unseen] If the call was signed (boto3, the AWS CLI), send it over HTTPS with a bearer token. If it had a bearer token, sign it instead, or deploy a customJWTAuthorizer.
       *[unknown] Call it over HTTPS with a bearer token. The SDK and the AWS CLI can only sign.
    }
cause-bearer-on-iam = The call carries a bearer token, but the target accepts SigV4 only.
    .why =
        { $authorizer ->
            [unknown] A target that accepts SigV4 answers a bearer token like this.
           *[other] The deployed authorizer is { $authorizer }.
        }
    .fix = Sign the request (boto3 does this), or deploy a customJWTAuthorizer.
cause-token-malformed = { $form ->
        [encrypted] The token is encrypted, so an authorizer cannot read it.
        [header] The header with the token has a line break or another character that no header may have, so nothing was sent.
       *[unknown] The token is not a JWT.
    }
    .why = { $form ->
        [encrypted] It has the five parts of a JWE; an authorizer needs a signed JWT with three.
        [header] The client refused it. A token that is read from a file or a secret often ends with a line break.
       *[unknown] A JWT has three base64url parts, the first two of them JSON; this text does not have that form.
    }
    .fix = { $form ->
        [encrypted] Ask the issuer for a signed token. Auth0 encrypts tokens that are requested without an audience: request it with the API's identifier as audience.
        [header] Remove the white space around the token where it is read: token.strip() in Python, token.trim() in JavaScript, TOKEN="$(tr -d '\r\n' < FILE)" in a shell.
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
            [unknown] Get a new token before each run. Its lifetime is a setting of the identity provider (at Cognito, 60 minutes by default).
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
    .fix = Get a new token. If it happens again, the token comes from another issuer (at Cognito, from another user pool), or the keys were rotated.
cause-signature-invalid = { $part ->
        [graph] The token is for Microsoft Graph: an authorizer cannot check its signature.
        [algorithm] An authorizer cannot check this signature.
       *[unknown] The token's signature is invalid.
    }
    .why = { $part ->
        [graph] Only Microsoft Graph can check the signature of the tokens that Entra ID issues for it.
        [algorithm] The algorithm in the token's header (alg) needs no public key, and an authorizer has only the issuer's public keys.
       *[unknown] { $defect ->
            [unknown] Issuer and claims match, but the service rejects the signature.
           *[other] Issuer and claims match, but the service rejects the signature (forged on purpose: { $defect }).
        }
    }
    .fix = { $part ->
        [graph] Request a token for your own API: expose a scope in its app registration, and request api://APPLICATION_ID/SCOPE, or api://APPLICATION_ID/.default for a client without a user.
        [algorithm] Have the issuer sign with an algorithm of public keys, such as RS256.
       *[unknown] Find out what changes the token on its way. For a forged token, this refusal is the desired answer.
    }
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
cause-workload-binding = { $through ->
        [unknown] The Runtime accepts calls through its Gateway only.
       *[other] The Runtime accepts calls through other workloads than this Gateway only.
    }
    .why = { $through ->
        [unknown] { $wanted ->
            [unknown] allowedWorkloadConfiguration is set, so a direct call is meant to fail. The Gateway adds a transaction token that a direct call lacks.
           *[other] allowedWorkloadConfiguration lists { $wanted }, so a direct call is meant to fail.
        }
       *[other] allowedWorkloadConfiguration lists { $wanted }. The Gateway that called with target { $through } is not among them.
    }
    .fix = { $through ->
        [unknown] Call it through the Gateway, or remove the binding.
       *[other] Add this Gateway's ARN to hostingEnvironments in the Runtime's allowedWorkloadConfiguration.
    }
cause-iam-not-allowed = The signature is valid, but the caller lacks the permission.
    .why = Message from the service: { $message }
    .fix = { $policy ->
        [caller] { $action ->
            [unknown] { $needs ->
                [unknown] Allow the action on this resource in the caller's policy.
               *[other] Allow { $needs } on this resource in the caller's policy.
            }
           *[other] Allow { $action } in the caller's policy, on the resource that the message names{ $part ->
                [runtime] ; for a Runtime, on its ARN and on that of its endpoint.
               *[unknown] .
            }
        }
        [unknown] { $action ->
            [unknown] Allow the action on this resource in the caller's policy.
           *[other] Allow { $action } in the caller's policy, on the resource that the message names{ $part ->
                [runtime] ; for a Runtime, on its ARN and on that of its endpoint.
               *[unknown] .
            }
        }
       *[other] Allow the action on this resource in the policy that denies it: { $policy }. An Allow in the caller's own policy is not enough.
    }
cause-iam-user-id-not-allowed = The user-id header requires a permission of its own.
    .why = Message from the service: { $message }
    .fix = Allow bedrock-agentcore:InvokeAgentRuntimeForUser, or omit the header.
cause-aws-key-unknown = AWS does not recognize the access key.
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
    .why = { $checked ->
        [unknown] { $credential ->
            [sigv4] The target may accept tokens only, or a policy refuses the caller. Message from the service: { $message }
           *[unknown] Most often the token has expired, is an ID token, is another client's, or the target takes SigV4. Message from the service: { $message }
        }
       *[other] Not checked: a recent change of the authorizer, a resource policy, a WAF, an interceptor. Message from the service: { $message }
    }
    .fix = { $lacks ->
        [body] Print the answer's body and its www-authenticate header: they name the reason. Then decode the token, and compare exp, token_use, client_id and aud with the authorizer.
        [signature] Print the answer's body and its x-amzn-ErrorType header: they name the action and the policy. Then read the deployed authorizer (get-agent-runtime or get-gateway): if it accepts tokens only, a signature is refused.
        [token] Decode the token, and compare exp, iss, token_use, client_id and aud with the authorizer. With the request in the text, this program does it.
        [configuration] Read the deployed authorizer (get-agent-runtime or get-gateway), and compare its rules with the token's client_id, aud and scope.
       *[unknown] Check the metric InboundAuthorizationFailure by ExceptionType, and the resource policy.
    }
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
    .fix = { $part ->
        [header] Send the header that the message names with the value that the message has in its body: Mcp-Method, Mcp-Name, MCP-Protocol-Version, or Mcp-Param-NAME for an argument marked x-mcp-header.
       *[unknown] { $message ->
            [unknown] Print the answer's body: its message names what to correct.
           *[other] Correct what the message names.
        }
    }
cause-accept-header = The Accept header lacks one of the two required media types.
    .why = An MCP Runtime requires both application/json and text/event-stream.
    .fix = Send Accept: application/json, text/event-stream.
cause-session-conflict = The session is busy.
    .why = Message from the service: { $message }
    .fix = Retry after a pause. boto3's standard retry mode does it for RetryableConflictException; AWS CLI v1, the legacy mode and callers without an SDK must do it themselves. Nothing retries ConflictException.
cause-quota-exceeded = A quota of the account is exhausted.
    .why = Message from the service: { $message }
    .fix = Stop idle sessions, or request a higher quota.
cause-throttled = The call was throttled.
    .why = This says nothing about authorization. Message from the service: { $message } (after { $retries } retries of the SDK)
    .fix = Retry after a pause.
cause-service-fault = The service itself failed.
    .why = This says nothing about authorization. Message from the service: { $message }
    .fix = Retry. If it happens again, contact AWS Support with the request id.
cause-gateway-timeout = The agent's container did not answer in time.
    .why = Authorization succeeded. The container does not listen, listens on the wrong port, or was built for another architecture.
    .fix = Read the Runtime's log.
cause-container-failed = Authorization succeeded, but the agent's container failed.
    .why = Message from the service: { $message }
    .fix = { $part ->
        [host] Let the MCP server in the container accept AgentCore's host: TransportSecuritySettings(allowed_hosts=..., allowed_origins=...), or without DNS rebinding protection.
        [authorization] The container itself refused. If it checks the token, put Authorization on requestHeaderAllowlist of the Runtime: without that, the header does not reach it. Then read the Runtime's log.
        [content-type] Send a Content-Type: boto3 sends none unless contentType="application/json" is given, and frameworks such as FastAPI answer 422. Then read the Runtime's log.
        [workload-token] Send X-Amzn-Bedrock-AgentCore-Runtime-User-Id with a signed call (it needs bedrock-agentcore:InvokeAgentRuntimeForUser), or call with a JWT. Outside of a Runtime, set the token by hand.
       *[unknown] Read the Runtime's log (in CloudWatch: /aws/bedrock-agentcore/runtimes/ID-ENDPOINT). Common causes are missing environment variables, a crash, and another protocol than the configured one.
    }
cause-gateway-session-missing = The Gateway requires a session, but Mcp-Session-Id is missing.
    .why = With sessionConfiguration, every request after initialize must carry the session id.
    .fix = Send the Mcp-Session-Id header of the initialize response with every later request.
cause-gateway-session-expired = The Gateway does not recognize this session; it may have expired.
    .why = A session expires and belongs to one user. Session id: { $session }
    .fix = Send initialize again.
cause-insufficient-scope = The token lacks a scope that the Gateway requires.
    .why = { $validated ->
        [unknown] Required: { $wanted }; in the token: { $found }.
       *[other] Required: { $wanted }; in the token: { $found }. The required ones are the advertised names (advertisedScopeMapping); the token needs those of allowedScopes: { $validated }.
    }
    .fix = Request the scope from the identity provider.
cause-protocol-version-unsupported = { $server ->
        [container] Authorization succeeded, but the agent's MCP server does not support this MCP version.
       *[unknown] The Gateway does not support this MCP version.
    }
    .why = Requested: { $asked }; supported: { $supported }.
    .fix = { $server ->
        [container] Send a version that the server supports, or update the MCP SDK in the container.
       *[unknown] Send a supported version, or add this one to supportedVersions.
    }
cause-target-unknown = The Gateway does not have this target.
    .why =
        { $tool ->
            [unknown] The call names the target { $target }.
           *[other] The tool { $tool } belongs to the target { $target }.
        }
    .fix =
        { $tool ->
            [unknown] List the targets and use one of their names: in the path of the URL (/TARGET/invocations), or before a tool’s name (TARGET___TOOL).
           *[other] List the tools and use one of their names: TARGET___TOOL.
        }
cause-target-not-ready = A target of the Gateway is not READY, so its tools are missing.
    .why = { $target ->
        [unknown] { $reason ->
            [unknown] The target has failed. This is the call from the Gateway to the target, not the caller's.
           *[other] The Gateway could not read the tools of the target's MCP server. This is the call from the Gateway to the target, not the caller's.
        }
       *[other] Target { $target } is { $status }. Authorization works.
    }
    .fix = { $reason ->
        [unknown] Read the target's status reasons, and synchronise it again.
       *[other] Let the target's server answer the Gateway: its URL, its outbound credential provider (audience and scopes of the token, or IAM credentials with the service bedrock-agentcore for a Runtime that takes SigV4) and the Gateway's role. Then synchronise the target.
    }
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
    .fix =
        { $target ->
            [runtime] Make sure that nothing in front of the Runtime answered, and that GetAgentRuntime shows the authorizer that you expect. If so, report it to AWS.
            [harness] Make sure that nothing in front of the harness answered, and that GetHarness shows the authorizer that you expect. If so, report it to AWS.
            [registry] Make sure that nothing in front of the registry answered, and that GetRegistry shows the authorizer that you expect. If so, report it to AWS.
           *[unknown] Configure an authorizer. The authorizer type of a Gateway cannot be changed, so replace the Gateway.
        }
cause-authenticate-only = The call was accepted, but only its signature was checked.
    .why = AUTHENTICATE_ONLY accepts every AWS principal.
    .fix = Use AWS_IAM, or add an interceptor or a policy engine.
cause-challenge-header-renamed = API Gateway renamed the WWW-Authenticate header, so the client does not learn where to log in.
    .why = The challenge arrived as x-amzn-remapped-www-authenticate. An MCP client begins its login only with WWW-Authenticate.
    .fix = Let the client call the URL of the Gateway or Runtime itself, or set WWW-Authenticate again in front of API Gateway, for example in a response function of CloudFront.
cause-oauth-metadata-missing = { $kind ->
        [refused] The call without a credential was answered with { $status } instead of 401, so clients do not begin a login.
        [malformed] The protected-resource metadata is malformed, so clients do not know where to log in.
       *[unknown] The client cannot read the protected-resource metadata, so it does not know where to log in.
    }
    .why = { $kind ->
        [refused] Only a 401 begins a login for most clients, whatever the metadata says.
        [malformed] { $url } answers 200, but every client refuses what it serves. Missing or wrong: { $members }.
       *[unknown] { $metadata ->
                [unknown] A client takes its address from resource_metadata in the WWW-Authenticate header, else from /.well-known/oauth-protected-resource of the called host.
               *[other] The challenge names { $metadata }, which is not an absolute URL.
            } The status of the answer is { $status }. Message of the client: { $message }
    }
    .fix = { $kind ->
        [malformed] The metadata must have resource (the URL of the MCP server) and authorization_servers (a list of absolute URLs), as AgentCore serves it; look for a proxy that answers or changes it.
        [refused] Let a call without a credential be answered with 401 and WWW-Authenticate, as AgentCore does; look for a proxy, a firewall or a policy that answers instead.
       *[unknown] Send one call without a credential and read the WWW-Authenticate header. Its resource_metadata must be an absolute URL that answers 200; a proxy in between must pass on both. A target with an IAM authorizer has no such document: sign its calls with SigV4.
    }
cause-resource-mismatch = { $found ->
        [unknown] The protected-resource metadata has another resource than the URL that was called.
       *[other] { $expected ->
                [unknown] The protected-resource metadata has another resource, { $found } , than the URL that was called.
               *[other] In the protected-resource metadata, resource is { $found }, and { $expected } was called.
            }
    }
    .why = A client refuses metadata whose resource has another host than the called URL, or a path that the called one does not begin with.
    .fix = { $found ->
        [unknown] Give the client the URL in resource of the metadata.
       *[other] Give the client { $found } as its URL.
    } If it must call another domain, set that domain on the Gateway (domainOverride): a proxy does not change the metadata.
cause-authorization-server-metadata-missing = { $kind ->
        [malformed] The metadata of the authorization server is malformed, so clients cannot log in there.
       *[unknown] The client found no metadata of the authorization server.
    }
    .why = { $kind ->
        [malformed] { $url } answers 200, but every client refuses what it serves. Missing or wrong: { $members }.
       *[unknown] None of its discovery documents could be read. A missing /.well-known/oauth-authorization-server alone does no harm where /.well-known/openid-configuration answers. The status of the last answer is { $status }. The last URL is { $url }.
    }
    .fix = { $kind ->
        [malformed] Let the provider list these members; Cognito lists the endpoints only if the user pool has a domain.
       *[unknown] Take the issuer from authorization_servers of the protected-resource metadata and open it with /.well-known/openid-configuration at its end: the answer must be 200 with JSON. If the client asked the host of the Gateway or Runtime instead, it did not get the protected-resource metadata.
    }
cause-metadata-issuer-mismatch = { $found ->
        [unknown] The discovery document names another issuer than the one that was asked.
       *[other] { $expected ->
                [unknown] The discovery document names another issuer than the one that was asked: { $found }.
               *[other] The discovery document names the issuer { $found }, but { $expected } was asked for.
            }
    }
    .why = A client compares both byte by byte, including a slash at the end (RFC 8414).
    .fix = Set the discovery URL of the authorizer to the issuer in the document followed by /.well-known/openid-configuration. With Entra, use the tenant's id (not common) and the document of version 2.0.
cause-authorization-response-issuer = { $found ->
        [unknown] The client refused the redirect after the login: iss is missing there, or names another authorization server.
       *[other] The client refused the redirect after the login: iss there is { $found }, not the issuer of the metadata.
    }
    .why = A client compares iss of the redirect with the issuer of the metadata byte by byte, and refuses a redirect without iss where the metadata announces it (RFC 9207). The expected issuer is { $expected }.
    .fix = Let the authorization server send its issuer as iss exactly as its metadata has it, or stop announcing authorization_response_iss_parameter_supported. A proxy in between must pass on both unchanged. If you do not know the server that iss names, do not log in there again: the answer may have come from another server.
cause-pkce-not-advertised = The metadata of the authorization server does not advertise PKCE with S256.
    .why = Every client refuses a list of methods without S256. Some, such as ChatGPT, Zed and earlier versions of Claude Code (2.0.60), also refuse metadata without the list, which Cognito and Entra may leave out. The methods listed are { $methods }.
    .fix = At a provider of your own, add S256 to code_challenge_methods_supported. At Cognito or Entra, use a client that accepts metadata without the list (current MCP SDKs, mcp-remote), or put an OAuth proxy in front that adds it.
cause-response-type-unsupported = The metadata of the authorization server does not list the response type code.
    .why = The MCP SDKs for TypeScript, and clients built with them, refuse a response_types_supported without code. The types listed are { $types }.
    .fix = Enable the authorization code flow at the provider, or let its metadata list code in response_types_supported. Check that the issuer is the one that people log in at: a server for machines alone lists no code.
cause-token-endpoint-insecure = The metadata of the authorization server lists a token endpoint without TLS.
    .why = Clients send codes and secrets to a token endpoint by HTTPS only, except on their own machine. The token endpoint is { $url }.
    .fix = Let the metadata list the endpoint with https. Behind a proxy that ends TLS, set the provider's public address (Keycloak: hostname), from which it makes these URLs.
cause-client-registration-unsupported = The client has no client_id, and the authorization server does not register clients by itself.
    .why = Only a provider with a registration_endpoint in its metadata registers clients, and AgentCore has none of its own. The status of the registration is { $status }. Message: { $message }
    .fix = Create an app client at the provider with the client's redirect URI, and give its id to the client; if the authorizer has allowedClients, add its id there. Without allowedClients, registration at the provider works, too (Cognito: OpenDcrEnabled).
cause-client-registration-refused = The authorization server refused to register the client.
    .why = { $provider ->
        [okta] Okta registers clients only for an API token.
        [keycloak] A client registration policy of the Keycloak realm refused it.
       *[unknown] A provider may ask for a token, a trusted host or a permitted redirect URI (RFC 7591).
    } The status of the registration is { $status }. Message from the service: { $message }
    .fix = { $provider ->
        [keycloak] Change that policy in the realm (Clients, Client registration, Anonymous access policies), or create the client in advance and give its client_id to the MCP client.
        [okta] Create an app in Okta in advance and give its client_id to the MCP client: a client without an API token cannot register.
        [auth0] Create an application in advance and give its client_id to the MCP client, or turn on dynamic client registration in the tenant's settings.
        [entra] Create an app registration in advance and give its client_id to the MCP client: Entra registers no clients by itself.
        [cognito] Create an app client in advance and give its client_id to the MCP client. To allow registration instead, set OpenDcrEnabled, or register with an access token that has the scope aws.cognito/dcr/register.
       *[unknown] Create a client at the provider in advance and give its client_id to the MCP client, or let the provider allow registration (at Cognito: OpenDcrEnabled).
    }
cause-registered-client-not-allowed = The client registered itself, and its new id is not in allowedClients.
    .why = Each registration creates another client_id, which a fixed list cannot contain. The id is { $client }.
    .fix = Give the client an id that allowedClients has, so that it does not register. Or replace allowedClients of the authorizer with allowedScopes or allowedAudience.
cause-cimd-url-not-allowed = The authorization server does not accept a URL as the client_id of this client.
    .why = It accepts the URL of a client metadata document only where one of its policies names it. The URL is { $client }. Message: { $message }
    .fix = At Cognito, create a CIMD policy whose URLPatterns match the URL and that names an app client. Elsewhere, register the client in advance and give its client_id to the client.
cause-resource-parameter-rejected = { $resource ->
        [unknown] The identity provider refuses the resource that the token is requested for.
       *[other] The identity provider refuses the resource { $resource }.
    }
    .why = { $kind ->
        [scopes] The resource is not the application whose scopes are requested.
        [unsupported] The provider takes no resource parameter in this kind of request.
       *[unknown] The provider has no API of exactly this name. MCP clients send the URL of the MCP server as resource (RFC 8707).
    } Message from the service: { $message }
    .fix = { $provider ->
        [entra] Let the client send no resource (mcp-remote: --disable-resource-parameter) and request a scope such as api://APPLICATION_ID/SCOPE. Entra accepts a URL only as the Application ID URI of a domain that the tenant owns, so for an MCP client that always sends it, set your own domain on the Gateway (domainOverride) and that URL as Application ID URI.
        [auth0] Create an API in Auth0 whose identifier is exactly this value, and authorize the application for it. MCP clients send resource instead of audience: turn on the tenant's Resource Parameter Compatibility Profile.
       *[unknown] Register an API at the provider whose identifier is exactly this value, or let the client send no resource (mcp-remote: --disable-resource-parameter).
    }
cause-redirect-uri-mismatch = { $redirect ->
        [unknown] The redirect URI of the client is not registered at the identity provider.
       *[other] The redirect URI { $redirect } is not registered at the identity provider.
    }
    .why = It must be one of those that the app client lists; most providers compare every character, including the port. Message from the service: { $message }
    .fix = Add the redirect_uri of the login's URL to the app client exactly as it is there (Cognito: CallbackURLs). A client that takes a random port needs a fixed one: --callback-port for Claude Code, the port after the URL for mcp-remote.
cause-auth-flow-disabled = The app client does not allow this login flow.
    .why = Message from the service: { $message }
    .fix =
        { $client ->
            [unknown] Add { $flow ->
                [unknown] ALLOW_USER_PASSWORD_AUTH
               *[other] ALLOW_{ $flow }
            } to ExplicitAuthFlows of the app client.
           *[other] Add { $flow ->
                [unknown] ALLOW_USER_PASSWORD_AUTH
               *[other] ALLOW_{ $flow }
            } to ExplicitAuthFlows of app client { $client }.
        }
cause-secret-hash-missing = The app client has a secret, but SECRET_HASH was not sent.
    .why = Message from the service: { $message }
    .fix = Send SECRET_HASH, the HMAC-SHA256 of user name and client id with the secret as key, in base64 (in an environment file: [identity] client_secret). Or use an app client without a secret.
cause-secret-hash-unexpected = The app client has no secret, but SECRET_HASH was sent.
    .why = Message from the service: { $message }
    .fix = Do not send SECRET_HASH (in an environment file: remove [identity] client_secret).
cause-secret-hash-wrong = SECRET_HASH is wrong.
    .why = Message from the service: { $message }
    .fix = Check client_secret. The hash covers the user name and the client id.
cause-wrong-password = The user name or the password is wrong.
    .why = { $provider ->
        [unknown] Cognito gives the same answer for a user who does not exist.
       *[other] The identity provider did not accept them.
    } Message from the service: { $message }
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
    .why = { $provider ->
        [unknown] Cognito answered 200 with NEW_PASSWORD_REQUIRED and no token.
       *[other] The identity provider issues no token before that.
    }
    .fix = Set a permanent password for the user.
cause-mfa-required = { $challenge ->
        [SOFTWARE_TOKEN_MFA] The user requires MFA: the code of an authenticator app.
        [SMS_MFA] The user requires MFA: a code by SMS.
        [SMS_OTP] The user pool asks for a code by SMS.
        [EMAIL_OTP] The user pool asks for a code by e-mail.
        [SELECT_MFA_TYPE] The user requires MFA, and has to choose how.
        [MFA_SETUP] The user requires MFA, and has not set it up yet.
        [SELECT_CHALLENGE] The user has to choose how to log in.
        [WEB_AUTHN] The user logs in with a passkey.
        [CUSTOM_CHALLENGE] The user pool asks its own question (a Lambda trigger).
       *[unknown] The user requires MFA (a second factor).
    }
    .why = { $provider ->
        [unknown] Cognito answered 200 with a challenge and no token.
       *[other] The identity provider issues no token without it.
    }
    .fix = { $challenge ->
        [MFA_SETUP] Let the user set up MFA at a first login with a browser (flow = "authorization-code").
        [SELECT_CHALLENGE] Log in with a browser (flow = "authorization-code"), where the user can choose.
        [WEB_AUTHN] Log in with a browser (flow = "authorization-code"): a passkey works nowhere else.
        [CUSTOM_CHALLENGE] Log in with a browser where the login page can ask it (flow = "authorization-code"), or use a user or app client for which the trigger asks nothing.
       *[unknown] Log in with a browser (flow = "authorization-code"). Without a person: a test user without MFA, or flow = "refresh-token" or "token".
    }
cause-user-not-confirmed = The user is not confirmed.
    .why = Message from the service: { $message }
    .fix = Confirm the user.
cause-user-disabled = The user is disabled, so the login is refused.
    .why = { $message ->
        [unknown] The identity provider knows the user and refuses every login.
       *[other] Message from the service: { $message }
    } A token that the user already has stays valid until it expires.
    .fix = Enable the user if it should be able to call.
cause-password-reset-required = The user's password must be reset.
    .why = Message from the service: { $message }
    .fix = Set a permanent password for the user.
cause-client-not-found = The app client does not exist in this user pool or region.
    .why = Message from the service: { $message }
    .fix = Check client_id and the user pool's region.
cause-oauth-client-invalid = The authorization server does not recognize the client or its secret.
    .why = Message from the service: { $message }
    .fix = { $provider ->
        [entra] { $kind ->
                [expired] Create a new client secret in the app registration (Certificates & secrets), and use its value.
                [public] Send no client secret: the application is registered as a public client.
               *[unknown] Check the application's id and the tenant, and use the secret's value, not its id.
            }
       *[unknown] Check client_id and client_secret, how the client sends them (in the body or as Basic), and whether this is the provider that knows the client.
    }
cause-oauth-grant-not-allowed = { $kind ->
        [denied] The authorization server denied access.
       *[unknown] The app client is not allowed to use this grant.
    }
    .why = { $kind ->
        [denied] The user declined, or a policy of the provider does not allow this user, client, API or grant. Message from the service: { $message }
       *[unknown] Message from the service: { $message }
    }
    .fix = { $provider ->
        [entra] { $kind ->
                [denied] Assign the user to the enterprise application, or change the Conditional Access policy that the sign-in log names.
               *[unknown] Enable the grant or response type in the app registration (Authentication), or use another grant.
            }
        [auth0] Authorize the application for the API (Applications, APIs, Machine to Machine Applications), and enable the grant type in its advanced settings.
        [okta] Assign the user or client to the app, enable the grant type in it, and add a rule for this client, grant and scope to the access policy of the authorization server.
        [keycloak] Enable the flow in the client's capability config: service accounts roles for client_credentials, direct access grants for a password.
       *[unknown] { $kind ->
                [denied] Log in again and agree. If that does not help, let an administrator of the provider allow the user, the client and the API.
               *[unknown] Allow the grant for the client at its provider. For client_credentials at Cognito, set AllowedOAuthFlows to client_credentials and AllowedOAuthFlowsUserPoolClient to true.
            }
    }
cause-oauth-scope-invalid = The app client is not allowed to request this scope.
    .why = Message from the service: { $message }
    .fix = { $kind ->
        [consent] Let an administrator consent to the scope for this application, or the user at the next login (prompt=consent).
       *[unknown] { $provider ->
                [entra] Request api://APPLICATION_ID/SCOPE as the app that exposes the API defines it; with client credentials, api://APPLICATION_ID/.default.
                [okta] Add the scope to the Okta authorization server and to a rule of its access policy, or request another.
                [auth0] Add the scope to the permissions of the API in Auth0, and grant it to the application, or request another.
                [keycloak] Add the client scope to the client (Clients, Client scopes), or request another.
               *[unknown] Allow the scope for the client at its provider (Cognito: AllowedOAuthScopes), or request another. A client without scopes of its own may request every scope that the metadata lists.
            }
    }
cause-user-not-found = { $user ->
        [unknown] The user pool has no such user.
       *[other] The user pool has no user { $user }.
    }
    .why = Cognito says so at a sign-in only if the app client's PreventUserExistenceErrors is off. Message from the service: { $message }
    .fix = Check the user name, the user pool and its region. Create the user if it should exist.
cause-client-secret-rotated = The client secret is not the current one: Secrets Manager rotates it.
    .why = The app client's secret is in Secrets Manager (ClientSecretArn), which replaces it every seven days unless set otherwise. Message from the service: { $message }
    .fix = Read the secret from Secrets Manager in each run instead of keeping a copy.
cause-client-token-flow-only = The app client can only use GetClientToken.
    .why = ALLOW_CLIENT_TOKEN_AUTH is its only flow. The one that was tried is { $flow }.
    .fix = Call GetClientToken with the client's id, secret and scopes, or use another app client: this flow cannot be combined with others.
cause-oauth-grant-invalid = { $kind ->
        [refresh] The refresh token is no longer valid.
        [code] The authorization code is no longer valid.
        [device] The device code is no longer valid.
        [subject] The token that was to be exchanged is not valid.
       *[unknown] The authorization code or refresh token is no longer valid.
    }
    .why = A code works once and for a few minutes, a refresh token until it expires, is revoked or replaced. Client, redirect_uri and code_verifier must be those of the login that issued it. Message from the service: { $message }
    .fix = { $kind ->
        [device] Start the login again, and enter the new code before it expires.
        [subject] Get a new token, and check that subject_token_type says what it is and that this client may exchange it.
       *[unknown] Log in again: delete the client's stored tokens first (Claude Code: /mcp, Clear authentication; mcp-remote: ~/.mcp-auth). If a first login fails so, let one process alone redeem the code, with the same redirect_uri and code_verifier. A provider that rotates refresh tokens accepts each of them once, so that one kept in a file or variable works for a single run.
    }
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
                [trust] Name the caller in the role's trust policy, and set external_id to the one that it asks for, if any.
               *[other] Name the caller in the role's trust policy, and set external_id to the one that it asks for, if any. If the role is in another account, also allow sts:AssumeRole on it in the caller's policy. STS gives the same answer for a role that does not exist.
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
                [unknown] { $role ->
                        [unknown] An MFA code is required, and it could not be asked for.
                       *[other] The role { $role } requires an MFA code, and there is no terminal to ask for it.
                    }
               *[other] The AWS profile { $profile } requires an MFA code, and there is no terminal to ask for it.
            }
    }
    .why = A role with mfa_serial needs a new code at each login.
    .fix = { $problem ->
        [wrong-code] Type a new code; each is valid once.
       *[other] Run the command in a terminal, or get session credentials with a code first (aws sts get-session-token, aws configure export-credentials, aws-vault) and use them instead of the profile; then remove profile from the environment file, or mfa_serial if the file itself has it.
    }
cause-aws-region-missing = No AWS region is configured.
    .why = The host to call depends on the region.
    .fix = Write region = "us-east-1" into the environment file, or set AWS_REGION.
cause-client-too-old = { $name ->
        [unknown] The client is too old for this service or operation, and sent nothing.
       *[other] The client does not know { $name }, and sent nothing.
    }
    .why = { $kind ->
        [boto3] boto3 has known AgentCore since 1.39.7 (July 2025), and its newer operations since later versions.
        [js] The package of AgentCore is not installed, or is older than this command.
        [terraform] The installed provider has no such resource or argument.
       *[unknown] SDKs and CLIs have known AgentCore since July 2025, and its newer operations since later versions.
    }
    .fix = { $kind ->
        [boto3] Upgrade boto3 where the code runs (pip install --upgrade boto3). A Lambda function has its runtime's older version until you package your own.
        [cli] Upgrade the AWS CLI to the latest version 2 (aws --version shows the one that runs). Version 1 has no commands that answer with a stream of events.
        [js] npm install @aws-sdk/client-bedrock-agentcore@latest
        [terraform] Raise the version of hashicorp/aws in required_providers, then terraform init -upgrade.
        [cdk] npm install aws-cdk-lib@latest, and the same version of every @aws-cdk alpha package.
        [java] Raise the version of the AWS SDK's BOM, and add its module bedrockagentcore.
        [go] go get -u github.com/aws/aws-sdk-go-v2/service/bedrockagentcore
        [dotnet] dotnet add package AWSSDK.BedrockAgentCore
        [rust] cargo add aws-sdk-bedrockagentcore
        [php] composer update aws/aws-sdk-php
        [ruby] bundle update aws-sdk-bedrockagentcore
       *[unknown] Upgrade the SDK or CLI where the code runs. With a bearer token, curl or any HTTP client is enough.
    }
cause-command-line-invalid = { $word ->
        [unknown] The command line is not valid, so nothing was sent.
       *[other] { $kind ->
                [not-installed] The program { $word } was not found, so nothing was sent.
               *[unknown] The command line is not valid because of { $word }, so nothing was sent.
            }
    }
    .why = { $kind ->
        [glob] The shell reads ?, * and [ in a word without quotes as a pattern of file names.
        [ampersand] The shell reads & in a word without quotes as the end of the command.
        [quote] A quotation mark is open, or ends before its text does.
        [continuation] A space after the \ at a line's end ends the command there.
        [alias] In Windows PowerShell, curl is another name for Invoke-WebRequest, which has other options.
        [url-blank] The URL is empty, or has a space, quotation mark or line break in it: often a variable that is not set.
        [braces] curl reads { "{" } and [ in a URL as a pattern.
        [json] The JSON lost its quotation marks in the shell.
        [base64] Version 2 of the AWS CLI expects the payload in base64.
        [option] The command has no such option.
        [binary-format] This option is of version 2 of the AWS CLI; version 1 takes the payload as it is.
        [outfile] The AWS CLI writes the answer to a file, which is the last word of the command.
        [argument] An argument that the command needs is missing.
        [file] The file that the command line names cannot be read.
        [not-installed] It is not installed, or not on the PATH of the shell or client.
        [setting] The client's configuration names no command or URL that it can use.
       *[unknown] The shell or the client refused it before any call.
    }
    .fix = { $kind ->
        [glob] Put the URL in single quotes: curl 'https://…?qualifier=DEFAULT'.
        [ampersand] Put the URL in quotes; in cmd, double ones.
        [quote] Put the whole value in single quotes ('…') in bash, zsh and PowerShell; in cmd, in double ones with \" inside. Replace curly quotation marks by straight ones.
        [continuation] Delete the space after the \, or write the command in one line.
        [alias] Write curl.exe instead of curl.
        [url-blank] Print the variable (printf '%s' "$URL" | od -c), set it, and remove spaces and line breaks around it.
        [braces] Add --globoff, or percent-encode these characters.
        [json] Put the JSON into a file and name that: --data @body.json for curl, --payload fileb://body.json for the AWS CLI.
        [base64] Add --cli-binary-format raw-in-base64-out, or give the payload as a file: fileb://body.json.
        [option] { $word ->
                [unknown] Remove the option, or correct its name.
               *[other] Remove { $word }, or correct its name.
            }
        [binary-format] Remove --cli-binary-format and its value, or install version 2.
        [outfile] Add a file for the answer as the last word, for example /dev/stdout.
        [argument] { $word ->
                [unknown] Add the missing argument.
               *[other] Add { $word } with its value.
            }
        [file] Correct the path, or run the command in the file's folder.
        [not-installed] { $word ->
                [unknown] Install the program, or open a new shell after its installation.
               *[other] Install { $word }, or open a new shell after its installation.
            }
        [setting] Correct the client's configuration: an MCP server needs either url or command.
       *[unknown] Correct the word that the message names, and put every URL and JSON text in quotes.
    }
cause-cors-blocked = { $status ->
        [unknown] The browser withheld the answer from the page because it has no CORS header.
       *[other] The browser withheld an answer with status { $status } from the page because it has no CORS header.
    }
    .why = { $kind ->
        [preflight] The browser first sends OPTIONS without a credential, and the answer to it does not allow the call.
        [opaque] The page sees neither the status nor the reason: CORS, a network fault and a wrong host look alike.
       *[unknown] Behind it is often a 401, 403 or 404, which come without CORS headers, so the page cannot see them.
    } The page is { $origin }.
    .fix = Send the same call with curl: it shows the answer, and the cause is in that. A page should call a server of its own, which calls AgentCore and keeps the token.
cause-answer-hidden = The client does not show the reason of the failure.
    .why = { $kind ->
        [taskgroup] The error is in the sub-exceptions, which this line does not print; most often it is a 401 or 403.
        [claude] claude.ai shows this for every login that did not give a usable token, and for every server that it cannot reach.
        [closed] The other process or connection ended; its own output has the reason.
        [status] The client shows the status but not the body, which has the reason.
        [mcp] Version 2 of the MCP SDK for Python says the same for 401, 403 and 424.
       *[unknown] The line wraps another error, which has the reason.
    } The reference is { $reference }.
    .fix = { $kind ->
        [taskgroup] Print the sub-exceptions: "except* Exception as group: traceback.print_exception(group)". With httpx, set logging.getLogger("httpx").setLevel("DEBUG").
        [claude] Add the server to Claude Code instead, which shows more (claude mcp add --transport http NAME URL; then /mcp); Anthropic's support needs the reference.
        [closed] Read the output of the server process (Claude Desktop: mcp-server-NAME.log; VS Code: MCP: List Servers, Show Output), or run its command in a terminal.
        [mcp] The log of its HTTP client has the status: logging.basicConfig(level="INFO").
        [status] Print the body: response.text in Python, await response.text() in JavaScript, --fail-with-body in curl.
       *[unknown] Print the whole error with its causes.
    } To see the raw answer, send the call once with agentcore-probe ask URL.
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
        [discovery-url] The discovery URL does not have the form that the control plane requires, or its document cannot be read.
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
cause-return-url-missing = The workload identity has no return URL for this outbound login.
    .why = The agent's login to another service on behalf of a user returns to a URL that must be registered with its workload identity. The authorizer of AgentCore is not concerned. Message from the service: { $message }
    .fix = Add the URL to allowedResourceOauth2ReturnUrls of the workload identity, and pass the same URL as resourceOauth2ReturnUrl.
show-answer = { $program ->
        [curl] curl shows all of it with -i (and the request with -v).
        [httpie] HTTPie shows all of it with --verbose.
        [wget] wget shows it with --server-response --content-on-error.
        [powershell] PowerShell 7 shows it with Invoke-WebRequest -SkipHttpErrorCheck … | Format-List StatusCode, Headers, Content.
        [python] In Python, print response.status_code, response.headers and response.text before raise_for_status().
        [aws] The AWS CLI shows it with --debug, boto3 with boto3.set_stream_logger("").
        [javascript] In JavaScript, print error.$response, or response.status and await response.text().
       *[browser] In the browser's network panel, choose “Copy as cURL” for the request, and run the line with -i.
    }
cause-unexplained = No known cause explains this answer.
    .why =
        { $status ->
            [unknown] None of the known causes fits.
           *[other] None of the known causes fits. The answer was { $status }.
        }
    .fix = { $lacks ->
        [answer] The text shows no answer. Add it: the status line, the headers and the body.
        [status] Add the answer's status line and headers: the body alone does not show who answered.
        [body] Add the answer's body: it names the reason.
       *[unknown] { $status ->
            [unknown] Show more of the exchange: the command, and the answer with its status line and headers (curl -i, or the client's debug log).
           *[other] Keep the exchange and contact AWS Support with the request id. Give read access to the control plane to check more.
        }
    }

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
not-tried-other-calls = other ways to call (streams by GET, tokens in the URL)
not-tried-entrances = entrances that the environment file does not name ({ $names })
not-tried-controls-after = controls after an accepted call (nothing was accepted at { $target })

## Causes of other judges and services
cause-answer-of-another-service = { $sender ->
        [unknown] The answer is from another service, not from a Runtime or Gateway.
       *[other] { $kind ->
            [host] The answer is from { $sender }, and nothing shows that AgentCore is behind it.
           *[unknown] The answer is from { $sender }, not from a Runtime or Gateway.
        }
    }
    .why = { $operation ->
        [unknown] This says nothing about the authorizer of a Runtime or Gateway.
       *[other] { $operation } is not a call of a Runtime or Gateway, so this says nothing about their authorizers.
    } Message from the service: { $message }
    .fix = { $kind ->
        [api-gateway] Look at the API itself: stage and path (a wrong one gets “Missing Authentication Token”), its authorizer, its resource policy, its usage plan and its time limit of 29 seconds. Then send the same call to AgentCore's own URL.
        [lambda-url] The function URL has an authorization of its own. Sign the call for the service lambda and allow lambda:InvokeFunctionUrl and lambda:InvokeFunction, or set its AuthType to NONE. AgentCore's own authorizer is asked only by the function.
        [cloudfront] Look at the distribution: its WAF, its geographic restriction, its origin and the allowed HTTP methods. Let Authorization through to the origin (an origin request policy), and send the same call to AgentCore's own URL.
        [waf] Look up the blocking rule in the web ACL's sampled requests, and exclude this path or caller from it. A program cannot answer a challenge or CAPTCHA.
        [alb] Look at the load balancer: its rules, its target group's health and its authentication action. Then send the same call to AgentCore's own URL.
        [provider] Correct what the identity provider's message names; AgentCore is called only after it has issued a token.
        [aws-api] Correct what the message names, for the caller of that API. In an agent's log it is the agent's own role that called it.
        [host] Check the URL. If it is a proxy or domain in front of AgentCore, print the answer's body and headers, or send the same call to AgentCore's own URL.
       *[unknown] Send the same call to AgentCore's own URL, and compare the answers.
    }
cause-target-path-wrong = The path after the target's name does not fit the target.
    .why = { $type ->
        [unknown] { $path } matches no route of the Gateway.
       *[other] { $path } matches no route for target { $target } of type { $type }.
    }
    .fix = { $wanted ->
        [unknown] Call /TARGET/invocations for a target of type Runtime. For a passthrough target, call /TARGET/ if its endpoint has a path already, else /TARGET/ with the path that the service behind it expects.
       *[other] Call { $wanted } of the Gateway.
    }
cause-target-of-another-runtime = The Gateway's target leads to another Runtime, which does not exist.
    .why = Target { $target } leads to { $described } instead of { $requested }.
    .fix = Correct the target's Runtime, or runtime_target in [gateway].
cause-registry-moved = The agent registry is no longer at this address.
    .why = The preview's address on bedrock-agentcore was to end on 2026-10-30.
    .fix = { $region ->
        [unknown] Call https://agent-registry.REGION.api.aws/registry/ID/mcp, sign for the service agent-registry, and allow agent-registry:InvokeRegistryMcp.
       *[other] Call https://agent-registry.{ $region }.api.aws/registry/ID/mcp, sign for the service agent-registry, and allow agent-registry:InvokeRegistryMcp.
    }
cause-resource-policy-denied = { $kind ->
        [not-allowed] The call was refused; the resource policy may be why.
       *[unknown] A resource-based policy refuses the caller.
    }
    .why = { $kind ->
        [denied] A Deny in a resource policy applies to every caller with a token: { $statement }.
        [not-allowed] The resource policy names IAM principals, and a caller with a token is not one. Only Principal "*" covers such callers.
       *[unknown] Message from the service: { $message }
    }
    .fix = { $action ->
        [unknown] Allow the action in the resource policy of the Runtime and of its endpoint, or of the Gateway, for this caller, and remove a Deny that matches it. From another account, the caller's own policy must allow it as well. For callers with a token, the principal must be "*".
       *[other] Allow { $action } in the resource policy of the Runtime and of its endpoint, or of the Gateway, for this caller, and remove a Deny that matches it. From another account, the caller's own policy must allow it as well. For callers with a token, the principal must be "*".
    }
cause-vpc-endpoint-policy = { $kind ->
        [bearer] The call was refused; the policy of the VPC endpoint may be why.
        [not-allowed] The call was refused; the policy of the VPC endpoint may be why.
       *[unknown] The policy of the VPC endpoint refuses the call.
    }
    .why = { $kind ->
        [denied] A Deny in the endpoint's policy applies to every caller with a token: { $statement }.
        [not-allowed] The call goes through a VPC endpoint whose policy names IAM principals, and a caller with a token is not one.
        [document] Anyone may read this document, so only the endpoint's policy can refuse it.
        [bearer] The call went through a VPC endpoint, and the answer names no reason. A policy that names IAM principals refuses every caller with a token.
       *[unknown] Message from the service: { $message }
    }
    .fix = { $action ->
        [unknown] Allow the action in the policy of the VPC endpoint. For callers with a token, the principal must be "*".
       *[other] Allow { $action } in the policy of the VPC endpoint. For callers with a token, and for public documents, the principal must be "*".
    }
cause-token-in-url = The token is in the URL, where it does not count as a credential.
    .why = { $parameter ->
        [unknown] { $sent ->
            [no] No parameter of the URL is read as a token. URLs are written to logs, so a token does not belong there.
           *[unknown] No parameter of the URL is read as a token. URLs are written to logs, so the token has leaked.
        }
       *[other] { $sent ->
            [no] The parameter { $parameter } is not read as a credential. URLs are written to logs, so a token does not belong there.
           *[unknown] The parameter { $parameter } is not read as a credential. URLs are written to logs, so the token has leaked.
        }
    }
    .fix = { $sent ->
        [no] Send it as Authorization: Bearer. A browser's WebSocket sends it as the subprotocol base64UrlBearerAuthorization.TOKEN, with the token in base64url, and base64UrlBearerAuthorization as a second subprotocol. If this URL was ever called, revoke the token, or let it expire.
       *[unknown] Send it as Authorization: Bearer. A browser's WebSocket sends it as the subprotocol base64UrlBearerAuthorization.TOKEN, with the token in base64url, and base64UrlBearerAuthorization as a second subprotocol. Revoke the token, or let it expire.
    }
cause-ws-not-served = Authorization succeeded, but the container does not serve the WebSocket.
    .why = Only a call that the authorizer accepted reaches the container. Message from the service: { $message }
    .fix = Serve /ws on port 8080 (with the SDK: @app.websocket), deploy again, and read the Runtime's log. Runtimes with protocol MCP or A2A have no WebSocket.
cause-ws-presigned-expired = The presigned URL was used after it had expired.
    .why = It is valid for { $seconds } s. It was used { $late } s too late.
    .fix = Create the URL immediately before connecting. AWS's SDK allows at most 300 s.
cause-ws-subprotocol-invalid = The subprotocol that carries the token does not have its form.
    .why = { $fault ->
        [token] None of the subprotocols is base64UrlBearerAuthorization.TOKEN.
        [encoding] The token in the subprotocol is not in base64url without padding.
        [length] The subprotocol with the token has more than 4096 characters.
        [sentinel] The second subprotocol, base64UrlBearerAuthorization, is missing.
        [other] Another subprotocol is offered as well, which the service does not support.
       *[unknown] The form is two subprotocols: the token in base64url after base64UrlBearerAuthorization and a dot, and that word alone.
    }
    .fix = In a browser: new WebSocket(url, ["base64UrlBearerAuthorization." + base64url(token), "base64UrlBearerAuthorization"]). Outside of a browser, send Authorization: Bearer.
cause-ws-limit-exceeded = The WebSocket was accepted, and later closed at a limit.
    .why = { $limit ->
        [size] Close code 1009: a frame was larger than 64 KB, or 32 KB by another page of the documentation.
        [rate] Close code 1008: more than 250 frames per second, or the connection's maximum time.
       *[unknown] The limits are 64 KB per frame, 250 frames per second and 60 minutes per connection.
    }
    .fix = Send frames of less than 32 KB, at most 250 per second, and reconnect with the same session id.
cause-shell-id-invalid = Authorization succeeded, but the shell id does not have its form.
    .why = { $shell ->
        [unknown] A shell id has 1 to 128 letters, digits, underscores and hyphens.
       *[other] The shell id is { $shell }; it may have 1 to 128 letters, digits, underscores and hyphens.
    }
    .fix = Send another shellId, or leave it out.
cause-shell-limit-reached = Authorization succeeded, but the Runtime has as many shells as it may.
    .why = A Runtime has at most 10 open shells. Message from the service: { $message }
    .fix = Close a shell, or connect to an open one by its shellId.
cause-shell-open = { $answer ->
    [101] This caller can open a shell in the agent.
   *[other] This caller can probably open a shell in the agent.
}
    .why = { $answer ->
        [format] The service looked at the shell id, which is impossible on purpose, and did not get that far for a caller without a valid credential. No shell was opened.
        [101] The service opened the WebSocket of a shell although its id is impossible. It was closed at once, and nothing was sent on it.
       *[other] The service answered { $answer }, which a caller without a valid credential does not get. No shell was opened.
    }
    .fix = { $credential ->
        [sigv4] Deny the caller bedrock-agentcore:InvokeAgentRuntimeCommandShell: whoever has it works in the agent's container, with the agent's files, network and role. Nothing else closes this entrance. If the permission is intended, say so under [expect] in the environment file.
       *[other] Deny bedrock-agentcore:InvokeAgentRuntimeCommandShell in a resource policy of the Runtime, or narrow the authorizer's rules, which are the same for all entrances: whoever passes them works in the agent's container, with the agent's files, network and role. If that is intended, say so under [expect] in the environment file.
    }
cause-ws-subprotocol-refused = The token was refused as a subprotocol, and the same token was accepted in a header.
    .why = Either the header Sec-WebSocket-Protocol did not arrive as it was sent, or the service does not read the token there.
    .fix = Look for a proxy or load balancer on the way that removes or rewrites Sec-WebSocket-Protocol. Until then browsers cannot use the token; a presigned URL needs no header where the Runtime takes signatures.
cause-session-port-not-allowed = The session's endpoint refused the call: it does not serve this port, or the caller lacks a permission.
    .why = { $port ->
        [unknown] The session's endpoint refused with AccessDenied. A wrong port and a missing permission look alike.
       *[other] The session's endpoint refused port { $port } with AccessDenied. A missing permission looks alike.
    }
    .fix = { $port ->
        [unknown] Add the port to allowedPorts of the Runtime (8000 to 12000, not 8443), start a new session, and allow bedrock-agentcore:InvokeAgentRuntimeProxy.
       *[other] Add { $port } to allowedPorts of the Runtime (8000 to 12000, not 8443), start a new session, and allow bedrock-agentcore:InvokeAgentRuntimeProxy.
    }
cause-session-refused = The session's endpoint refused the call.
    .why = It answered { $status } with an empty body, and the name of the header with its code is not documented. Code that was found: { $code }. Headers of the answer: { $headers }
    .fix = Allow the caller bedrock-agentcore:InvokeAgentRuntimeProxy on the Runtime, or send a token that its authorizer accepts, and call a port of allowedPorts.
cause-session-answer-unclear = It is not clear whether the session's endpoint or the application refused the call.
    .why = The { $status } has a body and no code of the service, whose own refusals are reported to be empty. The application may have answered, after the caller was let in.
    .fix = Look into the application's log for this call.
cause-command-missing = This caller can probably run commands in the agent.
    .why = { $status ->
        [400] The service asked for the command that the request left out on purpose; a caller without a valid credential does not get that far. No command was sent.
       *[other] The service answered a request without a command with { $status }. What that means is not documented, but the caller was let in. No command was sent.
    }
    .fix = { $credential ->
        [sigv4] Deny the caller bedrock-agentcore:InvokeAgentRuntimeCommand: whoever has it runs commands with the agent's files, network and role. Nothing switches this entrance off. If this is intended, say so under [expect] in the environment file.
       *[other] Whoever has a token that the authorizer accepts runs commands with the agent's files, network and role. Nothing switches this entrance off, and the authorizer's rules are the same for all entrances: deny bedrock-agentcore:InvokeAgentRuntimeCommand in a resource policy of the Runtime, or narrow the rules. If this is intended, say so under [expect] in the environment file.
    }
cause-command-not-served = The Runtime has no command entrance, or does not show it.
    .why = The service answered { $status }. Agents deployed before 2026-03-17 have no command entrance until they are deployed again; what they answer is not documented.
    .fix = Deploy the agent again and repeat the run, if you want to know who may run commands after the next deployment.
cause-content-checked-first = The service looks at the request before it looks at the caller, so this shows nothing about authorization.
    .why = The request is invalid on purpose, so that nothing runs. The service said so ({ $status }) to a caller without a valid credential, too.
    .fix = Find out from the policies who is allowed this action: a valid request would show it, and would run something.
cause-a2a-version-mismatch = Authorization succeeded, but the agent speaks another version of A2A.
    .why = { $sent ->
        [unknown] The agent does not know the method.
       *[other] The agent does not know { $method }, which is A2A { $sent }.
    } The agent card names A2A { $card }.
    .fix = { $other ->
        [new] Send SendMessage with the header A2A-Version: 1.0.
        [old] Send message/send, or let the agent accept 1.0.
       *[unknown] Read protocolVersion in the agent card. A2A 0.3 has the method message/send, A2A 1.0 has SendMessage with the header A2A-Version: 1.0.
    } Or correct the version in the agent card, which names { $card }.
cause-policy-denied = { $tool ->
        [unknown] The Gateway's policy engine refused the tool call.
       *[other] The Gateway's policy engine refused the call of { $tool }.
    }
    .why = { $kind ->
        [default] The authorizer accepted the caller. No policy permits this call, and ENFORCE refuses what none permits.
        [forbid] The authorizer accepted the caller. The policy { $policy } forbids this call.
       *[unknown] The authorizer accepted the caller. Reason of the policy engine: { $reason }
    }
    .fix = { $kind ->
        [default] Add a permit for this principal, this tool and this Gateway to the policy engine. The principal is AgentCore::OAuthUser with the token's sub as id; every claim is a tag. Or set the mode to LOG_ONLY while the policies are written.
        [forbid] { $policy ->
            [unknown] Change the condition of the forbid policy, or call with a token that it does not match.
           *[other] Change the condition of the policy { $policy }, or call with a token that it does not match. A permit cannot outweigh a forbid.
        }
       *[unknown] Read the policies of the engine: a permit is needed for this principal, this tool and this Gateway, and no forbid may match.
    }
cause-policy-evaluation-failed = The Gateway could not ask its policy engine.
    .why = { $step ->
        [unknown] This says nothing about the caller. The Gateway's role lacks the right to ask the engine, or the engine is not active.
       *[other] The evaluation failed for: { $step }. This says nothing about the caller. The Gateway's role lacks the right to ask the engine, or the engine is not active.
    }
    .fix = Allow bedrock-agentcore:AuthorizeAction, bedrock-agentcore:PartiallyAuthorizeActions and bedrock-agentcore:GetPolicyEngine in the Gateway's role, on the policy engine and the Gateway.
cause-policy-hides-tools = The call was accepted, but the policy engine hides tools.
    .why = { $listed ->
        [no] The list has no tool of a target. Under ENFORCE, the list has only what a policy permits.
        [unknown] Under ENFORCE, the list has only what a policy permits.
       *[other] The list has no tool of target { $target }; under ENFORCE, it has only what a policy permits.
    }
    .fix = If this caller should see them, add a permit for its principal and these tools to the policy engine. If not, nothing is wrong.
cause-policy-session-missing = A policy needs a session id, and the request has none.
    .why = Policies about time require the header x-amzn-bedrock-agentcore-policy-session-id. Message from the service: { $message }
    .fix = Send x-amzn-bedrock-agentcore-policy-session-id with every request: 1 to 128 characters that you choose, the same for one conversation. In an environment file, it is policy_session of [gateway].
cause-binding-with-passthrough = The Runtime accepts calls through its Gateway only, and this Gateway passes the caller's token on, so nobody gets in.
    .why = { $wanted ->
        [unknown] The Runtime requires the Gateway's own transaction token (allowedWorkloadConfiguration). A target with JWT_PASSTHROUGH sends the caller's token without it.
       *[other] The Runtime accepts { $wanted } only, with the Gateway's own transaction token. A target with JWT_PASSTHROUGH sends the caller's token without it.
    }
    .fix = { $target ->
        [unknown] Give the target another credential provider than JWT_PASSTHROUGH, and let allowedWorkloadConfiguration name this Gateway. Or remove allowedWorkloadConfiguration from the Runtime.
       *[other] Give the target { $target } another credential provider than JWT_PASSTHROUGH, and let allowedWorkloadConfiguration name this Gateway. Or remove allowedWorkloadConfiguration from the Runtime.
    }
cause-outbound-credential-refused = { $kind ->
        [role] The Gateway accepted the caller, but its own role may not invoke the Runtime.
        [token] The Gateway accepted the caller, but the Runtime refuses the token of the Gateway's credential provider.
        [mismatch] The Gateway accepted the caller, but calls the Runtime with another kind of credential than it takes.
       *[unknown] The Gateway accepted the caller, but the Runtime behind it refuses the Gateway's credential.
    }
    .why = Target { $target } calls with { $credential }. Message from the Runtime: { $message }
    .fix = { $kind ->
        [role] Allow bedrock-agentcore:InvokeAgentRuntime in the policy of the Gateway's role, on the ARN of the Runtime and of its endpoint.
        [token] Let the Runtime's authorizer allow the client of the credential provider (allowedClients, allowedAudience or allowedScopes), or correct the provider.
        [mismatch] Give the target a credential provider that fits the Runtime's authorizer: OAUTH or JWT_PASSTHROUGH for JWT, GATEWAY_IAM_ROLE or CALLER_IAM_CREDENTIALS for IAM.
       *[unknown] Compare the target's credential provider with the Runtime's authorizer.
    }
cause-service-behind-target = The service behind the Gateway's target answered with an error.
    .why = Target { $target } answered with HTTP { $status }. The answer has no mark of the Gateway's own, so who decided about the caller is not shown. Message: { $message }
    .fix = Look at the service behind the target: its own authorization, and the path and method in [gateway.passthrough]. Choose a request that it answers with 2xx.
cause-caller-credentials-not-forwarded = The Gateway accepted the caller, but the service behind it does not know the forwarded AWS credentials.
    .why = A target with CALLER_IAM_CREDENTIALS calls with the caller's identity. Seen in the China regions only. Message from the service: { $message }
    .fix = Call the Runtime directly with the same credentials: if that works, use GATEWAY_IAM_ROLE for the target, and allow bedrock-agentcore:InvokeAgentRuntime in the Gateway's role.
cause-domain-not-configured = The Gateway does not have the domain that the request chooses.
    .why = { $known ->
        [unknown] The header x-amzn-bedrock-agentcore-gateway-domain names { $domain }.
       *[other] The header x-amzn-bedrock-agentcore-gateway-domain names { $domain }; domainOverride has { $known }.
    }
    .fix = Leave the header out, or add the domain to alternateDomains in domainOverride of the Gateway.
cause-consent-required = The call was accepted; the user has to log in at the service behind the tool.
    .why = { $url ->
        [unknown] The answer asks the user to open an address and to consent.
       *[other] The answer asks the user to open { $url } and to consent.
    }
    .fix = Let the user open the address in data.elicitations of the error, then call the tool again. The MCP client must support URL elicitation.

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
material-arn-padded = White space is around it inside the quotes; in a URL it becomes a part of the ARN
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

extension-checks = The team's own checks
extension-problems = Problems
extension-none = none
extension-required = required
extension-optional = for information
extension-failed = { $name } failed: { $error }
extension-line = { $symbol } { $title } ({ $name }): { $problem }
extension-not-verified = A required check of the team found problems, so the exit code is 1.

## Index of environments
fleet-title = { $count ->
        [1] AgentCore access verification: 1 environment
       *[other] AgentCore access verification: { $count } environments
    }
fleet-verdict-attention = { $count ->
        [1] 1 of { $all } environments needs attention
       *[other] { $count } of { $all } environments need attention
    }
fleet-verdict-verified = { $all ->
        [1] The environment is verified
       *[other] All { $all } environments are verified
    }
fleet-state-error = Could not run
count-changed = { $count } changed
fleet-fact-runs = As of (UTC)
fleet-fact-made = Page made (UTC)
fleet-from-to = { $first } to { $last }
fleet-source-embedded = Embedded AgentCore, not AWS, in { $count ->
        [1] 1 environment
       *[other] { $count } environments
    }: { $names }
fleet-source-loopback = Another endpoint on this machine, not AWS, in { $count ->
        [1] 1 environment
       *[other] { $count } environments
    }: { $names }
fleet-source-proxied = Through a proxy that may have changed the answers, in { $count ->
        [1] 1 environment
       *[other] { $count } environments
    }: { $names }
fleet-source-recorded = Replayed from a record in { $count ->
        [1] 1 environment
       *[other] { $count } environments
    }: { $names }
fleet-and-more = { $names } and { $count } more
section-fleet-first-steps = What to do first
section-fleet-changes = Changed since the previous run
section-fleet-environments = Environments
fleet-step-error = Fix what stopped the run.
fleet-step-check = Fix what the team's checks found.
fleet-checks-failed = Required checks of the team failed: { $names }
fleet-step-environments = { $count ->
        [1] 1 environment:
       *[other] { $count } environments:
    }
fleet-step-more = { $count } more environments
fleet-steps-more = { $count } more things to do
fleet-change-times = { $after } UTC (before: { $before })
fleet-change-ways = { $count ->
        [1] 1 access method
       *[other] { $count } access methods
    }
fleet-changes-more = { $count } more environments
fleet-changes-none = { $count ->
        [0] No environment has an earlier run to compare with.
        [1] Nothing has changed in the one environment, of { $all }, that could run and has an earlier run to compare with.
       *[other] Nothing has changed in the { $count } environments, of { $all }, that could run and have an earlier run to compare with.
    }
fleet-column-time = As of
fleet-entrances = further entrances
fleet-callers = further callers
fleet-no-account = Account and region not known
fleet-no-page = no page
fleet-changed = changed
fleet-since = since { $day }, { $count } runs
fleet-last-run = last run { $time }
fleet-rest = { $count ->
        [1] 1 verified environment without a change
       *[other] { $count } verified environments without a change
    }
fleet-digest = Digest of fleet.json (SHA-256)
fleet-utc = Times are in UTC.

## History
history-title = History
history-none = No earlier runs.
history-runs = { $runs ->
    [one] One run.
   *[other] { $runs } runs.
}
history-runs-since = { $runs ->
    [one] One run, of { $first } UTC.
   *[other] { $runs } runs since { $first } UTC.
}
history-verdict = { $runs ->
    [one] { $verdict } in the newest.
   *[other] { $verdict } in the newest { $runs }.
}
history-verdict-since = { $runs ->
    [one] { $verdict } since { $since }, in one run.
   *[other] { $verdict } since { $since }, in { $runs } runs.
}
history-flapping = Flapping, with three changes or more in the last { $window } runs: { $rows }.
history-no-flapping = No row changed three times or more in the last { $window } runs.
history-latency = Latency of the last { $runs ->
    [one] run
   *[other] { $runs } runs
}: { $lowest } to { $highest } ms
column-since = Since
column-runs = Runs
column-p50 = p50 (ms)
column-p95 = p95 (ms)
column-latency = Latency
column-changes = Changes

## Comparison of environments
compared-title = { $one } and { $other } compared
compared-with = Compared with { $other }
compared-run = { $environment }: { $verdict } (run of { $started })
compared-run-undated = { $environment }: { $verdict }
compared-only = { $environment } was tested with { $method } only; rows that the other run alone has are not compared.
compared-versions = The runs were made by different versions: { $one } ({ $first }) and { $other } ({ $second }).
compared-sources = The answers do not come from the same kind of service: { $one } was { $first }, { $other } was { $second }.
compared-source-aws = answered by AWS
compared-source-embedded = answered by the embedded AgentCore
compared-source-loopback = answered by another endpoint on this machine
compared-source-proxied = reached through a proxy
compared-source-recorded = replayed from a record
compared-equal-verified = Both are verified, and no result differs.
compared-equal = No result differs.
compared-verdict-only = The verdicts differ, but no result of a row or of the configuration does.
compared-nothing = Not explained by what was recorded
compared-basis-decides = Judged again with the value of the other environment, the rules give the other environment's result.
compared-basis-named = The cause is about this, and it differs. Whether it is all that matters was not recorded.
compared-basis-nothing = None of the recorded facts that differ explains these results.
compared-follows = Follows from this: { $methods }.
compared-configuration = error in the configuration
compared-expectation = expectation not met or out of date
compared-absent = not there
compared-row = { $result }, { $outcome }
compared-row-cause = { $result } ({ $cause }), { $outcome }
compared-cause = { $environment }, { $cause }: { $text }
compared-others = { $count ->
    [one] 1 further difference explains no result.
   *[other] { $count } further differences explain no result.
}
compared-column-fact = What differs
compared-fact = { $place }: { $name }
compared-place-runtime = Runtime
compared-place-gateway = Gateway
compared-place-harness = Harness
compared-place-registry = Registry
compared-place-issuer = Issuer
compared-place-issuer-runtime = The Runtime's issuer
compared-place-issuer-gateway = The Gateway's issuer
compared-place-issuer-harness = The harness's issuer
compared-place-issuer-registry = The registry's issuer
compared-place-client = App client
compared-place-token = Token
compared-place-token-of = Token of { $caller }
compared-place-policy = Resource policy
compared-place-file = Environment file
compared-place-run = Run
compared-name-authorizer = authorizer type
compared-name-read = configuration
compared-name-issuer-read = discovery document
compared-name-endpoint = the endpoint that is called
compared-name-otherEndpoints = other endpoints
compared-name-targets = targets
compared-name-status = status
compared-name-issuer = issuer in the discovery document
compared-name-keys = signing keys
compared-name-hasSecret = secret
compared-name-validity = validity
compared-name-form = form
compared-name-tools = tools listed
compared-name-clock = the service's clock
compared-name-caller = AWS principal
compared-name-policy-endpoint = endpoint
compared-name-awsLogin = AWS login
compared-name-aws = the aws command
compared-value-unset = not set
compared-value-set = set
compared-value-read = read
compared-value-only = only here: { $text }
compared-value-nothing = nothing else
compared-value-matches = matches the token's { $claim }
compared-value-fails = does not match the token's { $claim } ({ $found })
compared-value-fails-absent = the token has no { $claim }
compared-validity-valid = valid
compared-validity-expired = expired
compared-validity-near-expiry = about to expire
compared-validity-early = not yet valid

### The documents by which MCP clients find a login (…-oauth-metadata)

entrance-runtime-oauth-metadata = Runtime metadata
entrance-gateway-oauth-metadata = Gateway metadata
method-runtime-oauth-metadata = Runtime OAuth metadata
method-gateway-oauth-metadata = Gateway OAuth metadata
way-metadata = documents
decision-served = served
decision-not-read = not read
decision-faulty = faulty
result-faulty = { $result }, with a fault
reason-no-login-by-authorizer = MCP clients log in only where the authorizer checks JWTs; this one names no login.
reason-issuer-not-readable = The documents of the authorization server cannot be read from here, so this run does not show whether clients find the login. Repeat it where the clients are.
step-challenge = call without a credential
step-server-metadata = authorization server metadata
fine-documents = The documents are served, and name a login.
plan-url-of-origin-of-issuer = <address of the issuer>
plan-url-of-origin-of-gateway = <address of the Gateway>
plan-url-of-origin-of-session = <session endpoint>

# The login of MCP clients: steps, forecasts, sides and ways (judge/login_chain)
step-name-challenge = Call without a credential
step-name-resource-metadata = Metadata of the MCP server
step-name-server-metadata = Metadata of the authorization server
step-name-server-capabilities = Capabilities of the authorization server
step-name-client-identity = Client id
step-name-authorization = Login in the browser
step-name-token = Exchange of the code for a token
step-name-call = Call with the token
side-target = Gateway or Runtime
side-provider = identity provider
side-client = client
login-way-automatic = with the URL only
login-way-typed-id = with a preconfigured client id
login-step-challenge-names-metadata = The answer is a 401, and { $metadata } is the address of the metadata that it names.
login-step-resource-metadata-found = In the metadata, { $resource } is the resource and { $issuer } the authorization server.
login-step-server-metadata-found = { $url } has the metadata.
login-step-capabilities-complete = The metadata lists what clients need, also PKCE with S256.
login-step-identity-available = A client can get an id by itself, and can use the app client.
login-step-authorization-possible = Nothing that was read prevents a login; { $url } is the address of the login page.{ $iss ->
    [announced] {" "}The server announces iss (RFC 9207), so clients refuse a redirect without it.
   *[other] {""}
}
login-step-token-endpoint-listed = { $url } is the token endpoint.
login-step-rules-can-match = A token of the provider can meet the rules of the authorizer.
login-step-client-used = The login of this record had the id { $client }.
login-step-logged-in = A person logged in at { $url }, and the browser came back with a code.
login-step-token-issued = { $url } issued a token for the code.
login-step-call-accepted = The target accepted the token of this login.
login-step-no-login-needed = The target takes calls without a credential, so no client logs in.
login-step-challenge-without-metadata = The answer is a 401 without the URL of the metadata, so clients look at the well-known addresses.
login-step-metadata-url-relative = The challenge names { $metadata }, which is not an absolute URL. Some clients end the login there.
login-step-metadata-elsewhere = The address in the challenge has no metadata, but a well-known one has. Some clients read the first only.
login-step-server-metadata-openid-only = Some of the addresses at which clients look have no metadata. Clients of revision 2025-06-18 of the MCP specification read /.well-known/oauth-authorization-server only.
login-step-after-fallback = Clients that have found no metadata fall back to an address of the same host here, and stop.
login-step-not-reached = It cannot be judged, because an earlier step decides.
login-step-bearer-on-iam = The target requires IAM signatures (SigV4) and has no login.
login-step-authorizer-unread = The rules of the authorizer are not known.
login-step-challenge-unread = The call without a credential got no answer.
login-step-challenge-status = The answer is { $status } instead of 401, and only a 401 begins a login for most clients.
login-step-metadata-url-insecure = { $url } is not https, so it was not read.
login-step-resource-metadata-malformed = { $url } answers 200, but is not usable metadata of the MCP server (RFC 9728). Missing or wrong: { $members }.
login-step-resource-metadata-unread = { $url } could not be read from here.
login-step-oauth-metadata-missing = No address has metadata that names an authorization server (RFC 9728).
login-step-challenge-header-renamed = API Gateway has renamed WWW-Authenticate, so no client sees where the metadata is.
login-step-resource-mismatch = In the metadata, resource is { $found }, but { $expected } is called.
login-step-server-metadata-unread = { $url } could not be read from here.
login-step-authorization-server-metadata-missing = No address has metadata of the authorization server. The last one, { $url }, answers { $status }.
login-step-server-metadata-malformed = { $url } is not complete metadata of an authorization server. Missing or wrong: { $members }.
login-step-metadata-issuer-mismatch = The metadata names the issuer { $found }, but { $expected } was asked for.
login-step-response-type-unsupported = response_types_supported lacks code: { $types }. Some clients refuse that.
login-step-pkce-not-advertised = { $methods ->
        [none] The metadata has no code_challenge_methods_supported. Some clients refuse that, although PKCE may work.
       *[other] code_challenge_methods_supported lacks S256: { $methods }. Most clients refuse that.
    }
login-step-client-registration-unsupported = The authorization server offers neither registration (DCR) nor client metadata documents (CIMD): each client needs a preconfigured client id.
login-step-registration-documents-only = The authorization server takes client metadata documents (CIMD), but registers no clients (DCR): a client without such a document needs a preconfigured client id.
login-step-client-registration-refused = The registration endpoint is listed, but refuses clients without a token.
login-step-registration-policy-unknown = The registration endpoint is listed; whether it lets every client register is not known.
login-step-client-id-missing = The environment names no app client whose id could be typed in.
login-step-app-client-unread = The settings of the app client { $client } could not be read.
login-step-oauth-grant-not-allowed = The app client { $client } does not allow the authorization code grant.
login-step-redirect-uri-mismatch = { $listed ->
        [none] The app client lists no redirect URI.
       *[other] The app client lists redirect URIs ({ $listed }), but not those of some clients.
    }
login-step-cimd-url-not-allowed = Some clients have the URL of their metadata document as an id, such as { $client }, and no policy of the user pool allows that.
login-step-oauth-scope-invalid = Clients ask for { $scopes }, which the provider does not let them request. Allowed: { $allowed }.
login-step-scopes-unknown = Clients ask for the scopes { $scopes }; whether the provider lets them have these is not known.
login-step-resource-parameter-rejected = Clients send { $resource } as resource (RFC 8707), which the provider refuses because it is not registered there.
login-step-resource-parameter-unknown = Clients send { $resource } as resource (RFC 8707); whether the provider takes it is not known.
login-step-token-endpoint-insecure = The token endpoint { $url } has no TLS.
login-step-protocol-not-mcp = The agent of the Runtime speaks { $protocol }, not MCP.
login-step-issuer-mismatch = Clients log in at { $found }, but the authorizer trusts { $wanted }.
login-step-workload-binding = The authorizer accepts calls of { $wanted } only.
login-step-client-claim-missing = allowedClients compares client_id, which access tokens of this provider do not have.
login-step-client-not-allowed = allowedClients lacks { $client }. It has { $allowed }.
login-step-registered-client-not-allowed = Each client that registers itself gets another id, which allowedClients cannot have.
login-step-audience-not-allowed = allowedAudience requires { $wanted }, which this provider does not write into the tokens that clients get.
login-step-audience-unknown = allowedAudience requires { $wanted }; whether the tokens that clients get have it is not known.
login-step-scope-missing = allowedScopes requires one of { $wanted }, but clients ask for { $asked }.
login-step-scope-unknown = allowedScopes requires one of { $wanted }; which scopes the tokens have is not known.
login-step-custom-claim-unknown = A rule requires the claim { $claim }; whether the tokens that clients get meet it is not known.
forecast-connects = Nothing that was read prevents it.
forecast-no-login-needed = The target takes calls without a credential: it needs no login.
forecast-signs-calls = It signs its calls (SigV4), which the target takes if IAM allows its caller.
forecast-warning-s256-not-listed = The metadata lists methods of PKCE without S256. If that is true, the login fails there.
forecast-warning-redirect-port = The client must use the port that the app client lists.
forecast-warning-document-fetched = The provider must be able to read the client's metadata document on the internet.
forecast-warning-client-secret = The app client has a secret, which the client needs, too.
forecast-warning-policies = A policy engine or an interceptor decides about each tool, too.
forecast-warning-may-stop-earlier = It may stop earlier: the result of an earlier step is not established.
forecast-bearer-on-iam = The target requires IAM signatures (SigV4), which this client does not send.
forecast-fix-bearer-on-iam = Let the client call through mcp-proxy-for-aws, which signs its calls, or give the target a JWT authorizer.
forecast-sigv4-on-jwt = It signs its calls (SigV4), but the target accepts bearer tokens only.
forecast-fix-sigv4-on-jwt = Use a client that logs in, without the signing proxy.
forecast-authorizer-unread = The rules of the authorizer could not be read, so it is not known whether it accepts the token.
forecast-fix-authorizer-unread = Let the run read the target: docs/permissions.md lists the permission.
forecast-challenge-unread = The call without a credential got no answer, so nothing can be foreseen.
forecast-fix-challenge-unread = Let the target be called from this machine, and run again.
forecast-challenge-status = The first answer is { $status }, which does not make this client log in.
forecast-fix-challenge-status = Let a call without a credential be answered with 401 and WWW-Authenticate, as AgentCore does; look for a proxy, a firewall or a policy that answers instead.
forecast-start-unknown = The first answer is { $status }; whether this client then logs in is not established.
forecast-fix-start-unknown = Let a call without a credential be answered with 401.
forecast-lookup-unknown = Where this client looks for the metadata of the MCP server is not established.
forecast-fix-lookup-unknown = Try it with this client, and paste its message into `agentcore-probe explain`.
forecast-relative-url-unknown = The challenge names { $metadata }, which is not an absolute URL; what this client makes of it is not established.
forecast-fix-relative-url-unknown = Let resource_metadata of WWW-Authenticate be an absolute URL.
forecast-resource-metadata-unread = { $url } could not be read from here, so it is not known where this client logs in.
forecast-fix-resource-metadata-unread = Run again where the address can be read, with a limit of requests that is high enough.
forecast-metadata-url-insecure = { $url } is not https, so it was not read; whether this client reads it is not known.
forecast-fix-metadata-url-insecure = Let the metadata be named and served with https.
forecast-resource-metadata-malformed = It finds no usable metadata of the MCP server: { $url } answers 200, but these members are missing or wrong: { $members }.
forecast-fix-resource-metadata-malformed = Serve the metadata as AgentCore does, with resource and authorization_servers (absolute URLs); look for a proxy that answers or changes it.
forecast-redirect-unknown = { $url } redirects; whether this client follows is not established, or where the redirect leads was not read.
forecast-fix-redirect-unknown = Serve the document at this address itself.
forecast-oauth-metadata-missing = { $fallback ->
        [metadata] It finds no metadata of the MCP server, looks for that of an authorization server at the same host, and stops because that has none.
        [register] It finds no metadata of the MCP server, falls back to /register of the same host, which AgentCore does not have, and stops there.
        [authorize] It finds no metadata of the MCP server, falls back to /authorize of the same host, which AgentCore does not have, and stops there.
       *[none] { $metadata ->
                [none] It finds no metadata of the MCP server, so it does not know where to log in.
               *[other] The challenge names { $metadata }, which is not an absolute URL, and this client then ends the login.
            }
    }
forecast-fix-oauth-metadata-missing = Let the 401 name an absolute URL in resource_metadata that answers 200, and let every proxy in between pass on both.
forecast-challenge-header-renamed = API Gateway has renamed WWW-Authenticate, and this client finds no metadata at the well-known addresses either. { $fallback ->
        [metadata] It looks for the metadata of an authorization server at the same host, and stops because that has none.
        [register] It falls back to /register of the same host, which AgentCore does not have, and stops there.
        [authorize] It falls back to /authorize of the same host, which AgentCore does not have, and stops there.
       *[none] It does not know where to log in.
    }
forecast-fix-challenge-header-renamed = Call the target's own URL, or set WWW-Authenticate again in front of API Gateway.
forecast-resource-metadata-not-read = It follows revision 2025-03-26 of the MCP specification: it takes the host of the target as the authorization server, which AgentCore is not.
forecast-fix-resource-metadata-not-read = Use a version of the client that reads the protected-resource metadata (RFC 9728).
forecast-resource-error-unknown = An address of the metadata answers { $status }; what this client makes of it is not established.
forecast-fix-resource-error-unknown = Find out why the target answers { $status } there, and run again.
forecast-resource-mismatch = In the metadata, resource is { $found }, but { $expected } is called: this client refuses that.
forecast-fix-resource-mismatch = Give the client { $found } as its URL. To call another domain, set it on the Gateway (domainOverride).
forecast-resource-check-unknown = In the metadata, resource is { $found }, but { $expected } is called; whether this client refuses that is not established.
forecast-fix-resource-check-unknown = Give the client { $found } as its URL.
forecast-server-metadata-unread = { $url } could not be read from here; the client may be able to.
forecast-fix-server-metadata-unread = Run again where the identity provider can be reached.
forecast-revision-unknown = Only some of the addresses have metadata of the authorization server; at which this client looks is not established.
forecast-fix-revision-unknown = Try it with this client, and paste its message into `agentcore-probe explain`.
forecast-authorization-server-metadata-missing = It finds no metadata of the authorization server: { $url } answers { $status }.{ $fallback ->
        [register] {" "}It falls back to /register of that host, and stops there.
        [authorize] {" "}It falls back to /authorize of that host, and stops there.
       *[none] {""}
    }
forecast-fix-authorization-server-metadata-missing = The issuer that the target names must serve /.well-known/openid-configuration or /.well-known/oauth-authorization-server. A client that asks for the second only needs a provider that serves it.
forecast-server-error-unknown = { $url } answers { $status }; what this client makes of it is not established.
forecast-fix-server-error-unknown = Find out why the identity provider answers { $status } there, and run again.
forecast-server-metadata-malformed = It refuses { $url }, which is not complete metadata of an authorization server. Missing or wrong: { $members }.
forecast-fix-server-metadata-malformed = Let the provider list these members; Cognito lists the endpoints only if the user pool has a domain.
forecast-malformed-unknown = { $url } is not complete metadata of an authorization server (missing or wrong: { $members }); what this client makes of it is not established.
forecast-fix-malformed-unknown = Let the provider list these members; Cognito lists the endpoints only if the user pool has a domain.
forecast-metadata-issuer-mismatch = The metadata names the issuer { $found }, but { $expected } was asked for: this client compares both character by character.
forecast-fix-metadata-issuer-mismatch = Set the discovery URL of the authorizer to { $discovery }, if that is the provider's. If only a slash at the end differs, use a client that ignores it, such as the TypeScript SDK or mcp-remote.
forecast-issuer-check-unknown = The metadata names the issuer { $found }, but { $expected } was asked for; whether this client refuses that is not established.
forecast-fix-issuer-check-unknown = Set the discovery URL of the authorizer to { $discovery }, if that is the provider's. If only a slash at the end differs, use a client that ignores it, such as the TypeScript SDK or mcp-remote.
forecast-response-type-unsupported = It refuses an authorization server whose response_types_supported lacks code: { $types }.
forecast-fix-response-type-unsupported = Let the provider list code in response_types_supported.
forecast-response-type-check-unknown = response_types_supported lacks code ({ $types }); whether this client refuses that is not established.
forecast-fix-response-type-check-unknown = Let the provider list code in response_types_supported.
forecast-pkce-not-advertised = { $methods ->
        [none] It refuses metadata without code_challenge_methods_supported, although the provider may support PKCE.
       *[other] It refuses metadata whose code_challenge_methods_supported lacks S256: { $methods }.
    }
forecast-fix-pkce-not-advertised = Let the provider list S256; where that cannot be set (Cognito, Entra), use a client that accepts metadata without the list, or an OAuth proxy that adds it.
forecast-pkce-check-unknown = { $methods ->
        [none] The metadata has no code_challenge_methods_supported; whether this client refuses that is not established.
       *[other] code_challenge_methods_supported lacks S256 ({ $methods }); whether this client refuses that is not established.
    }
forecast-fix-pkce-check-unknown = Let the provider list S256, if that can be set. Else try it with this client, and paste its message into `agentcore-probe explain`.
forecast-registration-unknown = How this client gets an id without being given one is not established.
forecast-fix-registration-unknown = Give it the id of an app client, if it takes one.
forecast-client-registration-unsupported = { $tried ->
        [none] It has no client id, and the authorization server offers no way to get one that this client uses.
       *[other] It has no client id, and the authorization server offers no way to get one that this client uses; it then tries { $tried }, which does not exist at AgentCore.
    }
forecast-fix-client-registration-unsupported = Create an app client with the client's redirect URI, and give its id to the client; if the authorizer has allowedClients, add its id there. Or let the provider register clients.
forecast-client-registration-refused = It registers itself, and the provider refuses that without a token, which this client does not have.
forecast-fix-client-registration-refused = Give the client the id of an app client; if the authorizer has allowedClients, add its id there. Or let the provider register clients without a token.
forecast-registration-policy-unknown = It registers itself; whether the provider allows that was not tried, because it would create a client.
forecast-fix-registration-policy-unknown = Look at the provider's policy for client registration, or give the client an id.
forecast-typed-id-unknown = Whether this client can be given an id is not established.
forecast-fix-typed-id-unknown = Look into the settings of the client.
forecast-client-id-missing = The environment names no app client, so its settings cannot be compared with what this client needs.
forecast-fix-client-id-missing = Set client_id in [identity] to the id that people type in.
forecast-app-client-unread = The settings of the app client { $client } could not be read: whether it lists the redirect URI and the scopes of this client is not known.
forecast-fix-app-client-unread = Compare its redirect URIs and scopes with those of this client by hand; at Cognito, allow cognito-idp:DescribeUserPoolClient.
forecast-oauth-grant-not-allowed = The app client { $client } does not allow the authorization code grant, by which this client logs in.
forecast-fix-oauth-grant-not-allowed = Allow the grant for the app client (Cognito: AllowedOAuthFlows code, AllowedOAuthFlowsUserPoolClient), or create another one for it.
forecast-redirect-uri-mismatch = { $listed ->
        [none] The app client lists no redirect URI, and this client needs { $redirect } there.
       *[other] The app client lists redirect URIs ({ $listed }), but none of this client ({ $redirect }).
    }
forecast-fix-redirect-uri-mismatch = { $port ->
        [varies] Add { $redirect } to the app client (Cognito: CallbackURLs), with the port that the client takes.
       *[fixed] Add { $redirect } to the app client (Cognito: CallbackURLs).
    }
forecast-redirect-uri-unknown = The redirect URI of this client is not established.
forecast-fix-redirect-uri-unknown = Start a login, take redirect_uri from the address of the login page, and add it to the app client.
forecast-cimd-url-not-allowed = Its id is the URL { $client }, which no policy of the user pool allows.
forecast-fix-cimd-url-not-allowed = Create a CIMD policy of the user pool whose URLPatterns match it, or give the client the id of an app client.
forecast-cimd-policy-unknown = Its id is the URL { $client }; whether a policy of the user pool allows that could not be read.
forecast-fix-cimd-policy-unknown = Allow cognito-idp:ListCIMDPolicies and DescribeCIMDPolicy, and run again.
forecast-oauth-scope-invalid = { $id ->
        [registered] A client that registers itself may not request { $scopes }.
       *[typed] The app client may not request { $scopes }.
    } Allowed: { $allowed }.
forecast-fix-oauth-scope-invalid = { $id ->
        [registered] Allow { $scopes } for clients that register themselves (Cognito: AllowedScopes of DcrConfiguration), or give the client the id of an app client that may request it.
       *[typed] Allow { $scopes } for the app client (Cognito: AllowedOAuthScopes).
    }
forecast-scopes-unknown = It asks for the scopes { $scopes }; whether the provider lets it have these is not known.
forecast-fix-scopes-unknown = Compare them with what the provider allows for the client.
forecast-scope-source-unknown = Which scopes this client asks for is not established.
forecast-fix-scope-source-unknown = Start a login and read scope in the address of the login page; the app client must allow each of them.
forecast-resource-parameter-rejected = It sends { $resource } as resource (RFC 8707), which the provider refuses because it is not registered there.
forecast-fix-resource-parameter-rejected = Let the client send no resource (mcp-remote: --disable-resource-parameter), or set a domain of your own on the Gateway (domainOverride) and register its URL at the provider.
forecast-resource-parameter-unknown = Whether the provider takes { $resource } as resource (RFC 8707) is not known.
forecast-fix-resource-parameter-unknown = Register it at the provider as an API, where the provider asks for that. Else try it with this client, and paste its message into `agentcore-probe explain`.
forecast-token-endpoint-insecure = The token endpoint { $url } has no TLS, which some clients refuse.
forecast-fix-token-endpoint-insecure = Serve the token endpoint with https.
forecast-protocol-not-mcp = It is let in, but the agent of the Runtime speaks { $protocol }, not MCP.
forecast-fix-protocol-not-mcp = Give the client a Runtime whose protocol is MCP, or a Gateway.
forecast-issuer-mismatch = It logs in at { $found }, but the authorizer trusts { $wanted }.
forecast-fix-issuer-mismatch = Let the target name the issuer that its authorizer trusts.
forecast-workload-binding = The authorizer accepts calls of { $wanted } only, not those of clients.
forecast-fix-workload-binding = Give the client the URL of the Gateway in front of it.
forecast-client-claim-missing = allowedClients compares client_id, which access tokens of this provider do not have.
forecast-fix-client-claim-missing = Replace allowedClients with allowedAudience, or with a rule on the claim that names the client.
forecast-client-not-allowed = allowedClients lacks the id of this client, { $client }. It has { $allowed }.
forecast-fix-client-not-allowed = Add the id to allowedClients, or give the client one that is in it.
forecast-registered-client-not-allowed = It registers itself and gets a new id, which allowedClients does not have. It has { $allowed }.
forecast-fix-registered-client-not-allowed = Give the client an id of allowedClients, or replace that rule with allowedScopes or allowedAudience.
forecast-cimd-token-client-unknown = Whether client_id of its token is the URL { $client } or the app client of the policy is not documented, and allowedClients has only { $allowed }.
forecast-fix-cimd-token-client-unknown = Log in once and decode the token, or allow both in allowedClients.
forecast-audience-not-allowed = { $found ->
        [none] allowedAudience requires { $wanted }, but the token has no aud.
       *[other] allowedAudience requires { $wanted }, but aud of the token is { $found }.
    }
forecast-fix-audience-not-allowed = Replace allowedAudience with allowedClients or allowedScopes, or add what the tokens have.
forecast-audience-unknown = allowedAudience requires { $wanted }; whether the token has it is not known.
forecast-fix-audience-unknown = Log in once and look at aud of the token.
forecast-scope-missing = allowedScopes requires one of { $wanted }, but it asks for { $asked }.
forecast-fix-scope-missing = Let the challenge or the metadata of the target name a required scope, or set it in the client.
forecast-scope-unknown = allowedScopes requires one of { $wanted }; which scopes the token has is not known.
forecast-fix-scope-unknown = Log in once and look at the scopes of the token.
forecast-custom-claim-unknown = A rule requires the claim { $claim }; whether the token meets it is not known.
forecast-fix-custom-claim-unknown = Log in once and compare the claim with customClaims.
forecast-fix-client-registration-unsupported-cognito = Create an app client with the client's redirect URI, and give its id to the client; if the authorizer has allowedClients, add its id there. Or turn on registration for the user pool (DcrConfiguration: EnableStatus, OpenDcrEnabled), which needs a domain.
forecast-fix-client-registration-unsupported-entra = Create an app registration with the client's redirect URI, and give its id to the client: Entra registers no clients.
forecast-fix-client-registration-refused-cognito = Set OpenDcrEnabled in DcrConfiguration of the user pool. Or give the client the id of an app client; if the authorizer has allowedClients, add its id there.
forecast-fix-client-registration-refused-okta = Create an app in Okta and give its id to the client: registration needs an API token there.
forecast-fix-registration-policy-unknown-cognito = Let the run read the user pool (cognito-idp:DescribeUserPool), or look at OpenDcrEnabled in its DcrConfiguration.
forecast-fix-registration-policy-unknown-keycloak = Look at the realm's policies (Clients, Client registration, Anonymous access policies), or give the client an id.
forecast-fix-registration-policy-unknown-auth0 = Look at Dynamic Client Registration in the tenant's settings, or give the client an id.
forecast-fix-resource-parameter-rejected-entra = Entra takes only an Application ID URI of a domain that the tenant owns. Set a domain of your own on the Gateway (domainOverride) and its URL as Application ID URI, or use a client that can omit resource (mcp-remote: --disable-resource-parameter).
forecast-fix-resource-parameter-unknown-auth0 = Create an API in Auth0 whose identifier is exactly this URL, and turn on the tenant's Resource Parameter Compatibility Profile.
forecast-fix-audience-not-allowed-cognito = Replace allowedAudience with allowedClients or allowedScopes: Cognito writes no aud into access tokens, unless a trigger does.

# The login of MCP clients: further cautions
forecast-warning-s256-earlier = Earlier versions of this client refuse metadata without code_challenge_methods_supported. Use the version of docs/clients.md or a later one.
