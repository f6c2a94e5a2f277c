"""How long the truth may take to be seen: every deadline of a scenario is computed here.

A request is counted when it is answered, exported by the SDK (5 s), scraped (10 s), and met by a
rule at its next evaluation. So what begins is seen after two intervals and one evaluation, and what
ends is forgotten a window later. What an alert waits for (`for`) comes on top.

Burn rates need more care. An SLO's alert asks two questions: is too much of the past hour's budget
gone, and does it still burn. A site that has been busy for an hour answers the first one later than
one that was deployed five minutes ago, because there an incident is a smaller part of what is
remembered. `lasting` says how long the incident has to be.
"""

from __future__ import annotations

INTERVAL = 10.0
"""Seconds between scrapes, and at most between exports."""

EVALUATION = 10.0
"""Seconds between evaluations of a rule; `evaluation` of an expectation names another time."""

BUSY = 10.0
"""Seconds that a machine with other work may be late with all of this together."""

SLO_WINDOW = 300.0
"""Seconds of traffic in a recorded rate of an SLO, and in the window that says "it still burns"."""

SLO_MINUTE = 60.0
"""Seconds between evaluations of the rules of SLOs."""

BURN_RATE = 14.4
"""How many times too fast the budget of the past hour has to burn until somebody is called."""

LONGEST = 30 * 60.0
"""Seconds after which api-faults ends every fault."""


def seen_within(window: float = 0, *, held: float = 0, evaluation: float = EVALUATION) -> float:
    """Return within how many seconds a change is seen by a rule over `window` seconds.

    `held` is the alert's `for`.
    """
    return window + held + 2 * INTERVAL + evaluation + BUSY


def lasting(share: float, remembered: float) -> float:
    """Return for how many seconds an incident has to last until its alert is sure to fire.

    Args:
        share: the part of the past hour's requests that has to be bad, divided by the part that
            this incident makes bad; 0.144 if it spoils every request and the objective is 99 %.
        remembered: how many seconds of traffic, such as there is now, the past hour holds.

    While the rates of five minutes still hold the incident, which lasted D, nearly all of D is in
    the hour's sum: it fires if D > share * (remembered + D + SLO_WINDOW). Rates that are cut off by
    the beginning and the end of the traffic are why nothing smaller is promised.
    """
    if share >= 1:
        return LONGEST
    return min(LONGEST, share * (min(remembered, 3600.0) + SLO_WINDOW) / (1 - share))
