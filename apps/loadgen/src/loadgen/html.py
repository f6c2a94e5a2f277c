"""The result of a run as one page that needs nothing else: no network, no script, no font."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template

from loadgen import __version__, formats, panels
from loadgen.results import Result
from loadgen.stats import Figures
from loadgen.thresholds import Verdict


def to_html(result: Result) -> str:
    """Return the page."""
    template = Template(files(__package__).joinpath("report.html").read_text(encoding="utf-8"))
    names = [one.name for one in result.snapshot.environments]
    return template.substitute(
        title=escape(f"Load on {', '.join(names)}"),
        names=escape(", ".join(names)),
        when=f"{result.begun:%d %B %Y, %H:%M} UTC".lstrip("0"),
        verdict=_overall(result),
        summary=escape(_summary(result)),
        remarks=_remarks(result.remarks),
        cards="".join(_card(result, index) for index in range(len(names))),
        thresholds=_thresholds(result.verdicts),
        timelines="".join(panels.over_time(result)),
        distribution=panels.distribution(result),
        routes=panels.routes(result),
        table=_table(result),
        settings=_settings(result),
        version=escape(__version__),
    )


def _overall(result: Result) -> str:
    if result.interrupted:
        return _pill("unknown", "Interrupted")
    if not result.verdicts:
        return _pill("unknown", "No thresholds")
    return _pill("ok", "Passed") if result.passed else _pill("down", "Thresholds missed")


def _pill(state: str, word: str) -> str:
    glyph = {"ok": "✓", "down": "✕", "unknown": formats.NOTHING}[state]
    return f'<span class="pill {state}"><b>{glyph}</b>{escape(word)}</span>'


def _summary(result: Result) -> str:
    totals = [one.total for one in result.snapshot.environments]
    sent, failed = sum(it.sent for it in totals), sum(it.failed for it in totals)
    ended = sum(it.ended for it in totals)
    length = formats.duration(result.snapshot.elapsed)
    share = formats.percent(failed / ended if ended else None)
    sentences = [f"{formats.count(sent)} requests in {length}, {share} of them failed."]
    if result.verdicts:
        missed = sum(verdict.missed for verdict in result.verdicts)
        of = f"of {len(result.verdicts)} thresholds"
        sentences.append(f"{missed} {of} were missed." if missed else f"None {of} was missed.")
    return " ".join(sentences)


def _remarks(remarks: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(remark)}</li>" for remark in remarks)
    if not items:
        return ""
    return f'<aside><h2>Before you believe the figures</h2><ul class="remarks">{items}</ul></aside>'


def _card(result: Result, index: int) -> str:
    one = result.snapshot.environments[index]
    aim, total = result.aims[one.name], one.total
    p50, p95, p99 = total.intended.quantiles(panels.QUANTILES)
    facts = (
        ("p50", *panels.latency(p50)),
        ("p99", *panels.latency(p99)),
        ("max", *panels.latency(total.intended.longest)),
        ("requests", formats.count(total.sent), ""),
        ("rate", formats.per_second(total.sent, result.snapshot.elapsed), "/s"),
        ("errors", *_split(formats.percent(total.error_ratio))),
        ("4xx", formats.count(total.refused), ""),
        ("dropped", formats.count(total.dropped), ""),
        ("service p95", *panels.latency(total.service.quantile(0.95))),
    )
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{value}<small>{unit}</small></dd></div>"
        for name, value, unit in facts
    )
    value, unit = panels.latency(p95)
    name = f"{panels.key(index)}{escape(one.name)}"
    return (
        f'<article class="card"><header><h3>{name}</h3>'
        f"{_state_of(one.name, result.verdicts)}</header>"
        f'<p class="aim"><span>{escape(aim.url)}</span><span>{escape(aim.profile)}</span></p>'
        f'<p class="big">{value}<small>{unit}</small><em>p95</em></p>'
        f"<dl>{rows}</dl></article>"
    )


def _state_of(name: str, verdicts: Iterable[Verdict]) -> str:
    mine = [it for it in verdicts if it.subject == name or it.subject.startswith(f"{name} ")]
    if not mine:
        return ""
    missed = sum(verdict.missed for verdict in mine)
    return _pill("down", f"{missed} missed") if missed else _pill("ok", "kept")


def _thresholds(verdicts: Iterable[Verdict]) -> str:
    rows = "".join(
        f"<tr><td>{_pill('down', 'missed') if it.missed else _pill('ok', 'kept')}</td>"
        f"<td><code>{escape(it.threshold).replace(':', ':<wbr>')}</code></td>"
        f"<td>{escape(it.subject)}</td>"
        f"<td>{escape(it.shown)}</td></tr>"
        for it in sorted(verdicts, key=lambda it: not it.missed)
    )
    if not rows:
        return ""
    head = "<th>Verdict<th>Fails if<th>Where<th>Found"
    return (
        '<section><h2>Thresholds</h2><div class="panel scroll"><table class="words">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _table(result: Result) -> str:
    elapsed = result.snapshot.elapsed
    rows = ""
    for index, one in enumerate(result.snapshot.environments):
        name = f"{panels.key(index)}{escape(one.name)}"
        rows += f'<tr class="sum"><th>{name}</th>{_cells(one.total, elapsed)}</tr>'
        for route, figures in one.routes.items():
            rows += f"<tr><th>{escape(route)}</th>{_cells(figures, elapsed)}</tr>"
    return rows


def _cells(figures: Figures, elapsed: float) -> str:
    latencies = (
        *figures.intended.quantiles(panels.QUANTILES),
        figures.intended.longest,
        figures.service.quantile(0.95),
    )
    texts = (
        formats.count(figures.sent),
        formats.per_second(figures.sent, elapsed),
        *(formats.milliseconds(value) for value in latencies),
        formats.count(figures.failed),
        formats.percent(figures.error_ratio),
        formats.count(figures.refused),
        formats.count(figures.dropped),
    )
    return "".join(f"<td>{escape(text)}</td>" for text in texts)


def _settings(result: Result) -> str:
    seconds = result.snapshot.elapsed
    late = max(
        (one.total.lateness.quantile(0.99) or 0 for one in result.snapshot.environments), default=0
    )
    busy = formats.percent(result.cpu_seconds / seconds) if seconds else formats.NOTHING
    facts = {
        **result.settings,
        "generator's CPU": f"{busy} of a core",
        "generator's lateness": f"p99 {formats.duration(late)}",
    }
    return "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in facts.items()
    )


def _split(text: str) -> tuple[str, str]:
    value, _, unit = text.partition(" ")
    return escape(value), unit
