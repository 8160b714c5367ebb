"""Many clips at once: a folder, files or an archive in; a table out, the worst first, a click plays one."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.catalog.choosing import choose_clip
from app.command import command
from app.errors import StudioError
from app.jobs import Work
from app.lab.figure import Figure, Payload
from app.lab.many_batch import Batch, MeasuredClip, batches
from app.lab.many_table import table
from app.lab.tab import TABLES, Tab
from app.parsing.many import read_part
from app.payloads.many import ManyPayload, NothingMeasured
from app.values import as_int
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import SourceClip, most_frames
from rvqvae.bulk.report import Place
from rvqvae.bulk.sources import ARCHIVE, Source
from rvqvae.motion.files import SUFFIXES

JOB = "many"
MOST_FILES = 5_000
PAGE = 25
FAILURES_SHOWN = 50
LONGEST = 400  # characters of a remark
# By what the table can be sorted; the largest first, names aside.
ORDERS: dict[str, Callable[[MeasuredClip, str], Any]] = {
    "error": lambda row, way: -row.errors[way][-1],
    "slide": lambda row, way: -(row.slide[1] - row.slide[0] if row.slide else float("-inf")),
    "codes": lambda row, way: -sum(row.used) / row.frames,
    "frames": lambda row, way: -row.frames,
    "name": lambda row, way: row.name.casefold(),
}


@dataclass(frozen=True)
class Many:
    """What a visitor has measured, and how they look at it.

    Attributes
    ----------
    batch : the latest; None before the first
    alignment : of the errors that are shown; "" takes the measure's own
    order : one of `ORDERS`
    played : key of the clip that a place is played under
    """

    batch: Batch | None = None
    alignment: str = ""
    order: str = "error"
    page: int = 0
    played: dict[tuple[str, Place], str] = field(default_factory=dict)

    @property
    def way(self) -> str:
        """How the errors that are shown are aligned."""
        measure = _batch(self).measure
        return self.alignment if self.alignment in measure.alignments else measure.default


def measuring(batch: Batch) -> Work[None]:
    """The measuring of a batch's clips."""
    return Work(JOB, batch.token, batch.measure_on)


@command
def measure_files(visitor: Visitor, files: list[dict[str, Any]]) -> None:
    """Measure the clips of uploaded files with the present checkpoint.

    files : [{"path": …, "file_name": …}, …], motion files or archives of them, folders kept in the names
    """
    if not 1 <= len(files) <= MOST_FILES:
        raise StudioError(
            f"{len(files)} files were chosen; from 1 to {MOST_FILES:,} are measured, or a .zip."
        )
    chosen = [(visitor.uploaded(file["path"]), str(file["file_name"])[:LONGEST]) for file in files]
    other = next((name for path, name in chosen if path.suffix.lower() not in (*SUFFIXES, ARCHIVE)), None)
    if other is not None:
        raise StudioError(
            f"{other} holds no motion; choose {', '.join(SUFFIXES)} files, or a {ARCHIVE} of them."
        )
    checkpoint = visitor.workbench.encoded.checkpoint
    batch = Batch(checkpoint, checkpoint.name, chosen)
    batches.keep(batch)
    visitor.keep(Many(batch, visitor.room(Many).alignment))
    visitor.jobs.begin(measuring(batch))


@command
def go_on_measuring(visitor: Visitor, batch: str = "") -> str:
    """Go on with what was cancelled, or with a batch of this page's before it was loaded anew."""
    found = batches.find(str(batch)) if batch else visitor.room(Many).batch
    if found is None:
        return "What was being measured here is no longer kept; choose the files again." if batch else ""
    visitor.keep(replace(visitor.room(Many), batch=found))
    if found.at is not None:
        visitor.jobs.begin(measuring(found))
    return ""


@command(replaceable=True)
def look_at_clips(visitor: Visitor, order: str = "error", alignment: str = "", page: int = 0) -> None:
    """Look at the table in another order or alignment, or at another page of it."""
    if order not in ORDERS:
        raise StudioError(f"There is no order {order!r}; choose one of {', '.join(ORDERS)}.")
    seen = visitor.room(Many)
    visitor.keep(replace(seen, order=order, alignment=str(alignment), page=max(0, as_int(page))))


@command
def play_measured(visitor: Visitor, row: int) -> str:
    """Take a measured clip to the player."""
    many = visitor.room(Many)
    batch, index = _batch(many), as_int(row)
    if not 0 <= index < len(batch.rows):
        raise StudioError("That clip is not in the table any more; choose another.")
    measured = batch.rows[index]
    place = batch.token, measured.place
    if place not in many.played:
        clip = _read_again(batch, measured)
        many.played[place] = _kept(visitor, clip, many.played)
    key = many.played[place]
    said = choose_clip(visitor, key)
    visitor.notify("row", tab=TAB.name, layer=None, step=None)
    return said


