"""Lesson 4: leaving out the last layer and leaving out the first are not the same."""

from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Option, Outcome, Question, Row, Show, Step, Table
from app.lessons.measures import ALIGNMENT, aligned, error_mm, first, without
from app.lessons.sources import ENCODEC, SOUNDSTREAM
from app.take import Take

MANY, FEW = "many", "few"
JOB = "lattice"


def left_out(take: Take) -> tuple[int, ...]:
    """The layers that are dropped in turn: the last, the second, the first."""
    return tuple(dict.fromkeys((take.num_layers, min(2, take.num_layers), 1)))


def subset(layers: tuple[bool, ...]) -> tuple[int, ...]:
    """Layers that are on, counted from 1."""
    return tuple(v + 1 for v, on in enumerate(layers) if on)


def question(session) -> Question:
    take = session.workbench.take
    many, few = without(take, 2), first(take, 2)
    return Question(
        "Which comes closer to the original motion?",
        (
            Option(MANY, f"all layers but the second ({words.layers(subset(many))}): {sum(many)} layers"),
            Option(FEW, f"the first two alone: {sum(few)} layers"),
        ),
    )


def closer(take: Take) -> str:
    """The right answer."""
    return MANY if error_mm(take, without(take, 2)) < error_mm(take, first(take, 2)) else FEW


def steps(session) -> tuple[Step, ...]:
    take = session.workbench.take
    tries = [
        Step(
            f"Switch layer {layer} off and all others on.",
            session.visit.seen(without(take, layer)),
            show=Show("tokens"),
        )
        for layer in left_out(take)
    ]
    scored = session.jobs.result(JOB, take)
    return (
        *tries,
        Step(
            f"Let the laboratory score all {2**take.num_layers - 1} subsets of layers on this clip.",
            scored is not None,
            show=Show("deck", tab=JOB),
        ),
    )


def outcome(session) -> Outcome:
    take = session.workbench.take
    ranked = sorted(session.jobs.result(JOB, take), key=lambda one: getattr(one, f"{ALIGNMENT}_mm"))
    place = {one.layers: rank for rank, one in enumerate(ranked, start=1)}
    errors = {one.layers: getattr(one, f"{ALIGNMENT}_mm") for one in ranked}
    worst = max(errors.values())

    def line(layers: tuple[bool, ...], remark: str) -> Row:
        key = subset(layers)
        cells = (words.layers(key), words.mm(errors[key]), f"{words.ordinal(place[key])} of {len(ranked)}")
        return Row(cells, errors[key] / worst, remark)

    everything = first(take, take.num_layers)
    drops = [without(take, layer) for layer in left_out(take)]
    rows = [
        line(everything, "all"),
        *(line(one, f"without {layer}") for one, layer in zip(drops, left_out(take), strict=True)),
    ]
    if take.num_layers > 2:
        rows.append(line(first(take, 2), "the first two"))
    many, few = subset(without(take, 2)), subset(first(take, 2))
    return Outcome(
        session.visit.answer == closer(take),
        f"Layers {words.layers(many)} leave {words.mm(errors[many])}, layers {words.layers(few)} "
        f"{words.mm(errors[few])}.",
        (_cost(take, errors, drops), _trained(take), _last_is_cheapest(take, errors)),
        (
            Table(
                f"Errors, {aligned(take)}, and place among all subsets",
                ("layers", "error", "place"),
                tuple(rows),
            ),
        ),
        (
            Formula(
                n.math(
                    n.CODE, n.EQUALS, n.of(n.QUANTIZER, n.row(n.LATENT, n.MINUS, n.total(BEFORE, EARLIER)))
                ),
                "A code was chosen for what was left after the layers before it. Take one of those away, and "
                "the later codes refine something that is no longer there.",
            ),
        ),
    )


def _cost(take: Take, errors: dict, drops: list[tuple[bool, ...]]) -> str:
    whole = errors[subset(first(take, take.num_layers))]
    costs = [
        f"layer {layer} costs {words.mm(errors[subset(one)] - whole)}"
        for layer, one in zip(left_out(take), drops, strict=True)
    ]
    return f"Beside {words.mm(whole)} with all layers, leaving out {words.listed(costs)}."


def _trained(take: Take) -> str:
    share = take.checkpoint.config.quantization_dropout
    if not share:
        return (
            "This checkpoint's settings name no quantization dropout: its decoder was only trained on the "
            "sum of all layers."
        )
    return (
        f"In training, {share:.0%} of the steps used only the first few layers (quantization dropout), so "
        "the decoder knows sums that end early. It has never seen one with a hole in the middle."
    )


def _last_is_cheapest(take: Take, errors: dict) -> str:
    every = {layer: errors[subset(without(take, layer))] for layer in range(1, take.num_layers + 1)}
    cheapest = min(every, key=every.get)
    if cheapest == take.num_layers:
        return "Of all single layers the last is the cheapest to leave out here."
    return (
        f"Yet here the cheapest single layer to leave out is {cheapest}, not the last: trained for is not "
        "the same as always best."
    )


BEFORE = n.row(n.name("u"), n.op("&lt;"), n.V)
EARLIER = n.sup(n.name("b"), n.name("u"))

LESSON = Lesson(
    number=4,
    title="Order matters when encoding",
    minutes=4,
    why="Codes are added in any order, but they were chosen in one.",
    shows=("player", "tokens", "readout", "deck"),
    layers_needed=3,
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(SOUNDSTREAM, ENCODEC),
)
