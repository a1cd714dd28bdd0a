"""What browsers say when they withhold an answer from a page."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence

_cors = partial(Sentence, sender="browser", cause="cors-blocked")
_opaque = partial(_cors, values=(("kind", "opaque"),), confidence="possible", hides=True)
_preflight = partial(_cors, values=(("kind", "preflight"),))

SENTENCES: tuple[Sentence, ...] = (
    # Chrome, Edge
    _preflight(
        literal="response to preflight request doesn't pass access control check",
        pattern=r"(?:from origin '(?P<origin>[^'\n]{1,200})' )?has been blocked by CORS policy: Response to preflight request doesn't pass access control check",
        example="Access to fetch at 'https://gw.example.com/mcp' from origin 'http://localhost:5173' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
    ),
    _preflight(
        literal="is not allowed by access-control-allow-",
        pattern=r"(?:from origin '(?P<origin>[^'\n]{1,200})' )?has been blocked by CORS policy: (?:Request header field|Method) \S{1,100} is not allowed by Access-Control-Allow-",
        example="Access to fetch at 'https://gw.example.com/mcp' from origin 'http://localhost:5173' has been blocked by CORS policy: Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.",
    ),
    _cors(
        literal="has been blocked by cors policy",
        pattern=r"(?:from origin '(?P<origin>[^'\n]{1,200})' )?has been blocked by CORS policy",
        example="Access to fetch at 'https://gw.example.com/mcp' from origin 'http://localhost:5173' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    ),
    _cors(
        literal="no 'access-control-allow-origin' header is present",
        example="No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    ),
    # Chrome and Edge, as axios sees it
    _opaque(
        literal="xmlhttprequest",
        pattern=r"Network Error[^\n]{0,300}XMLHttpRequest",
        example="AxiosError {message: 'Network Error', name: 'AxiosError', code: 'ERR_NETWORK', request: XMLHttpRequest}",
    ),
    # Firefox; in every language it names the rule and the header or step
    _preflight(
        literal="cors-preflight",
        example="(Grund: CORS-Preflight-Antwort war nicht erfolgreich). Statuscode: 404.",
    ),
    _cors(
        literal="(cross-origin)",
        pattern=r"\(Cross-Origin\)[^\n]{0,600}\bCORS\b",
        example="Quell\u00fcbergreifende (Cross-Origin) Anfrage blockiert: Die Gleiche-Quelle-Regel verbietet das Lesen (Grund: CORS-Kopfzeile fehlt)",
    ),
    _preflight(
        literal="cors preflight",
        pattern=r"Reason: CORS preflight (?:channel did not succeed|response did not succeed)\)?\.?(?: Status code: (?P<status>\d{3}))?",
        example="Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://gw.example.com/mcp. (Reason: CORS preflight response did not succeed). Status code: 403.",
    ),
    _cors(
        literal="the same origin policy disallows reading the remote resource",
        pattern=r"The Same Origin Policy disallows reading the remote resource at [^\s]{1,500} \(Reason: [^\n()]{1,200}\)\.?(?: Status code: (?P<status>[1-9]\d{2}))?",
        example="Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://gw.example.com/mcp. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 401.",
    ),
    _cors(literal="cross-origin request blocked", example="Cross-Origin Request Blocked"),
    _cors(literal="cors request did not succeed", example="Reason: CORS request did not succeed"),
    _cors(
        literal="クロスオリジン要求をブロックしました",
        example="クロスオリジン要求をブロックしました: 同一生成元ポリシーにより、https://gw.example.com/mcp にあるリモートリソースの読み込みは拒否されます。",
    ),
    _cors(
        literal="cors header",
        pattern=r"CORS header .Access-Control-Allow-Origin. (?:missing|does not match)",
        example="Reason: CORS header ‘Access-Control-Allow-Origin’ missing",
    ),
    # Safari
    _cors(
        literal="is not allowed by access-control-allow-origin",
        pattern=r"Origin (?P<origin>\S{1,200}) is not allowed by Access-Control-Allow-Origin\.?(?: Status code: (?P<status>[1-9]\d{2}))?",
        example="Origin http://localhost:5173 is not allowed by Access-Control-Allow-Origin. Status code: 401",
    ),
    _preflight(
        literal="preflight response is not successful",
        pattern=r"Preflight response is not successful\.?(?: Status code: (?P<status>[1-9]\d{2}))?",
        example="Preflight response is not successful. Status code: 403",
    ),
    _cors(
        literal="due to access control checks",
        example="Fetch API cannot load https://gw.example.com/mcp due to access control checks.",
    ),
    # What the page itself sees
    _opaque(literal="typeerror: failed to fetch", example="TypeError: Failed to fetch"),
    _opaque(
        literal="networkerror when attempting to fetch resource",
        example="TypeError: NetworkError when attempting to fetch resource.",
    ),
    _opaque(literal="typeerror: load failed", example="TypeError: Load failed"),
    _opaque(literal="cors error", pattern=r"(?<![\w-])CORS error\b", example="mcp  CORS error  fetch"),
)
