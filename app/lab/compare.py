"""Checkpoints side by side on the same clips."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.catalog.entry import CheckpointEntry
from app.command import command
from app.errors import StudioError
from app.jobs import Job, Work
from app.lab import compare_figure as drawn
from app.lab.dataset import PAGE, Lab, as_clips, clips_of
from app.lab.figure import Figure, Payload
from app.lab.tab import BETTER, Tab
from app.payloads.inspection import Compared, ComparePayload
from app.payloads.inspection import Comparison as ComparisonPayload
from app.payloads.inspection import Scores as ScoresPayload
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import SourceClip
from rvqvae.motion import Clip

if TYPE_CHECKING:  # it takes long to import, and the page opens without it
    from rvqvae.statistics.comparison import Comparison, Contestant, Scores

JOINTS_FOR = "Checkpoints are compared by"
MOST = 4  # as many as have a colour
CLIP, HELD_OUT = "clip", "held-out"


@dataclass(frozen=True)
class ToCompare:
    """A visitor's choice.

    Attributes
    ----------
    checkpoints : their keys; None takes the workbench's and the first others
    over : CLIP (the workbench's), HELD_OUT (clips that the library's checkpoints were not trained on), PAGE
        (every clip that can be chosen), or the key of a file that was added to the laboratory
    """

    checkpoints: tuple[str, ...] | None = None
    over: str = CLIP


def comparable(visitor: Visitor) -> dict[str, tuple[str, CheckpointEntry]]:
    """All that can be compared, by key: each under a title that no other has."""
    entries = list(visitor.catalog.checkpoints().values())
    titles = [f"{one.title} (yours)" if one.own else one.title for one in entries]
    return {
        one.key: (title if titles.count(title) == 1 else f"{title} {one.key[-4:]}", one)
        for one, title in zip(entries, titles, strict=True)
    }


def chosen(visitor: Visitor) -> tuple[str, ...]:
    """Keys of those to compare, in the order in which they are listed."""
    there, wanted = comparable(visitor), visitor.room(ToCompare).checkpoints
    if wanted is None:
        first = visitor.workbench.encoded.checkpoint_key
        wanted = (first, *(key for key in there if key != first))[:MOST]
    return tuple(key for key in there if key in wanted)


def sets_of_clips(visitor: Visitor) -> dict[str, str]:
    """Titles of what can be compared on, by key."""
    return {
        CLIP: f"this clip, {visitor.workbench.encoded.clip.title}",
        **({HELD_OUT: "held-out clips"} if _held_out(visitor) else {}),
        PAGE: "all clips of this page",
        **{data.key: data.title for data in visitor.room(Lab).files},
    }


def chosen_clips(visitor: Visitor) -> Callable[[], list[Clip]]:
    """What gives the chosen clips as they are now; a file is only read when it is called."""
    over = visitor.room(ToCompare).over
    file = next((data for data in visitor.room(Lab).files if data.key == over), None)
    if file is not None:
        return clips_of(visitor, file)
    sources = {
        CLIP: [visitor.workbench.encoded.clip],
        HELD_OUT: _held_out(visitor),
        PAGE: visitor.catalog.fitting(visitor.workbench.encoded.clip.width),
    }[over]
    return lambda: as_clips(sources)


def comparison(visitor: Visitor) -> Work[tuple["Comparison", list[int | None]]]:
    """What is chosen, compared, and the size of each file; another choice is other work."""
    over, encoded, there = visitor.room(ToCompare).over, visitor.workbench.encoded, comparable(visitor)
    about: Any = {CLIP: encoded.clip, PAGE: tuple(visitor.catalog.own_clips.values())}.get(over)
    catalog = visitor.catalog
    entries, clips = [there[key][1] for key in chosen(visitor)], chosen_clips(visitor)

    def run(job: Job) -> tuple["Comparison", list[int | None]]:
        from rvqvae.doctor import file_size
        from rvqvae.statistics.comparison import compare

        job.progress(0.0, "loading")
        checkpoints = [catalog.loaded(one) for one in entries]
        sizes = [file_size(Path(one.source)) for one in entries]
        return compare(checkpoints, clips(), encoded.layout, progress=job.progress), sizes

    return Work("compare", (chosen(visitor), over, about), run)


@command
def compare(visitor: Visitor) -> None:
    """Hold the chosen checkpoints against the chosen clips."""
    visitor.workbench.encoded.need_joints(JOINTS_FOR)
    visitor.jobs.begin(comparison(visitor))


@command
def compare_with(visitor: Visitor, checkpoints: list[str], over: str) -> None:
    """Hold these checkpoints against these clips: "clip", "held-out", "page" or an added file's key."""
    keys, over = [str(key) for key in checkpoints], str(over)
    if not set(keys) <= comparable(visitor).keys():
        raise StudioError("A checkpoint chosen for comparison is not open here any more; choose again.")
    if not 1 <= len(keys) <= MOST:
        raise StudioError(f"{len(keys)} checkpoints were chosen; from 1 to {MOST} are compared at once.")
    if over not in sets_of_clips(visitor):
        raise StudioError(f"There are no clips {over!r} to compare on; choose some from the list.")
    visitor.keep(ToCompare(tuple(keys), over))
    compare(visitor)


