"""What documents hold: fenced blocks, and the commands in them.

A block of commands is fenced as `sh` with one word behind it, which says where a test runs it: the
name of a host of the deployed lab, `checkout` for what needs no host, or `example` for what no test
runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "apps/*/*.md")
    for path in Path().glob(pattern)
    if "node_modules" not in path.parts
)
FENCED = re.compile(r"^```(.*)\n((?s:.*?))^```$", re.MULTILINE)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_CONTINUED = re.compile(r"\\\n\s*")
_REMARK = re.compile(r"\s+# .*$")


@dataclass(frozen=True)
class Block:
    """A fenced block: the words behind its fence, and what it holds."""

    document: Path
    line: int
    language: str
    mark: str
    text: str

    def __str__(self) -> str:
        """Return where it stands."""
        return f"{self.document}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """Its lines without remarks, those that go on joined."""
        lines = _CONTINUED.sub("", self.text).splitlines()
        bare = [_REMARK.sub("", line).strip() for line in lines]
        return [line for line in bare if line and not line.startswith("# ")]


def blocks(document: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    text = document.read_text(encoding="utf-8")
    for found in FENCED.finditer(text):
        language, _, mark = found[1].partition(" ")
        line = text.count("\n", 0, found.start()) + 1
        yield Block(document, line, language, mark, found[2])


def every_block() -> list[Block]:
    """Return the fenced blocks of all documents."""
    return [block for document in DOCUMENTS for block in blocks(document)]


def named_commands(document: Path) -> Iterator[str]:
    """Yield what a document tells somebody to type, in blocks of commands and within sentences."""
    text = document.read_text(encoding="utf-8")
    yield from (
        one for block in blocks(document) if block.language == "sh" for one in block.commands
    )
    yield from INLINE.findall(FENCED.sub("", text))
