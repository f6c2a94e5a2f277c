"""Licences of everything that is shipped: recognised by their words, checked, and collected.

A text is recognised when it is made of known licences word for word (line breaks, punctuation,
list marks and names aside) and nothing that is left speaks of rights. Whatever else it is, a
person has to read it: `reviewed_licences` in lock.yml keeps the answers.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.errors import UserError

TEMPLATES = Path(__file__).with_name("licences")
"""One file per licence: passages between lines of `%%%%`, with `{{a|b}}` for either wording and
`{{…}}` for anybody's name."""

TITLES = re.compile(
    r"\b(the )?(following )?"
    r"(mit|isc|(new |modified |simplified )?bsd( [23] clause)?|[23]clause bsd|apache|0bsd|"
    r"mozilla public)( open source)? licen[cs]e( mit| [23]clause)?( v?(ersion )?2 0)?\b"
    r"|\b(january 2004 )?http www apache org licenses( license 2 0)?|end of terms and conditions"
    r"|all rights reserved|^licen[cs]e "
)
"""What stands above and below a licence and says nothing of its own."""

ABOUT_RIGHTS = re.compile(
    r"licen[cs]|permi|grant|distribut|warrant|condition|restrict|patent|commercial|agree|gpl|terms"
    r"|provided that|must|may not|shall"
)

LIST_MARK = re.compile(r"^\s*([*•·+-]|\(?([0-9]+|[a-z]|i{1,3})[.)])\s+", re.MULTILINE)

IS_LICENCE = re.compile(
    r"(un)?licen[cs]e|copying|.+\.licen[cs]e\.txt$",  # the last one is what webpack writes
    re.IGNORECASE,
)
IS_NOTICE = re.compile(r"notice|copyright|patents|edl-v", re.IGNORECASE)  # Eclipse's second text
NO_TEXT = {
    ".go", ".py", ".js", ".ts", ".mjs", ".cjs", ".json", ".html", ".tmpl",
    ".asc", ".minisig", ".sig",
}  # fmt: skip
"""Source files that are named after what they do, and signatures of a text."""


@dataclass(frozen=True)
class Review:
    """What a person found a licence text to be, and why it may be shipped."""

    licence: str
    reason: str


@dataclass(frozen=True)
class Policy:
    """The lock's word on licences: what may be shipped, and what a person has found out.

    `reviewed` is by a text's SHA-256; `without_file`, by `<name>@<version>`, is for packages that
    come with no text.
    """

    accepted: frozenset[str]
    reviewed: Mapping[str, Review]
    without_file: Mapping[str, Review] = field(default_factory=dict)


@dataclass(frozen=True)
class Package:
    """One piece of other people's work: `declared` is what it says of itself, if anything."""

    name: str
    version: str
    declared: str
    files: tuple[Path, ...]

    def __str__(self) -> str:
        """Return the words for messages."""
        return f"{self.name} {self.version}".rstrip()

    @property
    def key(self) -> str:
        """What the lock calls it."""
        return f"{self.name}@{self.version}"


def files_about_rights(folder: Path) -> list[Path]:
    """Return the licences and notices that lie in a folder itself, sorted."""
    return [path for path in sorted(folder.iterdir()) if is_about_rights(path) and path.is_file()]


def is_about_rights(path: Path) -> bool:
    """Tell by its name whether a file is a licence or a notice."""
    named = IS_LICENCE.match(path.name) or IS_NOTICE.match(path.name)
    return bool(named) and path.suffix not in NO_TEXT


def collect(packages: Iterable[Package], policy: Policy) -> str:
    """Return the text of THIRD-PARTY.txt: every package, its licences, and each text once.

    Raises UserError for a package whose licence is not found, not known, or not accepted.
    """
    lines = ["Everything below has its own authors; a number in brackets is that of a text.\n"]
    numbers: dict[str, int] = {}
    for package in sorted(packages, key=lambda one: (one.name, one.version)):
        licence = licence_of(package, policy)
        own = {numbers.setdefault(_read(path), len(numbers) + 1) for path in package.files}
        lines.append(f"{package}: {licence} {sorted(own) or ''}".rstrip())
    texts = [f"\n[{number}] {'=' * 72}\n\n{text}" for text, number in numbers.items()]
    return "\n".join([*lines, *texts]) + "\n"


