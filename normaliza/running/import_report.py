"""What an import tells at its end, as the command line prints it."""

from collections.abc import Iterator

from orquestra.importing import ImportReport

_DELIMITERS = {",": "commas", ";": "semicolons"}


def report_lines(report: ImportReport) -> Iterator[str]:
    """Write a report, the counts first; the rejects file has the single lines.

    Args:
        report: What the importer counted.

    Yields:
        Lines of text.
    """
    yield (
        f"{report.lines} lines: {report.accepted} accepted, {report.unchanged} unchanged, "
        f"{report.rejected} rejected; {report.warnings} warnings, {report.blank} blank lines"
    )
    yield f"Read as {report.encoding}, cells separated by {_DELIMITERS[report.delimiter]}"
    yield _duration(report)
    if report.resumed_after:
        yield f"Went on behind line {report.resumed_after}, where an earlier run stopped"
    yield from _password_formats(report)
    yield from _reasons(report)
    yield from _closed_tasks(report)
    if "enrolled" in report.facts:
        yield f"Logins enrolled in the open campaign: {report.facts['enrolled']}"
    if report.dry_run:
        yield "Dry run: nothing was kept but this report and the rejects file"
    yield f"Rejects: {report.rejects_path}"


def _duration(report: ImportReport) -> str:
    """Say how long it took; of a run that went on, not how fast, since others read a part."""
    if report.resumed_after or not report.seconds:
        return f"{report.seconds:.1f} s"
    return f"{report.seconds:.1f} s, {report.lines / report.seconds:,.0f} lines a second"


def _password_formats(report: ImportReport) -> Iterator[str]:
    if formats := report.tally.password_formats:
        yield "Password formats:"
        for name, count in sorted(formats.items()):
            yield f"  {count:>9}  {name}"


def _reasons(report: ImportReport) -> Iterator[str]:
    if report.reasons:
        yield "Reasons, by column:"
        for reason, count in report.reasons:
            yield f"  {count:>9}  {reason.column or '(line)'}: {reason.reason}"


def _closed_tasks(report: ImportReport) -> Iterator[str]:
    closing = report.facts.get("complete")
    if closing is None:
        return
    yield f"Open tasks that the file does not have: {closing['closed']} closed"
    if closing["unreadable_lines"]:
        yield (
            f"  {closing['left']} left open: some rejected line does not tell its process; "
            "repair the rejected lines and import again"
        )
    elif closing["left"]:
        yield f"  {closing['left']} left open: a rejected line is about their process"
