"""What the doctor says."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rvqvae.checkpoints.checkpoint import Checkpoint

HEALTHY, SICK, UNREADABLE = 0, 1, 2
# What is seen where no cause is named.
UNKNOWN = {
    "worse_than_mean_pose",
    "reconstruction",
    "lost_group",
    "foreign_decoder",
    "activations",
    "shaking",
}


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
class Remedy:
    """A repair that was tried and can be handed out: metadata, or the same numbers in other places.

    Attributes
    ----------
    words : str, what was done
    error_before, error_after : float
        Error on the clips, root and height counted: mm where the features have joints, else the share of
        variance left. The label of a frame rate changes neither.
    unit : str, "mm" or "of the variance"
    """

    words: str
    error_before: float
    error_after: float
    unit: str


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
    remedy : Remedy or None
    repaired : Checkpoint or None, the copy that the remedy gives
    """

    subject: str
    facts: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    measurements: dict[str, Any] = field(default_factory=dict)
    not_examined: list[str] = field(default_factory=list)
    readable: bool = True
    remedy: Remedy | None = None
    repaired: "Checkpoint | None" = field(default=None, repr=False, compare=False)

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
            known = "Sick, cause unknown" if self.sick[0].check in UNKNOWN else "Sick"
            return f"{known}: {self.sick[0].message} {self.sick[0].advice}{rest}"
        of_the_clips = [f for f in self.findings if f.check.startswith("clips_")]
        if of_the_clips:
            return f"Healthy, but look at the clips: {of_the_clips[0].message} {of_the_clips[0].advice}"
        left_out = " What was left out is listed above." if self.not_examined else ""
        return f"Healthy: nothing wrong was found.{left_out}"

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, verdict and exit status included; the repaired copy is left out."""
        plain = asdict(replace(self, repaired=None))
        del plain["repaired"]
        return {**plain, "verdict": self.verdict, "status": self.status}


def report_of(values: Mapping[str, Any], repaired: "Checkpoint | None" = None) -> Report:
    """The report that `Report.to_dict` gave as values.

    Raises
    ------
    KeyError, TypeError, ValueError
        If they are none.
    """
    findings = [
        Finding(
            str(one["check"]),
            str(one["where"]),
            str(one["message"]),
            str(one["advice"]),
            Severity(one["severity"]),
        )
        for one in values["findings"]
    ]
    remedy = values["remedy"]
    return Report(
        str(values["subject"]),
        {str(name): str(value) for name, value in values["facts"].items()},
        findings,
        dict(values["measurements"]),
        [str(reason) for reason in values["not_examined"]],
        bool(values["readable"]),
        Remedy(**remedy) if remedy is not None and repaired is not None else None,
        repaired,
    )


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
    if report.remedy:
        lines += ["", f"repair: {sentence_of(report.remedy)}"]
    if report.not_examined:
        lines += ["", *(f"not examined: {reason}" for reason in report.not_examined)]
    return "\n".join([*lines, "", report.verdict])


def sentence_of(remedy: Remedy) -> str:
    """What a remedy does, with the error before and after."""
    places = 1 if remedy.unit == "mm" else 3
    before, after = (f"{value:.{places}f}" for value in (remedy.error_before, remedy.error_after))
    return f"{remedy.words}; the error goes from {before} to {after} {remedy.unit}, root and height counted."


def _format_measurements(values: dict[str, Any]) -> list[str]:
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
