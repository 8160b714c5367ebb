"""What the doctor says."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum

HEALTHY, SICK, UNREADABLE = 0, 1, 2


class Severity(StrEnum):
    """How much a finding matters."""

    SICK = "sick"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing the doctor noticed.

    Attributes
    ----------
    check : str, a stable name for programs, e.g. "batchnorm_reset"
    where : str, the part of the checkpoint
    message : str, what was found and what was expected
    advice : str, what to do
    severity : Severity, a note leaves a checkpoint healthy
    """

    check: str
    where: str
    message: str
    advice: str
    severity: Severity = Severity.SICK


@dataclass(frozen=True)
class Report:
    """All that was found out about a checkpoint.

    Attributes
    ----------
    subject : str, what was examined
    facts : dict, what the file is: layout, hyperparameters, sizes, source of the normalisation
    findings : list of Finding, the likeliest cause first
    measurements : dict of plain values, what was measured on clips; empty if nothing was
    not_examined : list of str, what was left out and why
    readable : bool
    """

    subject: str
    facts: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    measurements: dict = field(default_factory=dict)
    not_examined: list[str] = field(default_factory=list)
    readable: bool = True

    @property
    def status(self) -> int:
        """Exit status: 0 healthy, 1 sick, 2 unreadable."""
        if not self.readable:
            return UNREADABLE
        return SICK if self.sick else HEALTHY

    @property
    def sick(self) -> list[Finding]:
        """The findings that make a checkpoint sick."""
        return [f for f in self.findings if f.severity == Severity.SICK]

    @property
    def verdict(self) -> str:
        """One or two sentences."""
        if not self.readable:
            return "Unreadable. " + " ".join(f.advice for f in self.findings)
        if self.sick:
            more = len(self.sick) - 1
            rest = f" ({more} more {'finding' if more == 1 else 'findings'} below.)" if more else ""
            return f"Sick: {self.sick[0].message} {self.sick[0].advice}{rest}"
        left_out = " What was left out is listed above." if self.not_examined else ""
        return f"Healthy: nothing wrong was found.{left_out}"

    def to_dict(self) -> dict:
        """Everything as plain values, verdict and exit status included."""
        return {**asdict(self), "verdict": self.verdict, "status": self.status}


def format_report(report: Report) -> str:
    """The report as text for a terminal."""
    lines = [report.subject, ""]
    lines += [f"  {name:<22}{value}" for name, value in report.facts.items()]
    if report.measurements:
        lines += ["", *_format_measurements(report.measurements)]
    for finding in report.findings:
        lines += [
            "",
            f"{finding.severity} · {finding.check} · {finding.where}",
            f"  {finding.message}",
            f"  {finding.advice}",
        ]
    if report.not_examined:
        lines += ["", *(f"not examined: {reason}" for reason in report.not_examined)]
    return "\n".join([*lines, "", report.verdict])


def _format_measurements(values: dict) -> list[str]:
    layers = range(len(values["unexplained"]))
    columns = {
        "variance left": [f"{values['unexplained'][k]:.1%}" for k in layers],
        "residual energy": [f"{values['residual_share'][k]:.1%}" for k in layers],
        "same tokens again": [f"{values['token_agreement'][k]:.0%}" for k in layers],
    }
    title = f"  on {values['clips']} clips, {values['frames']} frames"
    if "error_mm" in values:
        columns = {"MPJPE mm": [f"{values['error_mm'][k]:.1f}" for k in layers], **columns}
        title += f"; the mean pose is {values['mean_pose_mm']:.1f} mm off (local MPJPE)"
    lines = [title, "  layers" + "".join(f"{name:>20}" for name in columns)]
    for k in layers:
        label = "1" if k == 0 else f"1-{k + 1}"
        lines.append(f"  {label:<6}" + "".join(f"{values[k]:>20}" for values in columns.values()))
    return lines
