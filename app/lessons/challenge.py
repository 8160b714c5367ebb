"""The challenge: few bits, small error."""

from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Outcome, Row, Show, Step, Table
from app.lessons.measures import ALIGNMENT, aligned
from app.lessons.par import Ladder, bits_per_second, ladder, points
from app.visitor import Visitor
from app.workbench.workbench import Workbench
from rvqvae.evaluation.metrics import mpjpe_mm


def bits(bench: Workbench) -> float:
    """Bits a second of the tokens that are left."""
    on = [v for v, is_on in enumerate(bench.layers) if is_on]
    return bits_per_second(bench.encoded, bench.tokens[on])


def error_mm(bench: Workbench) -> float:
    """The error that counts."""
    return mpjpe_mm(bench.decoding.features, bench.encoded.clip.features, ALIGNMENT, bench.encoded.layout)


def score(bench: Workbench) -> int:
    """Points for what is left, where its error is small enough; 0 where it is not."""
    within = error_mm(bench) <= ladder(bench.encoded).target_mm
    return points(bench.encoded, bits(bench)) if within and any(bench.layers) else 0


def whole_layers(goal: Ladder) -> str:
    """The first layers that meet the target, in words."""
    return "the first layer alone" if goal.layers == 1 else f"the first {goal.layers} layers alone"


def steps(visitor: Visitor) -> tuple[Step, ...]:
    bench = visitor.workbench
    goal, error, now = ladder(bench.encoded), error_mm(bench), bits(bench)
    rungs = ", ".join(f"{rung.bits:.1f} bit/s for {rung.points}" for rung in goal.rungs)
    within = error <= goal.target_mm and any(bench.layers)
    saved = now < bits_per_second(bench.encoded, bench.encoded.tokens)
    missing = (
        f": {words.mm(error - goal.target_mm)} too much"
        if not within
        else ": nothing is saved yet"
        if not saved
        else ""
        if now <= goal.rungs[0].bits
        else f": {now - goal.rungs[0].bits:.1f} bit/s too many"
    )
    return (
        Step(
            f"Keep the mean joint error at {words.mm(goal.target_mm)} or less ({aligned(bench.encoded)}) "
            "with as few bits a second as you can: switch layers off, drop tokens, or choose other codes. "
            f"The points: {rungs}, and more below.",
            within and saved and now <= goal.rungs[0].bits,
            now=f"{words.mm(error)} with {now:.1f} bit/s{missing}",
            show=Show("tokens"),
        ),
    )


def outcome(visitor: Visitor) -> Outcome:
    bench = visitor.workbench
    encoded, now, goal = bench.encoded, bits(bench), ladder(bench.encoded)
    most = max(now, goal.rungs[0].bits)
    names = [whole_layers(goal)[:-6], *["half the way"] * (len(goal.rungs) > 2), "what a plain search found"]
    rungs = [
        Row((f"{name}: {rung.points}", f"{rung.bits:.1f} bit/s"), rung.bits / most)
        for name, rung in zip(names, goal.rungs, strict=False)
    ]
    return Outcome(
        None,
        f"Score {score(bench)}.",
        (_remark(goal, now),),
        (
            Table(
                f"{encoded.clip.title}, at most {words.mm(goal.target_mm)} ({aligned(encoded)})",
                ("points", "bits a second"),
                (*rungs, Row(("yours", f"{now:.1f} bit/s"), now / most)),
            ),
        ),
        (_formula(now * encoded.ratio / encoded.fps),),
        score=score(bench),
    )


def _remark(goal: Ladder, now: float) -> str:
    following = next((rung for rung in goal.rungs if rung.bits < now - 0.05), None)
    if following is None:
        return (
            "That is as little as a search needs that drops the tokens of one layer which change the error "
            "least. There may be less."
        )
    already = f"That is what {whole_layers(goal)} cost. " if abs(now - goal.rungs[0].bits) < 0.05 else ""
    return (
        f"{already}The next rung is {following.bits:.1f} bit/s for {following.points} points: look for "
        "tokens that hardly matter, above all in the last layer you keep."
    )


def _formula(bits_a_step: float) -> Formula:
    share = n.row(
        n.name("p"),
        n.sub(n.name("log"), n.number(2)),
        n.name("K"),
        n.op("+"),
        n.of(n.name("H"), n.name("p")),
    )
    return Formula(
        n.math(n.name("bits"), n.EQUALS, n.total(n.name("layers"), share)),
        "Bits a step: a share p of a layer's tokens is kept, each at log₂K bits; H(p) is the entropy of yes "
        "or no, for which ones. The readout above counts whole layers only.",
        f"{bits_a_step:.2f} bits a step",
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
