"""Lesson 6: one token moves more frames than it stands for."""

import numpy as np

from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Outcome, Question, Row, Show, Step, Table
from app.lessons.measures import frames_seen
from app.lessons.sources import MOMASK
from app.lessons.visit import needed, visit_of
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip
from app.workbench.receptive_field import steps_needed
from app.workbench.workbench import Workbench
from rvqvae import RVQVAE


def question(visitor: Visitor) -> Question:
    encoded = visitor.workbench.encoded
    return Question(
        f"A token in the middle of the clip stands for {encoded.ratio} frames. If you change it, in how many "
        "frames can the decoded features change?",
        unit="frames",
    )


def changed_one_token(visitor: Visitor) -> bool:
    """Whether the latest edit was made since the answer, is of one token, and made a difference."""
    bench = visitor.workbench
    edits, sights = bench.version.edits, visit_of(visitor).sights
    if not edits or not sights or edits == sights[0].edits or edits[-1].region.size != 1:
        return False
    return reach(bench) is not None


def reach(bench: Workbench) -> tuple[int, int] | None:
    """(first, stop) of the frames that the decoder lets the latest edit reach; None if no code differs."""
    return bench.decoding.frames_that_may_differ(needed(bench.before_last_edit))


def moved_frames(bench: Workbench) -> np.ndarray:
    """Frames whose features differ after the latest edit, both motions decoded whole."""
    before, after = (
        bench.encoded.decode(decoding.tokens, bench.layers)
        for decoding in (needed(bench.before_last_edit), bench.decoding)
    )
    return np.flatnonzero((before != after).any(axis=1))


def steps(visitor: Visitor) -> tuple[Step, ...]:
    encoded = visitor.workbench.encoded
    middle = encoded.tokens.shape[1] // 2
    done = changed_one_token(visitor)
    return (
        Step(
            "Select one token well inside the clip and give it another code: type a number and press Enter, "
            "or press ] for the next nearest.",
            done,
            now=needed(visitor.workbench.version.edit).words(encoded) if done else "",
            show=Show("tokens", layer=0, step=middle, picture="effect"),
        ),
    )


def outcome(visitor: Visitor) -> Outcome:
    bench = visitor.workbench
    encoded, edit = bench.encoded, needed(bench.version.edit)
    moved = moved_frames(bench)
    first, stop = needed(reach(bench))
    step = edit.region.first_step
    own = min(encoded.frames, (step + 1) * encoded.ratio) - step * encoded.ratio
    path_mm = 1000 * float(
        np.linalg.norm((bench.decoding.joints - needed(bench.before_last_edit).joints)[-1, 0, [0, 2]])
    )
    drift = (
        f"The pelvis' path is summed from velocities, so that it ends {words.mm(path_mm)} elsewhere although "
        "no feature changes after the last of these frames."
        if stop < encoded.frames and path_mm >= 0.05
        else "The path did not end elsewhere."
    )
    cut = " The clip's end cuts it short here." if first == 0 or stop == encoded.frames else ""
    return Outcome(
        visit_of(visitor).answer == str(len(moved)),
        _verdict(moved),
        (
            f"The step stands for {own} frames, but each convolution of the decoder mixes neighbours: the "
            f"token's reach is {stop - first} frames, {first} to {stop - 1}.{cut}",
            _other_way(encoded),
            f"{_outside(moved, first, stop)} {drift}",
            "A generator that writes tokens, as in MoMask, can therefore not change a frame by itself.",
        ),
        (
            Table(
                edit.words(encoded),
                ("", "frames"),
                (
                    Row(("the step stands for", f"{own}"), own / (stop - first)),
                    Row(("reach of the token", f"{stop - first}"), 1.0),
                    Row(("changed, counted", f"{len(moved)}"), len(moved) / (stop - first)),
                ),
            ),
        ),
        _formulas(encoded, stop - first),
    )


def steps_of_a_frame(encoded: EncodedClip) -> tuple[int, int]:
    """The fewest and the most steps that feed a frame, over the clip's frames: its receptive field."""
    total = encoded.tokens.shape[1]
    fields = (steps_needed((frame, frame + 1), total, encoded.operations) for frame in range(encoded.frames))
    counts = [stop - first for first, stop in fields]
    return min(counts), max(counts)


def _other_way(encoded: EncodedClip) -> str:
    fewest, most = steps_of_a_frame(encoded)
    many = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    frames = frames_seen(encoded.checkpoint.model)
    seen = (
        f" The encoder looks further still: a latent is made of {frames} frames, and stands at every "
        f"{words.ordinal(encoded.ratio)}."
        if frames
        else ""
    )
    return f"Seen from a frame of this clip, {many} steps feed it: its receptive field.{seen}"


def _verdict(moved: np.ndarray) -> str:
    if not len(moved):
        return "No frame changed: the two codes are the same to the decoder."
    return f"{len(moved)} frames changed: {moved[0]} to {moved[-1]}."


def _outside(moved: np.ndarray, first: int, stop: int) -> str:
    beyond = int(((moved < first) | (moved >= stop)).sum())
    return f"{beyond} frames outside it differ as well." if beyond else "Outside it not one feature differs."


def _formulas(encoded: EncodedClip, frames: int) -> tuple[Formula, ...]:
    """How the reach grows block by block, for decoders whose blocks are of that kind."""
    if type(encoded.checkpoint.model) is not RVQVAE:
        return ()
    first, last, stride = n.name("first"), n.name("last"), n.name("s")
    return (
        Formula(
            n.math(
                n.row(first, n.op("→"), stride, n.op("·"), first, n.MINUS, n.number(1)),
                n.op(","),
                n.row(last, n.op("→"), stride, n.op("·"), last, n.op("+"), n.number(1)),
            ),
            "A block of kernel 3 and stride s widens the reach so; the decoder applies its blocks in turn.",
            f"{frames} frames",
        ),
    )


LESSON = Lesson(
    number=6,
    title="A token leaks",
    minutes=3,
    why="Tokens stand in a grid, one column for a few frames. Does each move only its own?",
    shows=("player", "tokens", "trajectories"),
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(MOMASK,),
)
