"""The clips of many files that fit a checkpoint, past those that do not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rvqvae.bulk.report import Place, Report
from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.evaluation.compatibility import fit_clip
from rvqvae.motion import Clip, MotionFileError, RawClip, iterate_file, make_clip
from rvqvae.motion.mapping import JointMap

_OF_ONE_CLIP = (".npy", ".bvh")


@dataclass(frozen=True)
class Reader:
    """Reads clips for a checkpoint.

    Attributes
    ----------
    checkpoint : what the clips have to fit
    convert : convert features of another layout where that is possible, instead of failing
    joint_map : of BVH files, see `rvqvae.motion.read_motion`
    """

    checkpoint: Checkpoint
    convert: bool = False
    joint_map: JointMap | None = None

    @property
    def made_with(self) -> dict[str, Any]:
        """What a run that goes on must have in common with the one that was interrupted."""
        head = {"checkpoint": self.checkpoint.name, "fingerprint": self.checkpoint.fingerprint}
        return {**head, "joint_map": dict(self.joint_map)} if self.joint_map else head

    def clips(
        self,
        files: Sequence[Path],
        report: Report,
        wanted: Callable[[Place], bool] = lambda place: True,
    ) -> Iterator[tuple[Place, Clip]]:
        """The wanted clips that fit, with their places; what is wrong with the others is reported."""
        for number, file in enumerate(files):
            if file.suffix.lower() in _OF_ONE_CLIP and not wanted((number, 0)):
                continue
            try:
                for index, raw in enumerate(iterate_file(file, self.joint_map)):
                    place = (number, index)
                    if not wanted(place):
                        continue
                    try:
                        clip = self._fit(raw)
                    except ValueError as error:
                        report.fail(place, raw.name, f"{file}: {error}")
                        continue
                    report.remark(place, clip)
                    yield place, clip
            except (MotionFileError, OSError) as error:
                report.fail((number, 0), file.name, error)

    def _fit(self, raw: RawClip) -> Clip:
        clip = fit_clip(make_clip(raw), self.checkpoint, convert=self.convert)
        if not np.isfinite(clip.features).all():
            raise ValueError("its features come out as NaN or infinity; expected finite numbers")
        return clip
