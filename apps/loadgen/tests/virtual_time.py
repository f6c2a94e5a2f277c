"""An event loop that does not wait: when nothing is to do, its time jumps to what comes next."""

from __future__ import annotations

import asyncio
import selectors


class _Jumping(selectors.DefaultSelector):
    """A selector for which time passes at once, and nothing happens on sockets."""

    now = 0.0

    def select(self, timeout=None):
        assert timeout is not None, "nothing is left to happen, and the run goes on"
        self.now += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop of virtual seconds."""

    def __init__(self):
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self):
        return self._jumping.now


def run(coroutine):
    """Run a coroutine in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)
