import errno

import pytest

from artifacts.store import Store
from artifacts.trouble import explained
from toolkit.errors import UserError
from toolkit.process import ProcessError

GO = """\
	"Path": "github.com/x/y",
	"Error": "Get \\"https://me:secret@proxy.example/x/y/@v/v1.info\\": dial tcp: \
lookup proxy.example on 10.0.0.1:53: network is unreachable"
"""
NPM = """\
npm error code EAI_AGAIN
npm error errno EAI_AGAIN
npm error request to https://registry.example/pnpm failed, reason: getaddrinfo EAI_AGAIN
"""
PIP = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('\
Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')'
ERROR: No matching distribution found for cachetools==8.0.1
"""


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        pytest.param(GO, "proxy.example", id="go"),
        pytest.param(NPM, "registry.example", id="npm"),
        pytest.param(PIP, "a package registry", id="pip"),
    ],
)
def test_a_build_without_network_ends_with_one_line_that_names_whom_it_missed(tmp_path, said, whom):
    with pytest.raises(UserError) as caught, explained(Store(tmp_path)):
        raise ProcessError(["tool"], 1, said)
    assert str(caught.value) == f"no connection to {whom}; nothing half-made was kept"
    assert "--from" in caught.value.hint


def test_a_tool_that_found_the_disk_full_is_understood(tmp_path):
    with (
        pytest.raises(UserError, match=f"the disk of {tmp_path} is full"),
        explained(Store(tmp_path)),
    ):
        raise ProcessError(["tool"], 1, "write x: No space left on device")


def test_other_words_of_a_tool_stay_as_they_are(tmp_path):
    error = ProcessError(["tool"], 1, "undefined: x")
    with pytest.raises(ProcessError) as caught, explained(Store(tmp_path)):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_a_cache_that_one_may_not_write_to_is_named(tmp_path, code):
    with pytest.raises(UserError, match=r"^/nowhere: ") as caught, explained(Store(tmp_path)):
        raise OSError(code, "cannot be written to", "/nowhere")
    assert "XDG_CACHE_HOME" in caught.value.hint


def test_an_error_of_another_kind_is_no_trouble_of_the_machine(tmp_path):
    with pytest.raises(IsADirectoryError), explained(Store(tmp_path)):
        raise OSError(errno.EISDIR, "Is a directory", "/x")
