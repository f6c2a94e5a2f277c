import hashlib

import pytest

from artifacts.licences import (
    TEMPLATES,
    Package,
    Policy,
    Review,
    collect,
    files_about_rights,
    licence_of,
    recognise,
)
from toolkit.errors import UserError

MIT = (TEMPLATES / "MIT.txt").read_text()
BSD = """Copyright (c) 2012 The Tea Authors. All rights reserved.

Redistribution and use in source and binary forms, with or without modification, are permitted
provided that the following conditions are met:

   * Redistributions of source code must retain the above copyright notice, this list of
     conditions and the following disclaimer.
   * Redistributions in binary form must reproduce the above copyright notice, this list of
     conditions and the following disclaimer in the documentation and/or other materials
     provided with the distribution.
   * Neither the name of Tea Inc. nor the names of its contributors may be used to endorse or
     promote products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE TEA AUTHORS ``AS IS'' AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A
PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE TEA AUTHORS BE LIABLE FOR ANY DIRECT,
INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED
TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS
INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT
LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
"""
POLICY = Policy(frozenset({"MIT", "BSD-3-Clause"}), {})


@pytest.fixture
def package(tmp_path):
    def make(name="tea", declared="", **texts):
        folder = tmp_path / name
        folder.mkdir()
        for file, text in texts.items():
            (folder / file).write_text(text)
        return Package(name, "1.0", declared, tuple(sorted(folder.iterdir())))

    return make


@pytest.mark.parametrize("name", [path.stem for path in sorted(TEMPLATES.iterdir())])
def test_each_licence_is_recognised_by_its_own_text(name):
    text = (TEMPLATES / f"{name}.txt").read_text()
    for marks in ("%%%%", "{{6|}}", "{{7|}}", "{{not|}}", "{{SOFTWARE|}}"):
        text = text.replace(marks, "software" if "SOFTWARE" in marks else "")
    assert recognise(text.replace("{{…}}", "somebody")) == {name}


def test_names_line_breaks_and_list_marks_make_no_other_licence():
    assert recognise(BSD) == {"BSD-3-Clause"}
    assert recognise(BSD.replace("   *", "1)").replace("\n", "\r\n")) == {"BSD-3-Clause"}


def test_a_file_may_hold_several_licences():
    assert recognise(f"{MIT}\n-----\n\n{BSD}") == {"MIT", "BSD-3-Clause"}


@pytest.mark.parametrize(
    "changed",
    [
        MIT.replace("WITHOUT WARRANTY", "WITH WARRANTY"),
        MIT + "\nThe Software shall be used for Good, not Evil.\n",
        MIT + "\nThe licensor does not grant the right to sell the Software.\n",
        BSD.replace("binary form must", "binary form must be paid for and must"),
        BSD + "\nAll advertising materials must display an acknowledgement.\n",
        "Copyright 2026 Tea. Licensed to friends only.\n" + MIT,
        "Do what you like.",
        "",
    ],
)
def test_a_text_that_differs_in_what_it_says_is_not_recognised(changed):
    assert recognise(changed) == frozenset()


def test_texts_decide_and_not_what_a_package_says_of_itself(package):
    assert licence_of(package(declared="MIT", LICENSE=BSD), POLICY) == "BSD-3-Clause"


def test_a_package_without_texts_is_taken_at_its_word(package):
    assert licence_of(package(declared="MIT"), POLICY) == "MIT"


def test_a_package_that_says_nothing_is_refused(package):
    with pytest.raises(UserError, match=r"^tea 1\.0: no licence found$"):
        licence_of(package(), POLICY)


def test_the_lock_may_say_what_a_package_does_not(package):
    known = Policy(POLICY.accepted, {}, {"tea@1.0": Review("MIT", "its sources say so")})
    assert licence_of(package(), known) == "MIT"
    with pytest.raises(UserError, match=r"^pot 1\.0: no licence found$") as caught:
        licence_of(package("pot"), known)
    assert "add pot@1.0 to licences_without_file" in caught.value.hint


def test_the_locks_word_is_for_one_version(package):
    known = Policy(POLICY.accepted, {}, {"tea@1.1": Review("MIT", "its sources say so")})
    with pytest.raises(UserError, match=r"^tea 1\.0: no licence found$"):
        licence_of(package(), known)