def finish(visitor: Visitor, checkpoints: list[str] | None = None, over: str = CLIP) -> None:
    """Compare to the end, for programs; as many of the page's as can be where none are named."""
    compare_with(visitor, list(chosen(visitor)) if checkpoints is None else checkpoints, over)
    visitor.jobs.finish(comparison(visitor))


def payload(visitor: Visitor) -> ComparePayload:
    """What can be compared and on what, the state of the work, and its result (None before)."""
    there, keys, work = comparable(visitor), chosen(visitor), comparison(visitor)
    result = visitor.jobs.result_of(work)
    own = any(there[key][1].own for key in keys)
    return {
        "candidates": [
            {"key": key, "title": title, "chosen": key in keys} for key, (title, _) in there.items()
        ],
        "most": MOST,
        "over": visitor.room(ToCompare).over,
        "overs": [{"key": key, "title": title} for key, title in sets_of_clips(visitor).items()],
        "held_out_of": "" if not own else "Whether your own checkpoints were trained on them is not known.",
        "state": visitor.jobs.state_of(work),
        "result": result and _result(*result, [there[key][0] for key in keys]),
    }


def key(visitor: Visitor) -> Hashable:
    """What can be compared, what is chosen, and how far the work is."""
    work, titles = comparison(visitor), tuple(sets_of_clips(visitor).items())
    return tuple(comparable(visitor)), work.about, titles, visitor.jobs.state_of(work)


def _held_out(visitor: Visitor) -> list[SourceClip]:
    width = visitor.workbench.encoded.clip.width
    return [clip for clip in visitor.library.clips.values() if clip.trained is False and clip.width == width]


def _result(comparison: "Comparison", sizes: list[int | None], titles: list[str]) -> ComparisonPayload:
    return {
        "clips": comparison.clips,
        "frames": comparison.frames,
        "fps": comparison.fps,
        "timed_frames": comparison.timed_frames,
        "device": comparison.device,
        "contestants": [
            _one(one, title, size)
            for one, title, size in zip(comparison.contestants, titles, sizes, strict=True)
        ],
    }


def _one(one: "Contestant", title: str, size: int | None) -> Compared:
    config = one.checkpoint.config
    return {
        "title": title,
        "refusal": one.refusal,
        "layout": one.checkpoint.info.get("file_layout", "this project's own"),
        "features": f"{one.checkpoint.layout}, {config.input_dim}",
        "fps": one.checkpoint.fps,
        "layers": config.num_quantizers,
        "codes": config.num_embeddings,
        "frames_a_token": config.downsampling_ratio,
        "parameters": one.parameters,
        "bytes": size,
        "scores": _scores(one.scores) if one.scores else None,
    }


def _scores(scores: "Scores") -> ScoresPayload:
    return {
        "milliseconds": scores.milliseconds,
        "points": [
            {
                "nominal": point.rate.nominal,
                "entropy": point.rate.entropy,
                "local": point.local_mm,
                "root": point.root_mm,
                "global": point.global_mm,
            }
            for point in scores.rate_distortion
        ],
        "used": [layer.used for layer in scores.layers],
        "perplexity": [layer.perplexity for layer in scores.layers],
        "tokens": [layer.entropy.tokens for layer in scores.layers],
    }


def _is_ready(payload: Payload) -> bool:
    return payload["result"] is not None and bool(drawn.scored(payload["result"]))


TAB = Tab("compare", "Compare", BETTER)
VIEWS = (View("compare", key, payload, panel="compare", joints_for=JOINTS_FOR),)
FIGURES = (Figure("comparison", VIEWS[0], drawn.draw, drawn.table, _is_ready, finish),)
