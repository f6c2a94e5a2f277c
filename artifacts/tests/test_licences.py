import hashlib

import pytest

from artifacts.licences import TEMPLATES, Package, Policy, Review, collect, licence_of, recognise
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
