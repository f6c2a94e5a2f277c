import pytest
import yaml

from artifacts.lock import LOCK_FILE, read_lock
from toolkit.errors import UserError


@pytest.fixture
def content():
    return yaml.safe_load(LOCK_FILE.read_text())


@pytest.fixture
def read(tmp_path):
    def write_and_read(content):
        path = tmp_path / "lock.yml"
        path.write_text(yaml.safe_dump(content))
        return read_lock(path)

    return write_and_read


def test_the_projects_lock_knows_every_result():
    for component in read_lock().components.values():
        assert None not in component.result.values(), component.name


def test_the_collectors_manifest_and_the_lock_name_the_same_version():
    collector = read_lock().components["otelcol"]
    manifest = yaml.safe_load(collector.build.manifest.read_text())
    assert manifest["dist"]["version"] == collector.version
    assert manifest["dist"]["name"] == collector.name
    assert collector.source.version == f"v{collector.version}"


def test_an_unknown_key_is_refused_with_the_likely_spelling(read, content):
    content["components"]["prometheus"]["build"]["tag"] = ["netgo"]
    with pytest.raises(UserError, match=r'lock.yml: prometheus.build: unknown key "tag"') as caught:
        read(content)
    assert caught.value.hint == 'did you mean "tags"?'


def test_an_unknown_key_like_no_other_is_refused_with_the_known_ones(read, content):
    content["components"]["prometheus"]["source"]["url"] = "x"
    with pytest.raises(UserError, match='unknown key "url"') as caught:
        read(content)
    assert caught.value.hint == "known keys: module, version, sum"


def test_a_missing_key_is_named_with_its_place(read, content):
    del content["components"]["otelcol"]["source"]["sum"]
    with pytest.raises(UserError, match=r'otelcol.source: key "sum" is missing'):
        read(content)


def test_a_licence_that_may_not_be_shipped_is_refused_with_the_accepted_ones(read, content):
    content["components"]["prometheus"]["licence"] = "SSPL-1.0"
    with pytest.raises(UserError, match=r"prometheus: licence SSPL-1\.0 is not accepted") as caught:
        read(content)
    assert "Apache-2.0" in caught.value.hint


def test_what_one_component_may_contain_no_other_may(read, content):
    content["components"]["minio"]["also_accepted"].append("SSPL-1.0")
    content["components"]["minio"]["licence"] = "SSPL-1.0"
    assert "SSPL-1.0" in read(content).components["minio"].policy.accepted
    assert "SSPL-1.0" not in read(content).policy.accepted
    content["components"]["thanos"]["licence"] = "SSPL-1.0"
    with pytest.raises(UserError, match=r"thanos: licence SSPL-1\.0 is not accepted"):
        read(content)


def test_minio_alone_may_contain_what_is_agpl_or_lgpl():
    for component in read_lock().components.values():
        copyleft = [one for one in component.policy.accepted if "GPL" in one]
        assert bool(copyleft) == (component.name == "minio"), component.name


@pytest.mark.parametrize(
    ("section", "key"),
    [("reviewed_licences", "0" * 64), ("licences_without_file", "example.test/tea@v1.0.0")],
)
def test_a_review_is_of_a_licence_that_some_component_may_contain(read, content, section, key):
    content[section][key] = {"licence": "AGPL-3.0-or-later", "reason": "minio may"}
    assert read(content)
    content[section][key]["licence"] = "MIT AND SSPL-1.0"
    with pytest.raises(UserError, match=rf"{key}: licence MIT AND SSPL-1\.0 is not accepted"):
        read(content)


def test_a_licence_without_a_file_is_that_of_one_version(read, content):
    content["licences_without_file"]["example.test/tea"] = {"licence": "MIT", "reason": "so"}
    with pytest.raises(UserError, match=r"'example\.test/tea' does not look right"):
        read(content)


@pytest.mark.parametrize(
    ("section", "key", "value", "said"),
    [
        ("build", "packages", "./cmd", "prometheus.build.packages has to be a list"),
        ("build", "variables", ["x"], "prometheus.build.variables has to be a mapping"),
        ("result", "linux_amd64", "1234", "prometheus.result.linux_amd64: '1234' does not look"),
        ("result", "linux-amd64", None, "prometheus.result: 'linux-amd64' does not look"),
        ("source", "sum", "sha256:x", "prometheus.source.sum: 'sha256:x' does not look"),
        ("source", "version", 3.1, "prometheus.source.version has to be text, found 3.1"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_with_its_place(
    read, content, section, key, value, said
):
    content["components"]["prometheus"][section][key] = value
    with pytest.raises(UserError, match=said):
        read(content)


def test_what_pages_carry_is_read_by_its_name(read, content):
    carried = content["components"]["prometheus"]["build"]["carried"] = {"MIT": ["pot", "cup"]}
    build = read(content).components["prometheus"].build
    assert build.carried == {"pot": "MIT", "cup": "MIT"}
    carried["ISC"] = ["cup"]
    with pytest.raises(UserError, match=r"build\.carried: cup has two licences, ISC and MIT"):
        read(content)


def test_a_version_cannot_leave_the_cache_folder(read, content):
    content["components"]["prometheus"]["version"] = "3/../../x"
    with pytest.raises(UserError, match=r"prometheus.version"):
        read(content)


def test_broken_yaml_is_said_without_a_traceback(tmp_path):
    (tmp_path / "lock.yml").write_text("go: [")
    with pytest.raises(UserError, match=r"lock.yml is not valid YAML"):
        read_lock(tmp_path / "lock.yml")


def test_a_new_component_has_no_result_yet(read, content):
    content["components"]["prometheus"]["result"] = {}
    assert read(content).components["prometheus"].result == {"linux_amd64": None}
