"""Hashes of passwords are those of everybody else."""

import pytest

from plugins.filter.sha512_crypt import sha512_crypt
from toolkit.process import run


@pytest.mark.parametrize("length", [1, 2, 15, 16, 31, 32, 63, 64, 65, 127, 128, 200])
def test_a_hash_is_that_of_openssl_for_passwords_of_every_length(length):
    password, salt = "aB3" * 67, "abcdefghijklmnopqrstuvwxyz"
    command = ["openssl", "passwd", "-6", "-stdin", "-salt", f"rounds=1000${salt[:16]}"]
    said = run(command, stdin=f"{password[:length]}\n").stdout.strip()
    assert sha512_crypt(password[:length], salt) == said
