"""What is to be said at the end of a run over many files."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rvqvae.motion import Clip

# Number of a file among those of the run, and of a clip within it.
Place = tuple[int, int]


@dataclass(frozen=True, order=True)
class Failure:
    """A file, or a clip within one, that could not be processed, and why in one sentence."""

    place: Place
    name: str
    reason: str


@dataclass(frozen=True, order=True)
class Remark:
    """What was converted on the way: the first clip that it was said of, and of how many in all."""

    place: Place
    name: str
    clips: int


@dataclass
class Report:
    """Failures and remarks of a run, or of one rank's part in it.

    Attributes
    ----------
    failures : what could not be processed
    remarks : sentences about what was converted
    """

    failures: list[Failure] = field(default_factory=list)
    remarks: dict[str, Remark] = field(default_factory=dict)

    def fail(self, place: Place, name: str, reason: object) -> None:
        """Note a failure."""
        self.failures.append(Failure(place, name, str(reason)))

    def remark(self, place: Place, clip: Clip) -> None:
        """Note a clip's remarks."""
        for sentence in clip.remarks:
            self._add(sentence, Remark(place, clip.name, 1))

    def _add(self, sentence: str, new: Remark) -> None:
        known = self.remarks.get(sentence, new)
        first = min(known, new)
        clips = new.clips if known is new else known.clips + new.clips
        self.remarks[sentence] = Remark(first.place, first.name, clips)


def merge_reports(reports: Sequence[Report]) -> Report:
    """One report of several ranks', in the order of the files; what several say of one file is said once."""
    merged = Report(sorted({failure for report in reports for failure in report.failures}))
    for report in reports:
        for sentence, remark in report.remarks.items():
            merged._add(sentence, remark)
    merged.remarks = dict(sorted(merged.remarks.items(), key=lambda entry: entry[1].place))
    return merged
