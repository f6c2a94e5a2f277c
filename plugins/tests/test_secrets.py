"""The secrets of the control plane: made once, kept, hidden, and the same for everybody."""

import json
import re
import resource
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from ansible.parsing.vault import VaultLib

from plugins.module_utils.deploy.model import DeployError
from plugins.plugin_utils import checkout
from plugins.plugin_utils.secret_file import SecretFile
from tests.playbook import Done, play

# ---------------------------------------------------------------------------------- the file

WANTED = {"access_key": 20, "secret_key": 40}
OLD = {"access_key": "A" * 20, "unrelated": "x"}


def secret_file(path):
    return SecretFile(path, "secrets.yml", VaultLib())


def stored(tmp_path, text, mode=0o600):
    path = tmp_path / "secrets.yml"
    path.write_text(text)
    path.chmod(mode)
    return path


def refusal(path):
    before = path.read_bytes()
    with pytest.raises(DeployError) as refused:
        secret_file(path).complete(WANTED)
    assert path.read_bytes() == before
    return f"{refused.value.detail}; {refused.value.hint}"


def test_what_is_there_stays_and_what_is_missing_is_added(tmp_path):
    path = stored(tmp_path, yaml.safe_dump(OLD))
    kept, made = secret_file(path).complete(WANTED)
    assert made == ["secret_key"]
    assert kept.values.items() > OLD.items()
    assert re.fullmatch("[A-Za-z0-9]{40}", kept.values["secret_key"])
    assert yaml.safe_load(path.read_text()) == kept.values
    assert secret_file(path).complete(WANTED) == (kept, [])


def test_a_secret_of_digits_stays_what_it_is(tmp_path):
    digits = {"access_key": "0" * 20, "secret_key": "12345678" * 5}
    path = stored(tmp_path, "".join(f"{name}: {value}\n" for name, value in digits.items()))
    assert secret_file(path).complete(WANTED)[0].values == digits
    secret_file(path).complete({**WANTED, "third": 20})
    assert yaml.safe_load(path.read_text()).items() > digits.items()


def test_runs_at_the_same_time_get_the_same_secrets(tmp_path):
    path = tmp_path / "secrets" / "secrets.yml"
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda _: secret_file(path).complete(WANTED), range(16)))
    assert len({json.dumps(kept.values) for kept, _ in results}) == 1
    assert [made for _, made in results if made] == [[*WANTED]]


