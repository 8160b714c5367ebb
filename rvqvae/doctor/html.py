"""The report as one HTML page that needs nothing else."""

from collections.abc import Iterable
from html import escape

from rvqvae.doctor.report import Finding, Report, sentence_of

_STATES = ("healthy", "sick", "unreadable")
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2430; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
.verdict { padding: .8rem 1rem; border-radius: .5rem; background: #fdeee6; color: #7a2e0b; }
.verdict.healthy { background: #e7f4ea; color: #17512a; }
li { margin: .6rem 0; }
.advice { color: #4a5566; }
table { border-collapse: collapse; font-size: .9rem; }
td, th { padding: .2rem .8rem .2rem 0; text-align: left; border-bottom: 1px solid #d8dee8; font-weight: 400; }
"""


def html_report(report: Report) -> str:
    """The whole report, its numbers included."""
    parts = [
        f"<h1>{escape(report.subject)}</h1>",
        f'<p class="verdict {_STATES[report.status]}">{escape(report.verdict)}</p>',
    ]
    if report.remedy:
        parts += ["<h2>Repair</h2>", f"<p>{escape(sentence_of(report.remedy))}</p>"]
    if report.findings:
        parts += ["<h2>Findings</h2>", "<ul>", *map(_finding, report.findings), "</ul>"]
    if report.not_examined:
        items = (f"<li>{escape(reason)}</li>" for reason in report.not_examined)
        parts += ["<h2>Not examined</h2>", "<ul>", *items, "</ul>"]
    if report.facts:
        parts += ["<h2>What it is</h2>", _table(report.facts.items())]
    if report.measurements:
        shown = ((name.replace("_", " "), _shown(value)) for name, value in report.measurements.items())
        parts += ["<h2>What was measured</h2>", _table(shown)]
    title = f"{escape(report.subject)}: {_STATES[report.status]}"
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _finding(finding: Finding) -> str:
    check = f"<code>{escape(finding.check)}</code>"
    head = f"<strong>{escape(finding.where)}</strong> · {finding.severity} · {check}"
    advice = f'<div class="advice">{escape(finding.advice)}</div>'
    return f"<li>{head}<div>{escape(finding.message)}</div>{advice}</li>"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = (f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows)
    return f"<table>{''.join(cells)}</table>"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