def test_the_locks_word_is_held_to_the_accepted_licences(package):
    known = Policy(POLICY.accepted, {}, {"tea@1.0": Review("AGPL-3.0-only", "minio may")})
    with pytest.raises(UserError, match=r"^tea 1\.0: licence AGPL-3\.0-only is not accepted"):
        licence_of(package(), known)


def test_the_locks_word_is_refused_where_a_file_speaks(package):
    known = Policy(POLICY.accepted, {}, {"tea@1.0": Review("MIT", "its sources say so")})
    with pytest.raises(UserError, match="lock says that it has no licence file") as caught:
        licence_of(package(LICENSE=BSD), known)
    assert "remove tea@1.0 from licences_without_file" in caught.value.hint


def test_a_reviewed_text_is_held_to_what_the_component_may_contain(package):
    text = "Copyleft, provided that you like it."
    digest = hashlib.sha256(text.encode()).hexdigest()
    reviewed = {digest: Review("LGPL-3.0-only WITH LGPL-3.0-linking-exception", "may be linked")}
    one = package(LICENSE=text)
    with pytest.raises(UserError, match=r"licence LGPL-3\.0-only WITH \S+ is not accepted"):
        licence_of(one, Policy(frozenset({"LGPL-3.0-only"}), reviewed))
    also = Policy(frozenset({"LGPL-3.0-only WITH LGPL-3.0-linking-exception"}), reviewed)
    assert licence_of(one, also) == "LGPL-3.0-only WITH LGPL-3.0-linking-exception"


def test_a_signature_is_no_licence(tmp_path):
    for name in ("LICENSE", "LICENSE.minisig", "LICENSE.asc", "LICENSE.sig"):
        (tmp_path / name).write_text(MIT)
    assert files_about_rights(tmp_path) == [tmp_path / "LICENSE"]


def test_a_text_that_lies_beside_the_licence_is_collected_and_decides_nothing(tmp_path):
    (tmp_path / "LICENSE").write_text(MIT)
    (tmp_path / "edl-v10").write_text(BSD)
    one = Package("paho", "1.5", "", tuple(files_about_rights(tmp_path)))
    assert licence_of(one, POLICY) == "MIT"
    assert "The Tea Authors" in collect([one], POLICY)


def test_a_licence_off_the_list_is_refused_with_those_on_it(package):
    with pytest.raises(UserError, match=r"^tea 1\.0: licence GPL-3\.0-only is not acc") as caught:
        licence_of(package(declared="GPL-3.0-only"), POLICY)
    assert "BSD-3-Clause, MIT" in caught.value.hint


def test_every_part_of_an_expression_has_to_be_accepted(package):
    assert licence_of(package("x", declared="(MIT OR BSD-3-Clause)"), POLICY)
    with pytest.raises(UserError, match="MIT AND SSPL-1"):
        licence_of(package("y", declared="MIT AND SSPL-1.0"), POLICY)


def test_a_text_that_nobody_knows_is_refused_with_what_to_do(package):
    odd = package(declared="MIT", LICENSE="You may drink it, provided that it is hot.")
    with pytest.raises(UserError, match=r"^tea 1\.0: nobody has reviewed") as caught:
        licence_of(odd, POLICY)
    digest = hashlib.sha256(b"You may drink it, provided that it is hot.").hexdigest()
    assert str(odd.files[0]) in caught.value.hint
    assert f"add {digest} to reviewed_licences" in caught.value.hint

    reviewed = Policy(POLICY.accepted, {digest: Review("MIT", "it is hot")})
    assert licence_of(odd, reviewed) == "MIT"


def test_every_package_is_listed_once_and_every_text_once(package):
    packages = [
        package("b", LICENSE=MIT, NOTICE="brewed in Jena"),
        package("a", LICENSE=MIT.replace("\n", "  \r\n")),
        package("c", declared="MIT"),
    ]
    text = collect(packages, POLICY)
    assert text == collect(reversed(packages), POLICY)
    assert text.splitlines()[2:5] == ["a 1.0: MIT [1]", "b 1.0: MIT [1, 2]", "c 1.0: MIT"]
    assert text.count(MIT.strip()) == 1
    assert text.endswith("brewed in Jena\n")
