"""The challenge: few bits, small error."""

import numpy as np

from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Outcome, Row, Show, Step, Table
from app.lessons.measures import ALIGNMENT, aligned
from app.take import Take
from app.workbench import Workbench
from rvqvae.metrics import mpjpe_mm


def target_mm(take: Take) -> float:
    """What the first half of the layers reach on this clip."""
    return take.errors_by_layers[ALIGNMENT][half(take) - 1]


def half(take: Take) -> int:
    """Half the layers, rounded up."""
    return (take.num_layers + 1) // 2


def par_bits(take: Take) -> float:
    """Bits a second of the fewest first layers that meet the target."""
    ladder = take.errors_by_layers[ALIGNMENT]
    count = next(k for k, error in enumerate(ladder, start=1) if error <= target_mm(take))
    return count * float(np.log2(take.num_codes)) * take.clip.fps / take.ratio


def bits_per_second(bench: Workbench) -> float:
    """What the tokens cost that are left: log2 K each, and the news of which ones of a layer are missing.

    A layer that is off altogether costs nothing. In a layer with some tokens dropped an ideal code tells
    which, with the entropy of the share that is missing for each step.
    """
    take = bench.take
    rows = bench.tokens[np.array(bench.layers)]
    kept = (rows >= 0).mean(axis=1)
    bits = kept * np.log2(take.num_codes) + _binary_entropy(kept)
    return float(bits.sum()) * take.clip.fps / take.ratio


def _binary_entropy(share: np.ndarray) -> np.ndarray:
    inside = np.clip(share, 1e-12, 1 - 1e-12)
    bits = -inside * np.log2(inside) - (1 - inside) * np.log2(1 - inside)
    return np.where((share > 0) & (share < 1), bits, 0.0)


def error_mm(bench: Workbench) -> float:
    """The error that counts."""
    return mpjpe_mm(bench.decoding.features, bench.take.clip.features, ALIGNMENT)


def score(bench: Workbench) -> int:
    """100 for keeping the first layers alone; more for fewer bits."""
    bits = bits_per_second(bench)
    return round(100 * par_bits(bench.take) / bits) if bits else 0


def steps(session) -> tuple[Step, ...]:
    bench = session.workbench
    error, target = error_mm(bench), target_mm(bench.take)
    reached = error <= target and any(bench.layers)
    return (
        Step(
            f"Bring the mean joint error to {words.mm(target)} or less ({aligned(bench.take)}) with as few "
            "bits a second as you can: switch layers off, drop tokens, or choose other codes.",
            reached,
            now=f"{words.mm(error)} with {bits_per_second(bench):.1f} bit/s"
            + ("" if reached else f": {words.mm(error - target)} too much"),
            show=Show("tokens"),
        ),
    )


def outcome(session) -> Outcome:
    bench = session.workbench
    take, bits, par = bench.take, bits_per_second(bench), par_bits(bench.take)
    points = score(bench)
    remark = (
        "Keeping the first layers would cost less; look for tokens that hardly matter."
        if points < 100
        else "That is what keeping the first layers gives. Drop a token that hardly matters, and it is less."
        if points == 100
        else "That is less than keeping the first layers costs."
    )
    most = max(bits, par)
    return Outcome(
        None,
        f"Score {points}.",
        (remark,),
        (
            Table(
                f"{take.clip.title}, at most {words.mm(target_mm(take))} ({aligned(take)})",
                ("", "bits a second"),
                (
                    Row((f"first {half(take)} layers", f"{par:.1f} bit/s"), par / most),
                    Row(("yours", f"{bits:.1f} bit/s"), bits / most),
                ),
            ),
        ),
        (
            Formula(
                n.math(
                    n.name("bits"),
                    n.EQUALS,
                    n.total(
                        n.name("layers"),
                        n.row(
                            n.name("p"),
                            n.sub(n.name("log"), n.number(2)),
                            n.name("K"),
                            n.op("+"),
                            n.of(n.name("H"), n.name("p")),
                        ),
                    ),
                ),
                "Bits a step: a share p of a layer's tokens is kept, each at log₂K bits; H(p) is the entropy "
                "of yes or no, for which ones. The readout above counts whole layers only.",
                f"{bits * take.ratio / take.clip.fps:.2f} bits a step",
            ),
        ),
        link=True,
    )


LESSON = Lesson(
    number=0,
    title="Challenge: fewer bits",
    minutes=5,
    why="Everything you have learnt, and a target to reach.",
    shows=("player", "tokens", "readout", "errors"),
    steps=steps,
    outcome=outcome,
)
