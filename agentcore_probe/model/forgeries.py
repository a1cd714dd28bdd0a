"""The controls: calls that a target must refuse. Forged tokens first, then what is not a token at all.

A row says what is forged; `probes.forgery` makes the tokens. Each forged token is signed with a key of this process,
with the issuer's public key, or not at all, so that no verifier that checks signatures accepts it. They follow
RFC 8725 sections 2 and 3.

Adding a forgery takes a row here and a broken verifier in `local.weak_verifiers`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

KeyType = Literal["RSA", "EC", "EdDSA"]
KeyEncoding = Literal["pem", "pem-stripped", "pkcs1", "pkcs1-stripped", "der", "pkcs1-der", "empty"]
"""The form of the public key that is used as the secret of an HMAC; `empty`: no key at all."""
ControlLevel = Literal["few", "all"]
"""How many controls a run sends."""


class Forgery(NamedTuple):
    """One way to forge a token, from a genuine one."""

    id: str
    """The value of `Exchange.forged`: part of the public contract."""
    forges: str
    """What is forged, for documents and for `local --list-faults`: tokens ..."""
    signature: Literal["foreign", "none", "genuine", "hmac", "zeros"]
    """The key: one of this process, none (an empty signature), the genuine one over another payload, or `secret`.
    `zeros`: no key, r and s of the signature are 0 (CVE-2022-21449)."""
    algorithm: str | None = None
    """The header's `alg`, where it differs from the genuine token's."""
    header: Literal["jwk", "x5c", "alg-missing", "kid-missing", "kid-unknown"] | None = None
    """The header parameter that is added, removed or changed."""
    secret: KeyEncoding | None = None
    """For `hmac`: the form of the issuer's public key that is the secret."""
    key_type: KeyType | None = None
    """The issuer's type of key that it fits; None: each."""
    level: ControlLevel = "all"
    """`few`: sent also by a run with few controls."""


def _hmac_forgeries() -> tuple[Forgery, ...]:
    forms: dict[KeyEncoding, str] = {
        "pem": "public key in PEM",
        "pem-stripped": "public key in PEM without the last line break",
        "pkcs1": "public key in PKCS#1 PEM",
        "pkcs1-stripped": "public key in PKCS#1 PEM without the last line break",
        "der": "public key in DER",
        "pkcs1-der": "public key in PKCS#1 DER",
        "empty": "empty key",
    }
    return tuple(
        Forgery(
            id="hs256-public-key" if (digest, form) == ("256", "pem") else f"hs{digest}-{form}",
            forges=f"with an HMAC (HS{digest}) whose secret is the {words}",
            signature="hmac",
            algorithm=f"HS{digest}",
            secret=form,
            key_type="RSA" if form.startswith("pkcs1") else None,
            level="few" if (digest, form) == ("256", "pem") else "all",
        )
        for digest in ("256", "384", "512")
        for form, words in forms.items()
    )


FORGERIES: tuple[Forgery, ...] = (
    Forgery(
        id="foreign-key-rsa",
        forges="signed with a foreign RSA key",
        signature="foreign",
        key_type="RSA",
        level="few",
    ),
    Forgery(
        id="foreign-key-ec",
        forges="signed with a foreign EC key",
        signature="foreign",
        key_type="EC",
        level="few",
    ),
    Forgery(
        id="foreign-key-eddsa",
        forges="signed with a foreign Ed25519 key",
        signature="foreign",
        key_type="EdDSA",
        level="few",
    ),
    Forgery(
        id="alg-none", forges="without a signature, alg none", signature="none", algorithm="none", level="few"
    ),
    Forgery(
        id="alg-none-capital", forges="without a signature, alg None", signature="none", algorithm="None"
    ),
    Forgery(id="alg-none-upper", forges="without a signature, alg NONE", signature="none", algorithm="NONE"),
    Forgery(id="alg-none-mixed", forges="without a signature, alg nOnE", signature="none", algorithm="nOnE"),
    Forgery(
        id="alg-missing", forges="without a signature, without an alg", signature="none", header="alg-missing"
    ),
    Forgery(
        id="signature-zeros", forges="with a signature of zeros", signature="zeros", key_type="EC"
    ),
    Forgery(
        id="signature-empty",
        forges="with an empty signature and the genuine alg",
        signature="none",
        level="few",
    ),
    Forgery(
        id="payload-changed", forges="with a changed payload and the old signature", signature="genuine", level="few"
    ),
    Forgery(
        id="embedded-jwk", forges="signed with a foreign key that the header embeds (jwk)", signature="foreign", header="jwk"
    ),
    Forgery(
        id="embedded-x5c",
        forges="signed with a foreign key whose certificate the header embeds (x5c)",
        signature="foreign",
        header="x5c",
    ),
    Forgery(
        id="kid-missing", forges="signed with a foreign key, without a kid", signature="foreign", header="kid-missing"
    ),
    Forgery(
        id="kid-unknown",
        forges="signed with a foreign key, with a kid that the issuer does not have",
        signature="foreign",
        header="kid-unknown",
    ),
    *_hmac_forgeries(),
)  # fmt: skip
"""Every forgery, in the order in which they are sent."""


class AnonymousControl(NamedTuple):
    """A call without anything that could be a genuine credential."""

    id: str
    """The value of `Exchange.control`: part of the public contract."""
    authorization: str | None
    """The Authorization header; None: no such header."""
    sends: str
    """What is sent, for documents and for `local --list-faults`: calls ..."""
    level: ControlLevel = "all"


_INVENTED_TOKEN = (
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhZ2VudGNvcmUtcHJvYmUifQ.YWdlbnRjb3JlLXByb2Jl"  # noqa: S105
)
"""It has a JWT's form, since a verifier may parse what it does not check."""

ANONYMOUS_CONTROLS: tuple[AnonymousControl, ...] = (
    AnonymousControl(
        id="anonymous", authorization=None, sends="without an Authorization header", level="few"
    ),
    AnonymousControl(id="bearer-empty", authorization="Bearer", sends="with Bearer and no token"),
    AnonymousControl(
        id="bearer-lower-case",
        authorization=f"bearer {_INVENTED_TOKEN}",
        sends="with the scheme in lower case and an invented token",
    ),
    AnonymousControl(
        id="other-scheme",
        authorization="Basic YWdlbnRjb3JlOnByb2Jl",
        sends="with the scheme Basic and an invented user",
    ),
    AnonymousControl(id="placeholder", authorization="Bearer undefined", sends="with a placeholder as token"),
)
"""Every control without a credential, in the order in which they are sent."""

ANONYMOUS_IDS = frozenset(control.id for control in ANONYMOUS_CONTROLS)
REFUSED_CONTROLS = ANONYMOUS_IDS | {"expired", "id-token"}
"""The values of `Exchange.control` of calls that should be refused. `repeated` is the other one: an equal call again."""

CONTROL_IDS = frozenset(forgery.id for forgery in FORGERIES) | REFUSED_CONTROLS
"""Every control that a run may leave out: the keys of `Observation.facts["untried"]`."""
UNTRIED_REASONS = ("few-controls", "no-public-key", "no-matching-key", "no-answer", "request-limit")
"""Why a run leaves out controls: the values of `Observation.facts["untried"]`."""
UNTRIED_EXPIRED_REASONS = (
    "no-expired-token", "token-not-expired", "token-unreadable", "no-answer", "request-limit",
)  # fmt: skip
"""Why a run does not send a genuine expired token: the value of its key `expired`."""
