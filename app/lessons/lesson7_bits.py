"""Lesson 7: codes that are never chosen cost bits and carry none."""

from typing import Any

import numpy as np

from app.errors import StudioError
from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import (
    Action,
    Formula,
    Lesson,
    Option,
    Outcome,
    Question,
    Row,
    Show,
    Step,
    Table,
)
from app.lessons.sources import ENCODEC, SOUNDSTREAM
from app.lessons.use import checkpoint_of, truth, use
from app.lessons.visit import visit_of
from app.visitor import Visitor
from rvqvae.evaluation.metrics import usage_statistics
from rvqvae.statistics import plugin_entropy_bits

ALL, MOST, LESS = "all", "most", "less"
MOST_SHARE = 0.9
ADDITIONS = 3


def clips(visitor: Visitor) -> list[str]:
    """The clips counted so far: the one shown, and those added."""
    own = visitor.workbench.encoded.clip.key
    others = [key for key in visitor.library.clips if key != own]
    added = sum(len(others) if value == "all" else 1 for value in visit_of(visitor).made("add"))
    return [own, *others[:added]]


def add(visitor: Visitor, value: Any) -> None:
    """Count another clip's tokens, or those of all clips."""
    if value not in ("one", "all"):
        raise StudioError(f"{value!r} cannot be added; choose one more clip or all of them.")


def right(visitor: Visitor) -> str:
    """The right answer."""
    share = truth(visitor, visitor.workbench.encoded.checkpoint_key)[0].share
    return ALL if share > 0.995 else MOST if share >= MOST_SHARE else LESS


def question(visitor: Visitor) -> Question:
    encoded = visitor.workbench.encoded
    bits = encoded.num_layers * float(np.log2(encoded.num_codes))
    _, over = truth(visitor, encoded.checkpoint_key)
    return Question(
        f"Written plainly, a step costs {encoded.num_layers} × log₂{encoded.num_codes} = {bits:.0f} bits. A "
        "code that knows how often each token occurs needs less. How much of the plain rate does this "
        f"checkpoint need over {over}?",
        (
            Option(ALL, "all of it: every code is used alike"),
            Option(MOST, f"{MOST_SHARE:.0%} or more"),
            Option(LESS, f"less than {MOST_SHARE:.0%}"),
        ),
    )


def steps(visitor: Visitor) -> tuple[Step, ...]:
    counted = clips(visitor)
    now = use(visitor, visitor.workbench.encoded.checkpoint_key, counted)
    tokens = int(now.counts[0].sum())
    everything = len(counted) > len(visitor.library.clips) - 1
    added = len(counted) - 1
    return (
        Step(
            "Open the codebooks: each bar is a code, and what stays empty is never chosen.",
            "codebook" in visitor.open_panels or bool(added),
            show=Show("lab", tab="codebook"),
        ),
        Step(
            f"This clip alone shows {visitor.workbench.encoded.tokens.shape[1]} tokens of each layer. Add "
            f"clips, at least {words.times(ADDITIONS)}, and watch the estimate move.",
            added >= ADDITIONS or everything,
            now=f"{len(counted)} clip{'s' if added else ''}, {words.count(tokens)} tokens a layer: entropy "
            f"of layer 1 {now.entropies[0]:.2f} bits, all layers {now.share:.0%} of the plain rate",
            actions=()
            if everything
            else (Action("Add a clip", "add", "one"), Action("Add all clips", "add", "all")),
        ),
    )


def other_checkpoint(visitor: Visitor) -> str | None:
    """The library's other checkpoint that differs most in how fully its least used layer uses its codes.

    Of those with as many layers and codes as the open one, where there are any.
    """
    current = visitor.workbench.encoded.checkpoint_key
    fullness, alike = {}, []
    for key in {current, *visitor.library.checkpoints}:
        try:
            counts = truth(visitor, key)[0].counts
        except StudioError:  # of another layout, or damaged
            continue
        fullness[key] = float((counts > 0).mean(axis=1).min())
        if key != current and _shape(visitor, key) == _shape(visitor, current):
            alike.append(key)
    others = alike or [key for key in fullness if key != current]
    return max(sorted(others), key=lambda key: abs(fullness[key] - fullness[current]), default=None)


def _shape(visitor: Visitor, key: str) -> tuple[int, int]:
    config = checkpoint_of(visitor, key).config
    return config.num_quantizers, config.num_embeddings


