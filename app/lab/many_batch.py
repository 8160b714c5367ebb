"""Many clips measured one after the other: what was asked for, what is done, and where to go on."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import numpy as np

from app.errors import StudioError, in_the_files_name
from app.job import Cancelled, Job
from app.parsing.many import MOST_SOURCES, Wanted, read_part, sources_of
from rvqvae import Checkpoint
from rvqvae.bulk.report import Failure, Place
from rvqvae.bulk.sources import ARCHIVE, Part, Source
from rvqvae.evaluation.bootstrap import bootstrap_interval
from rvqvae.evaluation.evaluation import ClipScore, score_clips
from rvqvae.evaluation.measures import Measure, measure_of
from rvqvae.motion import Clip, MotionFileError

MOST_ROWS = 50_000
KEPT = 32  # batches of all visitors together that a page can go on with after a reload


@dataclass(frozen=True, eq=False)
class MeasuredClip:
    """One clip of a batch.

    Attributes
    ----------
    place : where it is from: number of the source, and of the clip within it
    errors : {alignment: errors of the first 1 … Q layers}
    used : distinct codes in each layer
    bits : nominal: tokens x log2 K
    slide : mm/s of the feet while the original's stand: its own and that of all layers; None where none does
    """

    place: Place
    name: str
    frames: int
    errors: dict[str, list[float]]
    used: list[int]
    bits: float
    slide: tuple[float, float] | None
    remarks: str


@dataclass(eq=False)
class Batch:
    """Clips that a visitor wants measured with a checkpoint.

    Attributes
    ----------
    token : known to its page alone, which may go on with it after a reload
    files : as they were uploaded, archives among them, each with its name
    sources : files and archives' members; None before archives were looked into
    at : where to read on; None when all is done
    rows, failures : what was measured, and what could not be
    intervals : {alignment: (Q, 2)} of the mean over all clips, once all is done
    """

    checkpoint: Checkpoint
    checkpoint_title: str
    files: list[tuple[Path, str]]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    sources: list[Source] | None = None
    at: Place | None = (0, 0)
    rows: list[MeasuredClip] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    intervals: dict[str, np.ndarray] | None = None
    _turn: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def title(self) -> str:
        """What it is of, in a few words."""
        first = self.files[0][1]
        return first if len(self.files) == 1 else f"{len(self.files)} files"

    @property
    def measure(self) -> Measure:
        """How its errors are measured."""
        return measure_of(self.checkpoint)

    @property
    def wanted(self) -> Wanted:
        """The features that its clips shall have."""
        return Wanted(self.checkpoint.config.input_dim, self.checkpoint.layout)

    def mean(self) -> dict[str, np.ndarray]:
        """{alignment: (Q,)} error over all frames of the clips that are done."""
        frames = np.array([row.frames for row in self.rows])
        ways = self.measure.alignments if self.rows else ()
        return {way: frames @ np.array([row.errors[way] for row in self.rows]) / frames.sum() for way in ways}

    def measure_on(self, job: Job) -> None:
        """Measure what is left, for as long as no other page goes on with the same batch.

        What is done stays when the work is cancelled, or ends for lack of time.
        """
        self._turn += 1
        mine = self._turn

        def tell() -> None:
            if self._turn != mine:
                raise Cancelled
            done = (self.at or (0, 0))[0] / max(1, len(self.sources or ()))
            job.progress(done, f"{len(self.rows):,} clips measured,")

        with self._lock, TemporaryDirectory(prefix="many-") as folder:
            if self.sources is None:
                job.progress(0.0, "looking into archives,")
                self.sources = self._look()
            while self.at is not None:
                tell()
                part = self._read(self.sources, self.at, Path(folder))
                clips = [clip for _, clip in part.clips]
                measured = []
                for score in score_clips(self.checkpoint, clips):
                    tell()
                    measured.append(_row(score, *part.clips[score.index], self.checkpoint))
                self.rows += sorted(measured, key=lambda row: row.place)
                self.failures += part.failures
                self.at = part.next
                if len(self.rows) > MOST_ROWS:
                    raise StudioError(
                        f"More than {MOST_ROWS:,} clips; use python -m rvqvae evaluate for more."
                    )
            self.intervals = self._intervals()

    def _look(self) -> list[Source]:
        found: list[Source] = []
        for path, name in self.files:
            if path.suffix.lower() != ARCHIVE:
                found.append(Source(path, name))
                continue
            try:
                found += sources_of(path, name)
            except StudioError as error:
                raise StudioError(f"{name}: {error}") from error
            except MotionFileError as error:
                raise StudioError(in_the_files_name(error, path, name)) from error
        return found

    def _read(self, sources: Sequence[Source], at: Place, folder: Path) -> Part:
        """The next clips; a file that takes too much to read costs itself alone."""
        try:
            return read_part(sources, at, self.wanted, folder, MOST_SOURCES)
        except StudioError:
            pass
        try:
            return read_part(sources, at, self.wanted, folder, 1)
        except StudioError as error:
            after = (at[0] + 1, 0) if at[0] + 1 < len(sources) else None
            return Part([], [Failure(at, sources[at[0]].name, str(error))], after)

    def _intervals(self) -> dict[str, np.ndarray]:
        frames = np.array([row.frames for row in self.rows])
        ways = self.measure.alignments if self.rows else ()
        return {
            way: bootstrap_interval(np.array([row.errors[way] for row in self.rows]), frames) for way in ways
        }


def _row(score: ClipScore, place: Place, clip: Clip, checkpoint: Checkpoint) -> MeasuredClip:
    original, *_, made = score.slides.tolist()
    stands = score.standing or 1
    return MeasuredClip(
        place,
        clip.name,
        score.frames,
        {way: errors.tolist() for way, errors in score.errors.items()},
        [len(np.unique(row)) for row in score.tokens],
        float(score.tokens.size * np.log2(checkpoint.config.num_embeddings)),
        (original / stands, made / stands) if score.standing else None,
        "; ".join(clip.remarks),
    )


class Batches:
    """The latest batches of this server, by token; those that were asked for the longest ago leave first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Batch] = OrderedDict()
        self._lock = Lock()

    def keep(self, batch: Batch) -> None:
        """Keep one for whoever knows its token."""
        with self._lock:
            self._kept[batch.token] = batch
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def find(self, token: str) -> Batch | None:
        """The batch of a token; None where there is none, or none any more."""
        with self._lock:
            if token in self._kept:
                self._kept.move_to_end(token)
            return self._kept.get(token)


batches = Batches()
