"""Shortens the start of moto's user pools, whose result is the same in every process: 0.2 s become 1 ms.

moto asks boto3 for the regions of a service, which reads 1.5 MB of JSON. Its signing key is in a file without
its primes, for which joserfc searches at random, and OpenSSL then tests them.
"""

from __future__ import annotations

import math
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.util import base64_to_int
from moto.cognitoidp import models
from moto.core import loaders, utils
from moto.core.base_backend import AccountSpecificBackend
from moto.utilities.utils import load_resource

from agentcore_probe.boto_loader import ModelLoader


def shorten() -> None:
    """Shortens it in this process. Call it before there is a user pool."""
    AccountSpecificBackend._generate_regions = _regions  # type: ignore[assignment, method-assign]  # noqa: SLF001
    utils.create_loader = lambda: _Loader([loaders.moto_root])  # type: ignore[attr-defined]
    models.load_resource = _signing_key  # type: ignore[attr-defined]


class _Loader(ModelLoader, loaders.Loader):
    """moto's loader, which adds its own extras to botocore's models."""


def _regions(_: AccountSpecificBackend[Any], __: str) -> list[str]:
    """Every region of every partition, whichever service it is."""
    partitions = ModelLoader().load_data("partitions")["partitions"]
    return [region for partition in partitions for region in partition["regions"]]


def _signing_key(resource: str) -> rsa.RSAPrivateKey:
    """The private key in a file of moto's; joserfc accepts it in place of the file's content."""
    content = load_resource(resource)
    n, e, d = (base64_to_int(content[name]) for name in "ned")
    # p and q are the solutions of a quadratic equation: e*d - 1 is a small multiple of (p - 1)(q - 1).
    product = e * d - 1
    total = n + 1 - product // (product // n + 1)
    difference = math.isqrt(total**2 - 4 * n)
    p, q = (total + difference) // 2, (total - difference) // 2
    if p * q != n:
        raise ValueError("the primes of moto's signing key are not where they follow from n, e and d")
    numbers = rsa.RSAPrivateNumbers(
        p,
        q,
        d,
        rsa.rsa_crt_dmp1(d, p),
        rsa.rsa_crt_dmq1(d, q),
        rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(e, n),
    )
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)