def outcome(visitor: Visitor) -> Outcome:
    encoded, counted = visitor.workbench.encoded, clips(visitor)
    known, over = truth(visitor, encoded.checkpoint_key)
    steps_a_second = encoded.fps / encoded.ratio
    nominal = encoded.num_layers * float(np.log2(encoded.num_codes)) * steps_a_second
    where = f"{over} ({words.count(int(known.counts[0].sum()))} tokens a layer)"
    other = other_checkpoint(visitor)
    keys = [encoded.checkpoint_key, *([other] if other else [])]
    tables = [_growth(visitor, counted), *(_layers(visitor, key) for key in keys)]
    unused = (known.counts == 0).sum(axis=1)
    which = f"layers 1 to {encoded.num_layers}" if encoded.num_layers > 1 else "its one layer"
    dead = (
        f"Over {where} no code stays unused."
        if not unused.any()
        else f"Over {where} {words.listed(unused)} of the {known.codes} codes of {which} are never chosen."
    )
    here = use(visitor, encoded.checkpoint_key, counted)
    return Outcome(
        visit_of(visitor).answer == right(visitor),
        f"It needs {known.share:.1%} of the plain rate: {known.share * nominal:.0f} of {nominal:.0f} bit/s.",
        (
            dead,
            f"What {len(counted)} clips of this page say about layer 1: {here.judgement.reason}",
            _about_the_other(visitor, other, int((here.counts[0] == 0).sum()), int(unused[0]), len(counted)),
        ),
        tuple(tables),
        (
            Formula(
                n.math(
                    n.name("H"),
                    n.EQUALS,
                    n.MINUS,
                    n.total(
                        n.name("c"),
                        n.row(n.sub(n.name("p"), n.name("c")), LOG, n.sub(n.name("p"), n.name("c"))),
                    ),
                ),
                "Entropy: bits a token for a code that knows the frequencies. Estimated from a sample it "
                "comes out too small; the figures here are corrected for that (Grassberger).",
                f"layer 1 over {over}: {known.entropies[0]:.2f} of {np.log2(known.codes):.0f} bits",
            ),
            Formula(
                n.math(n.name("perplexity"), n.EQUALS, n.sup(n.number(2), n.name("H"))),
                "As many equally likely codes would have this entropy. By custom H is taken here as it was "
                "counted, without the correction.",
                f"layer 1: {usage_statistics(known.counts)[0].perplexity:.1f} of {known.codes}, from "
                f"{plugin_entropy_bits(known.counts[0]):.3f} bits",
            ),
        ),
    )


def _about_the_other(visitor: Visitor, other: str | None, here: int, over_all: int, clips: int) -> str:
    """Why dead codes take many clips to see, and which checkpoint stands beside this one."""
    few = f"{clips} clip{'' if clips == 1 else 's'}"
    counted = f"Layer 1 has {here} codes that {few} of this page leave unused, and {over_all} over all of it."
    if other is None:
        return f"{counted} This page has only one checkpoint to show; a collapsed one would stand beside it."
    alike = _shape(visitor, other) == _shape(visitor, visitor.workbench.encoded.checkpoint_key)
    others = "other checkpoints with as many layers and codes" if alike else "other checkpoints"
    return (
        f"{counted} Beside it stands {checkpoint_of(visitor, other).name}: of this page's {others} the one "
        "whose least used layer differs most from this one's."
    )


def _growth(visitor: Visitor, counted: list[str]) -> Table:
    key, rows = visitor.workbench.encoded.checkpoint_key, []
    for size in range(1, len(counted) + 1):
        seen = use(visitor, key, counted[:size])
        bits = seen.entropies[0]
        rows.append(
            Row(
                (
                    str(size),
                    words.count(int(seen.counts[0].sum())),
                    str(int((seen.counts[0] > 0).sum())),
                    f"{bits:.2f} bits",
                ),
                bits / float(np.log2(seen.codes)),
            )
        )
    return Table("Layer 1 as clips are added", ("clips", "tokens", "codes used", "entropy"), tuple(rows))


def _layers(visitor: Visitor, key: str) -> Table:
    seen, over = truth(visitor, key)
    rows = [
        Row(
            (str(one.layer), f"{one.used} of {seen.codes}", f"{one.perplexity:.1f}", f"{bits:.2f} bits"),
            bits / float(np.log2(seen.codes)),
        )
        for one, bits in zip(usage_statistics(seen.counts), seen.entropies, strict=True)
    ]
    checkpoint = checkpoint_of(visitor, key)
    steps_a_second = checkpoint.fps / checkpoint.config.downsampling_ratio
    nominal = len(seen.counts) * float(np.log2(seen.codes)) * steps_a_second
    rates = f"{nominal:.0f} bit/s nominal, {seen.share * nominal:.0f} bit/s entropy"
    caption = f"{checkpoint.name} over {over}: {rates}"
    return Table(caption, ("layer", "codes used", "perplexity", "entropy"), tuple(rows))


LOG = n.sub(n.name("log"), n.number(2))

LESSON = Lesson(
    number=7,
    title="Dead codes and honest bits",
    minutes=4,
    why="A codebook may hold many codes and use few. Then its plain bit rate is an exaggeration.",
    shows=("lab", "tokens"),
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(SOUNDSTREAM, ENCODEC),
    moves={"add": add},
)