def licence_of(package: Package, policy: Policy) -> str:
    """Return a package's licence as an SPDX expression.

    Its texts decide; without any, its own declaration does, and last the lock's word on exactly
    this version. Raises UserError, see `collect`.
    """
    texts = [path for path in package.files if IS_LICENCE.match(path.name)]
    found = sorted({_licence_of_text(path, package, policy) for path in texts})
    if not found:
        found = [package.declared or _licence_without_file(package, policy)]
    elif package.key in policy.without_file:
        raise UserError(
            f"{package}: the lock says that it has no licence file, but there is {texts[0]}",
            hint=f"remove {package.key} from licences_without_file in artifacts/lock.yml",
        )
    for licence in found:
        check_licence(licence, policy.accepted, where=str(package))
    return " AND ".join(f"({one})" if " OR " in one and len(found) > 1 else one for one in found)


def check_licence(licence: str, accepted: frozenset[str], *, where: str) -> str:
    """Return an SPDX expression of licences that may be shipped. Raises UserError for any other."""
    parts = re.split(r" (?:AND|OR) ", licence.replace("(", "").replace(")", ""))
    if not accepted.issuperset(parts):
        raise UserError(
            f"{where}: licence {licence} is not accepted",
            hint=f"accepted_licences in artifacts/lock.yml: {', '.join(sorted(accepted))}",
        )
    return licence


def recognise(text: str) -> frozenset[str]:
    """Return the SPDX identifiers of the licences that a text is made of, none if unsure."""
    words = _words(text)
    found = set()
    for name, passages in _templates().items():
        for passage in passages:
            words, times = passage.subn(" ", words)
            if times:
                found.add(name)
    rest = TITLES.sub(" ", words)
    return frozenset() if ABOUT_RIGHTS.search(rest) else frozenset(found)


def _licence_without_file(package: Package, policy: Policy) -> str:
    if review := policy.without_file.get(package.key):
        return review.licence
    raise UserError(
        f"{package}: no licence found",
        hint="do without it, or take a version that comes with its licence; if its sources name "
        f"one, add {package.key} to licences_without_file in artifacts/lock.yml",
    )


def _licence_of_text(path: Path, package: Package, policy: Policy) -> str:
    text = _read(path)
    if found := recognise(text):
        return " AND ".join(sorted(found))
    digest = hashlib.sha256(text.encode()).hexdigest()
    if review := policy.reviewed.get(digest):
        return review.licence
    raise UserError(
        f"{package}: nobody has reviewed its licence, {path.name}",
        hint=f"read {path}; if it may be shipped, add {digest} to reviewed_licences in "
        "artifacts/lock.yml",
    )


def _read(path: Path) -> str:
    """Return a text without what differs between two copies of it."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


@functools.cache
def _templates() -> dict[str, list[re.Pattern[str]]]:
    return {
        path.stem: [_pattern(passage) for passage in path.read_text("utf-8").split("%%%%\n")]
        for path in sorted(TEMPLATES.glob("*.txt"))
    }


def _pattern(passage: str) -> re.Pattern[str]:
    expression = ""
    for position, part in enumerate(re.split(r"\{\{(.*?)\}\}", passage)):
        if position % 2 == 0:
            expression += re.escape(_words(part))
        elif part == "…":
            expression += r"(?:\S+ ){1,30}?"
        else:
            expression += f"(?:{'|'.join(_words(choice) for choice in part.split('|'))})"
    return re.compile(expression)


def _words(text: str) -> str:
    """Return the words alone, in lower case, each followed by a space."""
    text = text.lower().replace("https:", "http:")
    text = LIST_MARK.sub("", text)
    text = re.sub(r"(?<=[a-z])-\s*(?=[a-z])", "", text)
    return "".join(f"{word} " for word in re.findall(r"[a-z0-9]+", text))