def test_a_write_that_fails_leaves_the_old_file_and_the_next_one_heals(tmp_path):
    path = stored(tmp_path, yaml.safe_dump(OLD))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            secret_file(path).complete(WANTED)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert yaml.safe_load(path.read_text()) == OLD
    assert secret_file(path).complete(WANTED)[1] == ["secret_key"]
    assert {left.name for left in tmp_path.iterdir()} == {"secrets.yml", ".secrets.yml.lock"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b\nswordfish: [\n", "is no YAML (line 3); write one `name: value` a line"),
        ("a: b\nswordfish\n", "is no YAML (line 3); write one `name: value` a line"),
        ("- swordfish\n", "is no mapping of names to texts; write one `name: value` a line"),
        ("a: {b: c}\n", "is no mapping of names to texts; write one `name: value` a line"),
        ("access_key: swordfish\n", "has 9 characters in access_key, which needs 20; "),
        ("access_key:\n", "has 0 characters in access_key, which needs 20; correct it, or "),
        (f"access_key: {'é' * 20}\n", "has other characters than letters, digits and . _ - in "),
        (f"access_key: '{'x' * 20}\n'\n", "has other characters than letters, digits and . _ -"),
        (f"access_key: !vault |\n  {'a' * 20}\n", "has other characters than letters, digits"),
    ],
    ids=[
        "broken", "a bare word", "a list", "deeper", "too short", "empty", "letters of others",
        "two lines", "a vault of its own",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_and_not_quoted(tmp_path, text, line):
    said = refusal(stored(tmp_path, text))
    assert said.startswith(f"secrets.yml {line}")
    assert "swordfish" not in said


def test_all_values_that_cannot_be_used_are_named_at_once(tmp_path):
    said = refusal(stored(tmp_path, "access_key: short\nsecret_key: '$(reboot)'\n"))
    assert said == (
        "secrets.yml has 5 characters in access_key, which needs 20 and has other characters than "
        "letters, digits and . _ - in secret_key; "
        "correct it, or delete its line to have another one made"
    )


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = stored(tmp_path, "")
    path.write_bytes(b"access_key: \xff\xfe\n")
    assert refusal(path) == "secrets.yml is no YAML; write one `name: value` a line"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_plain_file_that_others_may_open_is_refused(tmp_path, mode):
    path = stored(tmp_path, yaml.safe_dump(OLD), mode)
    assert refusal(path) == ("secrets.yml is open to others than its owner; chmod 600 secrets.yml")


def test_a_link_to_the_file_stays_a_link(tmp_path):
    path = stored(tmp_path, yaml.safe_dump(OLD))
    link = tmp_path / "control_plane.yml"
    link.symlink_to(path)
    secret_file(checkout.secret_file(str(tmp_path))).complete(WANTED)
    assert link.is_symlink()
    assert set(yaml.safe_load(path.read_text())) > set(WANTED)


# ------------------------------------------------------------------------------- the playbook

TASKS = {"sightline.core.preflight", "sightline.core.secrets", "ansible.builtin.set_fact"}
ALL_HOSTS = ["a-data-plane", "cp-1", "cp-2"]
VAULT_PASSWORD = "--vault-password-file"


def inventory(store, holding):
    """Return three hosts that are this machine; the one that comes first is no control plane.

    On those of the control plane, the service `minio` holds files that are secret.
    """
    service = {"revision": {"committed": 0, "name": ""}, "secrets": holding, "environments": {}}
    survey = {
        "distribution": "debian",
        "version": "13",
        "machine": "x86_64",
        "clock_synchronised": True,
        "memory": 1 << 30,
        "free": {},
        "services": {},
    }
    here = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }
    return {
        "all": {"vars": {**here, "_survey": survey}},
        "data_plane": {"hosts": {"a-data-plane": {"data_plane_environment": "x"}}},
        "control_plane": {
            "hosts": {"cp-1": {}, "cp-2": {}},
            "vars": {
                "secrets_directory": "{{ inventory_dir }}/kept",
                "_survey": {**survey, "services": {"minio": service}},
            },
        },
        "object_store": {"hosts": dict.fromkeys(store)},
    }


def prepare(folder):
    """Return what prepare.yml does about secrets, and let hosts tell what they were given."""
    (play,) = yaml.safe_load(Path("playbooks/prepare.yml").read_text())
    (once,) = play["tasks"]
    # The inventory is not what this is about.
    _, *once["block"] = [task for task in once["block"] if TASKS & task.keys()]
    told = {
        "content": "{{ secrets | to_json }}",
        "dest": f"{folder}/told-by-{{{{ inventory_hostname }}}}",
    }
    play["tasks"].append(
        {
            "ansible.builtin.copy": told,
            "check_mode": False,
            "changed_when": False,
            "no_log": True,
        }
    )
    return [{**play, "become": False, "vars": {"_built": {"stdout": "{}"}}}]


@dataclass(frozen=True)
class Site:
    """An inventory, and the secrets that its operator keeps beside it."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "kept" / "control_plane.yml"

    @property
    def values(self):
        return yaml.safe_load(self.file.read_text())

    def play(self, *arguments: str, store=("cp-1",), holding=(), **settings: str) -> Done:
        hosts = inventory(store, [*holding])
        (self.folder / "hosts.yml").write_text(yaml.safe_dump(hosts))
        (self.folder / "play.yml").write_text(yaml.safe_dump(prepare(self.folder)))
        chosen = f"--inventory={self.folder}/hosts.yml"
        return play(chosen, *arguments, f"{self.folder}/play.yml", settings=settings)

    def told(self):
        """Return what each host of the last run was given."""
        files = self.folder.glob("told-by-*")
        return {file.name.removeprefix("told-by-"): json.loads(file.read_text()) for file in files}

    def password(self, text="swordfish"):
        """Return a file that holds a vault password."""
        file = self.folder / text
        file.write_text(text)
        return file


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def changes(done):
    return sum(done.changed.values())


def test_every_host_of_the_run_gets_what_is_made_once(site):
    assert changes(site.play()) == 1
    kept = site.values
    assert site.told() == dict.fromkeys(ALL_HOSTS, kept)
    lengths = {(name.rpartition("_")[0][-6:], len(value)) for name, value in kept.items()}
    assert lengths == {("access", 20), ("secret", 40)}
    assert len(kept) == len(set(kept.values())) == 10
    assert stat.S_IMODE(site.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(site.file.parent.stat().st_mode) == 0o700
    assert changes(site.play()) == 0
    assert site.values == kept


def test_a_check_writes_nothing_and_says_what_would_be_made(site):
    checked = site.play("--check", "--diff")
    assert changes(checked) == 1
    assert "control_plane.yml would get object_store_admin_access_key, object_" in checked.said
    assert not site.file.parent.exists()
    given = site.told()["a-data-plane"]
    assert len(given["object_store_admin_secret_key"]) == 40
    assert site.told() == dict.fromkeys(ALL_HOSTS, given)


def test_no_output_and_no_log_holds_a_secret(site):
    log = site.folder / "ansible.log"
    for arguments in (["--check"], [], []):
        done = site.play("-vvvv", "--diff", *arguments, ANSIBLE_LOG_PATH=str(log))
        given = site.told()["cp-1"].values()
        assert done.code == 0, done.said
        assert not [value for value in given if value in done.said + log.read_text()]
    assert "got object_store_admin_access_key" in log.read_text()


def test_a_lost_secret_is_made_again_and_the_others_stay(site):
    site.play()
    before = site.values
    lost = "object_store_store_secret_key"
    site.file.write_text(yaml.safe_dump({name: before[name] for name in before if name != lost}))
    done = site.play()
    assert f"control_plane.yml got {lost}\n" in done.said
    assert {name for name, value in site.values.items() if before[name] != value} == {lost}


def test_without_an_object_store_nothing_is_made(site):
    assert changes(site.play(store=())) == 0
    assert [*site.told().values()] == [{}, {}, {}]
    assert not site.file.parent.exists()


def test_a_run_of_data_planes_alone_makes_nothing(site):
    assert changes(site.play("--limit=data_plane")) == 0
    assert site.told() == {"a-data-plane": {}}
    assert not site.file.parent.exists()


def test_a_run_of_a_part_of_the_control_plane_has_the_secrets(site):
    site.play()
    assert changes(site.play("--limit=cp-2")) == 0
    assert site.told()["cp-2"] == site.values


def test_a_control_plane_that_holds_secrets_gets_no_others(site):
    done = site.play(holding=["minio.env"])
    assert done.code != 0
    for name in ("cp-1", "cp-2"):
        assert (
            f"{name} holds the secrets of minio, and this checkout has no {site.file}" in done.said
        )
    assert not site.file.parent.exists()
    assert changes(site.play(store=(), holding=["minio.env"])) == 0
    site.play()
    assert changes(site.play(holding=["minio.env"])) == 0


def test_a_part_of_a_control_plane_gets_no_secrets_that_the_rest_may_have_otherwise(site):
    done = site.play("--limit=cp-2")
    assert done.code != 0
    assert "cp-1 may hold secrets and is no part of this run" in done.said
    assert not site.file.parent.exists()


# -------------------------------------------------------------------------------- ansible-vault


def decrypted(site, password):
    argv = ["ansible-vault", "view", VAULT_PASSWORD, password, site.file]
    shown = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return yaml.safe_load(shown)


def test_with_a_vault_password_a_new_file_is_encrypted_and_stays_so(site):
    password = site.password()
    assert changes(site.play(VAULT_PASSWORD, str(password))) == 1
    assert site.file.read_text().startswith("$ANSIBLE_VAULT;1.1;AES256\n")
    values = decrypted(site, password)
    assert site.told() == dict.fromkeys(ALL_HOSTS, values)
    written = site.file.read_bytes()
    assert changes(site.play(VAULT_PASSWORD, str(password))) == 0
    assert site.file.read_bytes() == written


def test_what_is_added_to_an_encrypted_file_is_encrypted_with_the_same_password(site):
    site.file.parent.mkdir()
    site.file.write_text("unrelated: x\n")
    ours, others = f"ours@{site.password()}", f"others@{site.password('marlin')}"
    argv = ["ansible-vault", "encrypt", "--vault-id", ours, "--encrypt-vault-id=ours", site.file]
    subprocess.run(argv, capture_output=True, check=True)
    site.file.chmod(0o644)  # an encrypted file may lie where others read it
    assert changes(site.play("--vault-id", others, "--vault-id", ours)) == 1
    assert site.file.read_text().startswith("$ANSIBLE_VAULT;1.2;AES256;ours\n")
    values = decrypted(site, site.password())
    assert values.pop("unrelated") == "x"
    assert site.told()["cp-1"] == values


def test_a_plain_file_stays_plain_and_the_run_that_adds_to_it_says_so(site):
    site.file.parent.mkdir()
    site.file.write_text("unrelated: x\n")
    site.file.chmod(0o600)
    password = site.password()
    advice = f"is plain; `ansible-vault encrypt {site.file}` encrypts it"
    assert advice in site.play(VAULT_PASSWORD, str(password)).said
    assert site.values["unrelated"] == "x"
    assert advice not in site.play(VAULT_PASSWORD, str(password)).said


def said_in_one_line(done):
    assert done.code != 0, done.said
    assert "Traceback" not in done.said
    (line,) = (line for line in done.said.splitlines() if line.startswith("[ERROR]"))
    return line


def test_without_the_password_of_the_file_the_run_says_what_to_type(site):
    site.play(VAULT_PASSWORD, str(site.password()))
    advice = "add --ask-vault-pass or --vault-password-file=<file>"
    assert said_in_one_line(site.play()).endswith(f"{site.file} is encrypted; {advice}")
    other = site.play(VAULT_PASSWORD, str(site.password("marlin")))
    missed = f"{site.file} opens with no vault password of this run; {advice}"
    assert said_in_one_line(other).endswith(missed)


def test_a_file_that_cannot_be_used_ends_the_run_in_one_line(site):
    site.file.parent.mkdir()
    site.file.write_text("object_store_admin_secret_key: marlin\n")
    site.file.chmod(0o600)
    line = said_in_one_line(site.play("-vvvv"))
    assert "control_plane.yml has 6 characters in object_store_admin_secret_key, which" in line
    assert "marlin" not in line


def test_a_place_that_cannot_be_written_ends_the_run_in_one_line(site):
    site.file.parent.write_text("")
    line = said_in_one_line(site.play())
    assert line.endswith(f"{site.file}: Not a directory; nothing was changed")
