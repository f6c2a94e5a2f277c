"""Hashes of passwords in the form that nginx, PAM and others read from a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

DOCUMENTATION = """
name: sha512_crypt
short_description: Hash a long password as crypt(3) does with the prefix $6$
description:
  - The same password and salt give the same hash, on every controller. Ansible's own filter of this
    kind needs a library that a controller need not have.
positional: _input, salt
options:
  _input: {description: The password., type: str, required: true}
  salt: {description: "Letters and digits, of which the first 16 count.", type: str, required: true}
"""

EXAMPLES = """
hashed: "{{ password | sightline.core.sha512_crypt(salt) }}"
"""

RETURN = """
_value: {description: The hash., type: str}
"""

ROUNDS = 1000
"""The least there is. They make guessing slow, which the length of our passwords does better, and
nginx goes through them for each single request."""

ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ORDER = [tuple((22 * i + start) % 63 for start in (0, 21, 42)) for i in range(21)]
"""How the digest's bytes are taken in threes; the last byte stands alone."""


def sha512_crypt(password: str, salt: str) -> str:
    """Return the hash of a password by U. Drepper's "Unix crypt using SHA-256 and SHA-512"."""
    secret, salt = password.encode(), salt[:16]
    salted = salt.encode()
    other = hashlib.sha512(secret + salted + secret).digest()
    first = hashlib.sha512(secret + salted + _filled(other, len(secret)))
    length = len(secret)
    while length:
        first.update(other if length & 1 else secret)
        length >>= 1
    digest = first.digest()
    p = _filled(hashlib.sha512(secret * len(secret)).digest(), len(secret))
    s = _filled(hashlib.sha512(salted * (16 + digest[0])).digest(), len(salted))
    for number in range(ROUNDS):
        odd = number & 1
        middle = (s if number % 3 else b"") + (p if number % 7 else b"")
        digest = hashlib.sha512((p if odd else digest) + middle + (digest if odd else p)).digest()
    return f"$6$rounds={ROUNDS}${salt}${_encoded(digest)}"


def _filled(pattern: bytes, length: int) -> bytes:
    return (pattern * (length // len(pattern) + 1))[:length]


def _encoded(digest: bytes) -> str:
    threes = [int.from_bytes(bytes(digest[place] for place in three)) for three in ORDER]
    text = "".join(_letters(value, 4) for value in threes)
    return text + _letters(digest[63], 2)


def _letters(value: int, count: int) -> str:
    return "".join(ALPHABET[value >> 6 * place & 63] for place in range(count))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[str, str], str]]:
        """Return the filters by name."""
        return {"sha512_crypt": sha512_crypt}
