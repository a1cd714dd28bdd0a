"""The words that a shared text may contain. Any other word may be a name and is omitted.

They are the words of the services' own sentences, of the protocols, and of this package's descriptions of them.
"""

from __future__ import annotations

from agentcore_probe.model.record import OMITTED
from agentcore_probe.regex import regex

_TOKEN = regex(r"%[0-9A-Fa-f]{2}|\\[a-z]|\w(?:[\w@.+-]*\w)?")
_PART = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\WA-Za-z0-9_]+")
_TIME = regex(r"[0-9]{8}T[0-9]{6}Z")
"""The time of a signature, in `X-Amz-Date` and in messages about it."""
_PUBLIC_NUMBER = regex(r"[0-9]{1,3}|(19|20)[0-9]{2}|20[0-9]{6}|32[0-9]{3}")
"""Statuses, years, dates and JSON-RPC codes. Longer numbers may be accounts, tickets or customers."""


def omit_other_words(text: str) -> str:
    """`text` with every token that contains a word outside of the vocabulary replaced by `OMITTED`."""
    return _TOKEN.sub(lambda match: match[0] if _is_public(match[0]) else OMITTED, text)


def _is_public(token: str) -> bool:
    if token[0] in "%\\" or _TIME.fullmatch(token):
        return True
    return "@" not in token and all(map(_is_public_part, _PART.findall(token)))


def _is_public_part(part: str) -> bool:
    is_short = len(part) == 1 and part.isascii()
    return is_short or part.lower() in WORDS or _PUBLIC_NUMBER.fullmatch(part) is not None


