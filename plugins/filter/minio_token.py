"""Tokens by which MinIO lets somebody read its metrics."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable

DOCUMENTATION = """
name: minio_token
short_description: Make the token by which MinIO lets somebody read its metrics
description:
  - Signs a JSON web token with an access key's secret, as MinIO's own client does. It is the same
    each time and ends with the key, so that nothing has to renew it.
positional: _input, secret_key
options:
  _input: {description: The access key., type: str, required: true}
  secret_key: {description: Its secret., type: str, required: true}
"""

EXAMPLES = """
token: "{{ access_key | sightline.core.minio_token(secret_key) }}"
"""

RETURN = """
_value: {description: The token., type: str}
"""

HEADER = {"alg": "HS512", "typ": "JWT"}
END_OF_THE_CENTURY = 4102444800


def minio_token(access_key: str, secret_key: str) -> str:
    """Return a token (RFC 7519, HS512) that names an access key."""
    claims = {"exp": END_OF_THE_CENTURY, "sub": access_key, "iss": "prometheus"}
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (HEADER, claims))
    return f"{signed}.{_encoded(hmac.digest(secret_key.encode(), signed.encode(), 'sha512'))}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[str, str], str]]:
        """Return the filters by name."""
        return {"minio_token": minio_token}
