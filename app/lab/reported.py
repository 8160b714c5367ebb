"""Compare's second table: the error as MoMask reports it beside ours, with what other clips would change."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from app.command import command
from app.jobs import Job, Work
from app.lab.compare import JOINTS_FOR, ToCompare, chosen, chosen_clips, comparable
from app.lab.figure import Figure, Payload, Rows
from app.payloads.inspection import Reported, ReportedPayload
from app.view import View
from app.visitor import Visitor
from rvqvae.motion import FPS

if TYPE_CHECKING:  # it takes long to import, and the page opens without it
    from rvqvae.evaluation.protocols import ReportedError

REPEATS = 5  # MoMask's 20 would have a page wait: the ± is wider for it, and says so
Result = list[tuple[dict[str, Any] | None, "ReportedError | None", str]]


def reporting(visitor: Visitor) -> Work[Result]:
    """Both errors of each chosen checkpoint on the chosen clips."""
    keys, there = chosen(visitor), comparable(visitor)
    over, clips = visitor.room(ToCompare).over, chosen_clips(visitor)
    own = tuple(visitor.catalog.own_clips.values())
    entries = [there[key][1] for key in keys]

    def run(job: Job) -> Result:
        from rvqvae.evaluation.evaluation import evaluate
        from rvqvae.evaluation.protocols import as_momask_reports
        from rvqvae.statistics.comparison import why_not

        job.progress(0.0, "loading")
        read = clips()
        found: Result = []
        frames, done = sum(len(clip.features) for clip in read), 0.0

        def seen(more: int) -> None:
            nonlocal done
            done += more
            most = (1 + REPEATS) * frames * len(entries)
            job.progress(min(1.0, done / most), "measuring both ways,")

        for entry in entries:
            checkpoint = entry.load()
            if refusal := why_not(checkpoint):
                found.append((None, None, refusal))
                continue
            ours = evaluate(checkpoint, read, progress=seen)
            try:
                found.append((ours, as_momask_reports(checkpoint, read, repeats=REPEATS, progress=seen), ""))
            except ValueError as error:  # no clip of a length that it takes
                found.append((ours, None, str(error)))
        return found

    return Work("reported", (keys, over, visitor.workbench.encoded.clip, own), run)


@command
def report_errors(visitor: Visitor) -> None:
    """Measure the chosen checkpoints on the chosen clips both ways."""
    visitor.workbench.encoded.need_joints(JOINTS_FOR)
    visitor.jobs.begin(reporting(visitor))


def finish(visitor: Visitor) -> None:
    """Measure both ways to the end, for programs."""
    report_errors(visitor)
    visitor.jobs.finish(reporting(visitor))


def payload(visitor: Visitor) -> ReportedPayload:
    """The state of the work, and a row a checkpoint once it is done; errors in mm, root-aligned."""
    work, there = reporting(visitor), comparable(visitor)
    result = visitor.jobs.result_of(work)
    titles = [there[key][0] for key in chosen(visitor)]
    return {
        "state": visitor.jobs.state_of(work),
        "repeats": REPEATS,
        "fps": FPS,
        "rows": [] if result is None else [_row(*one) for one in zip(titles, result, strict=True)],
    }


def key(visitor: Visitor) -> Hashable:
    """What is measured, and how far that is."""
    work = reporting(visitor)
    return work.about, tuple(comparable(visitor)), visitor.jobs.state_of(work)


def _row(title: str, result: "tuple[dict[str, Any] | None, ReportedError | None, str]") -> Reported:
    ours, theirs, problem = result
    return {
        "title": title,
        "problem": problem,
        "clips": 0 if ours is None else ours["clips"],
        "ours": None if ours is None else ours["layers"][-1]["mpjpe_root_mm"],
        "ours_interval": ours["intervals"]["mpjpe_root_mm"][-1] if ours and ours["clips"] > 1 else None,
        "taken": 0 if theirs is None else theirs.clips,
        "theirs": None if theirs is None else float(theirs.mean[-1]),
        "confidence": None if theirs is None else float(theirs.confidence[-1]),
        "theirs_interval": theirs.interval[-1].tolist() if theirs and theirs.clips > 1 else None,
    }


def _table(shown: Payload) -> Rows:
    how = f"mm, root-aligned, {shown['fps']:g} fps, all layers"
    yield [
        "checkpoint", f"MPJPE, whole clips ({how})", "95 % from", "95 % to", "clips",
        f"MPJPE as MoMask reports it ({how})", "±", "95 % from", "95 % to", "clips it takes", "problem",
    ]  # fmt: skip
    for row in shown["rows"]:
        ours, theirs = row["ours_interval"] or ["", ""], row["theirs_interval"] or ["", ""]
        yield [
            row["title"], row["ours"], *ours, row["clips"],
            row["theirs"], row["confidence"], *theirs, row["taken"], row["problem"],
        ]  # fmt: skip


VIEWS = (View("reported", key, payload, panel="compare", joints_for=JOINTS_FOR),)
FIGURES = (Figure("reported", VIEWS[0], None, _table, lambda shown: bool(shown["rows"]), finish),)
