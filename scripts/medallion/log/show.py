"""What the commands say about a log."""

from __future__ import annotations

from medallion.log.write import Report


def told(report: Report) -> str:
    """What was logged, in one line."""
    text = f"logged {_number(len(report.loads), 'load')} and {_number(report.new_nodes, 'node')}"
    if report.recovered:
        text += f"; {len(report.recovered)} of the loads from earlier runs"
    if report.posted:
        text += f"; {report.posted} entries that had waited were posted"
    if report.spooled:
        text += f"; {report.spooled} entries wait to be posted"
    return text


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