_WORDS = """
a aadsts abc about above abs absence absent absolute accept acceptable acceptance accepted accepts access
according account accounts acl across action actions active actor adapter adapters add adding additionally
address addressed addresses adds admin advertised af after ag again against age agent agentcore agents
agreed agrees agui ahead ai alg algorithm algorithms alike alive all allow allowed allowlist allows alone
alpha already also alt alternate although always amazon amazonaws ambiguous among amplify amz amzn an and
android annotations announced anonymous another answer answered answers any anyio anyone anything ap apache
apart api app appear appears append appid applicable application applies apply architecture are args
argument arguments arm arn around array arrival arrived artifact as asgi asked asks assert assume assumed
async at attribute attributes aud audience audiences august aus auth authenticate authenticated
authentication authn authority authorization authorize authorized authorizer authorizers authorizing
authtype automation await away aws awsrequest azp back backend backends bad badly baggage bare base based
basic batch be bearer beats because bedrock bedrockagentcore been before begin begins behave behaved
behaviour behind belong belongs below better between beyond binascii binding blank block bodies body bool
both boto botocore bound brackets break breaks broken browser build built busy but by byte bytes ca
calculated call callable called caller callers calling calls came can cancel candidate cannot canonical
capacity caption captured captures card carried carries carry case cases cause causes cc cdk cdn central
certain certainty certificate cfn chain challenge challenged challenges change changed changes changing
character characters charset check checked checklist checks chooses chunk chunked cid cimd circulates
citation cite ck claim claims class classes claude clear cli client clients clock clocks close closed closes
cloud cloudflare cloudformation cloudfront cls cn code codes cognito collection collections colon column com
come comes command commands common comparable compare compares compat compatibility compile complaint
complete completes component compute computed conclusions concurrent confidence config configuration
configurations configure configured confirm confirmation confirmed conflict conn connect connecting
connection connectionpool connections consent consequences constraint construct constructs consult contact
container contains content contents context contextlib contextmanager continuation continue contract
contracts contradicts control controls converted copied copilot coral core correct costs could couldn count
counted counter counts coverage covers crash crashed create created creates creating credential credentials
cryptography curl current cursor custom customer cut cuts daemon data dataclass dataclasses date datetime
day days dcr deadline debug decides deciding decision decode decodes decoding decrypt decrypts def default
defect deflate delays delegation delete deleted deleting denial denied denies deny depends deploy deployed
deployment deprecated derive derived describe description design desired detaches detail details detected
determine determined developerguide devguide device diagnose diagnosis dict did differ different differs
digest digits direct directly disable disabled disconnected discover discoverable discovery disproved dns do
docs document documentation documented documents does doing domain domains done double down dpop drift
dropped dual due dumps dup duration during dynamic each earlier early east effect eight either elapsed
elicitation elif else elsewhere email embedded empty emulator enable enabled encode encoded encodes encoding
encrypts end ended endpoint endpoints ends endswith energy enforce enforced enforcement engine engines
english enough ensure enum env environment environments envoy ep epoch equal equals errno error errors errortype
eu evaluate evaluated evaluation even event events eventstream every everything everywhere evidence exact
exactly exceeded exceeds except exception exceptions exchange exchanges exclude excludes execute execution
executor exhausted exist existence existing exists exp expect expectation expectations expected expects
experiment experimental expire expired expires expiry explain explains explanation explicit extended fact
factor factors factory facts fail failed failing fails failure failures fallback false far fastest fault
faults favour fetch fewer field fields figure file fileno fills final finally find finding findings finds
fine fips firewall first fit fits five fix fixed float flow flows fmt follows for forbid forbidden forecast
foreign forged forgot form format formation forms forward forwarded forwards found four fragment frame from
front frozen frozenset ftl fullmatch function further future futures gaierror gateway gateways gave generate
generated generation generic get getaddrinfo getattr gets getting github give given gives global go goes
gone good got gov grant granted greater group growing guard guarded guards guess guide gw gzip had hand
handle handles handshake happens harmless harness harnesses has hash hashlib have hazmat head header headers
here hexdigest hidden higher highlighted hmac hold holds honoured host hosted hosting hosts hour hours how hs
html http https iam iat id ide identifier identities identity idle idp if ignored ignores il impersonation
implementation import in inbound included incompatible incomplete inconclusive incorrect increasing
inference inferred info information inherit init initialize initiate inner input inside instead insufficient
int intended intends interactive interception interceptor interceptors interface interfaces internal into
intro inv invalid invalidated invocation invocations invoke invokes io is isdisjoint isinstance iso iss
issue issued issuer issuers issues it item items iterable iterator its itself ja join joining jq json jsonl
jsonrpc judge judgement judges july jw jwks jwt kb keep keeps kept key keyed keys kid kids kind kinds kms
know knowledge known kw kwargs label labelled lack lacks lag lags lambda language large last latency later
latest least leaves left len length lengths less let level lib library lifetime like likely limit limiter
limits line lines link linked list listed listen listens listing lists literal literally live loader loads
local localhost locally lock log login logs long longer look looked looks lookup lost lower ls machine made
make malformed managed manager mandatory many map mapping margin marks match matches matching matrix matters
max may mb mcp md me mean meaning means meant measure measured media meet meets member memory message
messages meta metadata method methods metric mfa milliseconds min minute minutes mismatch miss missing
mistake mmd mmdsv mode model modelcontextprotocol modelled models module money more most moto ms must mx
name named names namespace nan native nbf near need needed needs negative negotiate neither network never
new newest next nginx no nobody none nor north northeast northwest not note nothing november now ntp null
numbers nx oauth object observation observations observed obtained occurred octet of off offer offers offset
oidc old older omit omits on once one ones only open opened openid operation operations operator optional
options or order os other others otherwise otp our out outbound outcome outer outgoing output outside over
override overrides overview own package padded padding page paged pages pagination paging pair param
parameter parameters params parse parsed part partially partition parts pass passed passes passthrough
password past paste pasted patch path paths pattern patterns pause pauses payload payment payments peer pem
pending per percent perf perform permanent permission permissions permit permitted person phase phases pi
pkce place placeholder placeholders plain plane planes plausible please plugin plus po point points policies
policy pool poolmanager pools pop port portal ports possible post pr pre precede precedence precedes predict
predicted prediction preferred prefix preflight prepares present presigned prevent primitives principal
principals print prints private privilege probable probably probe probed probes problem problems process
product profile progress project projects promises prompts proof propagating propagation property prose
protected protects protocol protocols prove proven provenance proves provided provider providers proxy
public publish published pull punctuation purpose put puts py python qs qualifier query question quota quote
quoted quotes raise raises ran range rate rates raw rb rdwr re reach reached read reading reads ready reason
reasons received recent recheck recognise recognize recognized recomputed record recorded records recursion
redacted redaction redeployment redirect refers refresh refusal refusals refuse refused refuses refusing
region regions register registered registers registration registry rejected rejects related relative
relevant relying remapped remedies remedy remote remove removed removeprefix removes removesuffix renamed
renames repeat repeated repeats replace replaced replacement replaces replayed report reported reports
repository repr request requested requestid requests require required requires resend reserved reset
resolution resolve resolved resolves restrict restricted resource resourcepolicy resources respond responds response responses
rest result results retries retry retryable return returned returns reverse revision revoke rfc right rights
roadmap role rolls root rotated rotation route routed router routing row rows rpartition rpc rr rs rstrip
rule rules run runs runtime runtimes sa safe said same sample samples satisfy say says scheme scope scoped
scopes scp script sdk search sec second seconds secret secrets secretsmanager section sections security see
seen sees segment select self semantic send sender sending sends sensitive sent sentence sentences
separately separator september serialization serve served server servers serves service services session
sessions set sets setting settings several severity sha shape shapes share shared shell shells short shorter
shortly should show shown shows shut shutdown shuts sid sig sign signature signatures signed signedheaders
signer signin signing signs sigv silent since single size skew skewed skip skips slash slow slowest sms so
sock socket software some something sorted source sources south southeast southwest space speak speaks spec
specific specification split squid srp sse ssl ssm sso stack stale start started starter starting starts
startswith state stateless statement status statuses stay step steps still stop stopped stopruntimesession
stops store stored str strands stream streaming streams strftime strictly string strip stripped strptime sts
sub subject submit subprotocol succeed succeeded success such suffix suffixes sum summaries summary summer
super supply support supported supports suppress surprise surprises surrounded sv switched switches sync
synchronise synchronize sz table take taken takes target targets task team technical templates temporal
temporary tenant terminal test testable tested tests text texts than that the their theirs them themselves
then there these they this those thread threading threads three throttled throttling through time timed
timedelta timeline timeout timer times timestamp timings title tls to together token tokens too took tool
toolkit tools topic total trace traceparent tracestate trailing transaction transport traps travels treated
treats tried trigger trouble troubleshooting true truncated trust trusted trusts try ts tuple turn tutorial
twice twin two type types typing tzinfo ui unable unacceptable unauthorized unavailable unchanged unchecked
undecided undefined under underscores unencoded unescape unexpected unexplained unhandled unicode unknown
unless unlike unparsable unquote unreachable unreadable unrecognized unsigned unsuccessful unsupported until
unverified up update updated updating upgrade upper ur uri url urlencoded urllib us usable usage use used
user username users uses using usual utc utf utils uuid valid validate validated validation value values
variable variables vendor verb verdict verification verified verifiers verifies verify version versions via
view vms vnd vpc vpce vv waf wait waiting waits wall wanted wants warn warning was watch way ways we
weaknesses web websocket week well went were west what whatever when where whether which while white who
whole whose why wins wire with withdrew within without wording words work worked workload works would
wrapper wraps write writes written wrong wrongly ws wss www xml xx yes yet yield yields you your
"""
WORDS = frozenset(_WORDS.split())
"""In lower case."""