def payload(visitor: Visitor) -> ManyPayload:
    """A page of the table, the errors over all clips so far, and what could not be measured."""
    many = visitor.room(Many)
    if many.batch is None:
        return NothingMeasured(batch=None)
    batch, way = many.batch, many.way
    pages = max(1, -(-len(batch.rows) // PAGE))
    page = min(many.page, pages - 1)
    order = sorted(enumerate(batch.rows), key=lambda one: ORDERS[many.order](one[1], way))
    mean = batch.mean()
    intervals = batch.intervals.get(way) if batch.intervals and len(batch.rows) > 1 else None
    return {
        "batch": batch.token,
        "title": batch.title,
        "checkpoint": batch.checkpoint_title,
        "state": visitor.jobs.state_of(measuring(batch)),
        "complete": batch.at is None,
        "clips": len(batch.rows),
        "frames": sum(row.frames for row in batch.rows),
        "fps": batch.checkpoint.fps,
        "alignments": list(batch.measure.alignments),
        "alignment": way,
        "unit": batch.measure.unit(way),
        "order": many.order,
        "mean": mean[way].tolist() if mean else [],
        "interval": intervals[-1].tolist() if intervals is not None else None,
        "page": page,
        "pages": pages,
        "first": page * PAGE,
        "rows": [
            {
                "index": index,
                "name": row.name,
                "frames": row.frames,
                "errors": row.errors[way],
                "used": row.used,
                "bits": row.bits,
                "slide": list(row.slide) if row.slide else None,
                "remarks": row.remarks[:LONGEST],
            }
            for index, row in order[page * PAGE : (page + 1) * PAGE]
        ],
        "failed": len(batch.failures),
        "failures": [
            {"name": one.name, "reason": one.reason[:LONGEST]} for one in batch.failures[:FAILURES_SHOWN]
        ],
    }


def key(visitor: Visitor) -> Hashable:
    """The batch, how far it is, and how it is looked at."""
    many = visitor.room(Many)
    if many.batch is None:
        return None
    batch = many.batch
    done = len(batch.rows), len(batch.failures), batch.at, batch.intervals is None
    look = many.alignment, many.order, many.page
    return batch.token, done, look, visitor.jobs.state_of(measuring(batch))


def _batch(many: Many) -> Batch:
    if many.batch is None:
        raise StudioError("No clips are measured here yet; choose a folder, files or an archive first.")
    return many.batch


def _read_again(batch: Batch, row: MeasuredClip) -> SourceClip:
    source: Source = (batch.sources or [])[row.place[0]]
    if not source.path.is_file():
        raise StudioError(f"{row.name} was uploaded too long ago and is deleted here; choose its file again.")
    with TemporaryDirectory(prefix="many-") as folder:
        place = 0, row.place[1]
        part = read_part([source], place, batch.wanted, Path(folder), 1, in_background=False)
    if not part.clips:
        raise StudioError(f"{row.name} cannot be read any more; choose its file again.")
    clip = part.clips[0][1]
    features = clip.features[: most_frames(clip.features.shape[1])]
    return SourceClip("", row.name, features, clip.fps, None, "your file", "")


def _kept(visitor: Visitor, clip: SourceClip, played: dict[tuple[str, Place], str]) -> str:
    """The clip's key among the visitor's own; where those are full, one that was only played makes room."""
    try:
        return visitor.catalog.add_clip(clip)
    except StudioError:
        present = visitor.workbench.encoded.clip.key
        worked_on = {
            keys[0]
            for keys, bench in visitor.workbenches.items()
            if bench.past or bench.future or bench.pinned
        }
        idle = next((at for at, key in played.items() if key not in worked_on | {present}), None)
        if idle is None:
            raise
        key = played.pop(idle)
        for keys in [keys for keys in visitor.workbenches if keys[0] == key]:
            del visitor.workbenches[keys]
        visitor.catalog.put_clip(replace(clip, key=key))
        return key


def _whole(visitor: Visitor) -> Payload:
    return {"batch": _batch(visitor.room(Many))}


TAB = Tab("many", "Many clips", TABLES)
VIEWS = (View("many", key, payload, panel="many"),)
FIGURES = (Figure("many", View("many", key, _whole), None, table, lambda whole: bool(whole["batch"].rows)),)
