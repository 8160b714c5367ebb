"""Lesson 4: leaving out the last layer and leaving out the first are not the same."""

from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Option, Outcome, Question, Row, Show, Step, Table
from app.lessons.measures import ALIGNMENT, aligned, error_mm, first, without
from app.lessons.sources import ENCODEC, SOUNDSTREAM
from app.lessons.visit import visit_of
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip

MANY, FEW = "many", "few"
JOB = "lattice"


def left_out(encoded: EncodedClip) -> tuple[int, ...]:
    """The layers that are dropped in turn: the last, the second, the first."""
    return tuple(dict.fromkeys((encoded.num_layers, min(2, encoded.num_layers), 1)))


def subset(layers: tuple[bool, ...]) -> tuple[int, ...]:
    """Layers that are on, counted from 1."""
    return tuple(v + 1 for v, on in enumerate(layers) if on)


def question(visitor: Visitor) -> Question:
    encoded = visitor.workbench.encoded
    many, few = without(encoded, 2), first(encoded, 2)
    return Question(
        "Which comes closer to the original motion?",
        (
            Option(MANY, f"all layers but the second ({words.layers(subset(many))}): {sum(many)} layers"),
            Option(FEW, f"the first two alone: {sum(few)} layers"),
        ),
    )


def closer(encoded: EncodedClip) -> str:
    """The right answer."""
    return MANY if error_mm(encoded, without(encoded, 2)) < error_mm(encoded, first(encoded, 2)) else FEW


def steps(visitor: Visitor) -> tuple[Step, ...]:
    encoded = visitor.workbench.encoded
    tries = [
        Step(
            f"Switch layer {layer} off and all others on.",
            visit_of(visitor).seen(without(encoded, layer)),
            show=Show("tokens"),
        )
        for layer in left_out(encoded)
    ]
    scored = visitor.jobs.result(JOB, encoded)
    return (
        *tries,
        Step(
            f"Let the laboratory score all {2**encoded.num_layers - 1} subsets of layers on this clip.",
            scored is not None,
            show=Show("lab", tab=JOB),
        ),
    )


def outcome(visitor: Visitor) -> Outcome:
    encoded = visitor.workbench.encoded
    ranked = sorted(visitor.jobs.result(JOB, encoded), key=lambda one: getattr(one, f"{ALIGNMENT}_mm"))
    place = {one.layers: rank for rank, one in enumerate(ranked, start=1)}
    errors = {one.layers: getattr(one, f"{ALIGNMENT}_mm") for one in ranked}
    worst = max(errors.values())

    def line(layers: tuple[bool, ...], remark: str) -> Row:
        key = subset(layers)
        cells = (words.layers(key), words.mm(errors[key]), f"{words.ordinal(place[key])} of {len(ranked)}")
        return Row(cells, errors[key] / worst, remark)

    everything = first(encoded, encoded.num_layers)
    drops = [without(encoded, layer) for layer in left_out(encoded)]
    rows = [
        line(everything, "all"),
        *(line(one, f"without {layer}") for one, layer in zip(drops, left_out(encoded), strict=True)),
    ]
    if encoded.num_layers > 2:
        rows.append(line(first(encoded, 2), "the first two"))
    many, few = subset(without(encoded, 2)), subset(first(encoded, 2))
    return Outcome(
        visit_of(visitor).answer == closer(encoded),
        f"Layers {words.layers(many)} leave {words.mm(errors[many])}, layers {words.layers(few)} "
        f"{words.mm(errors[few])}.",
        (_cost(encoded, errors, drops), _trained(encoded), _last_is_cheapest(encoded, errors)),
        (
            Table(
                f"Errors, {aligned(encoded)}, and place among all subsets",
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


def _cost(encoded: EncodedClip, errors: dict[tuple[int, ...], float], drops: list[tuple[bool, ...]]) -> str:
    whole = errors[subset(first(encoded, encoded.num_layers))]
    costs = [
        f"layer {layer} {_changes(errors[subset(one)] - whole)}"
        for layer, one in zip(left_out(encoded), drops, strict=True)
    ]
    return f"Beside {words.mm(whole)} with all layers, leaving out {words.listed(costs)}."


def _changes(mm: float) -> str:
    return f"costs {words.mm(mm)}" if mm >= 0 else f"saves {words.mm(-mm)}"


def trained_on_prefixes(encoded: EncodedClip) -> float:
    """Share of the training steps that used fewer than all layers: dropout draws 1 to Q, all Q included."""
    layers = encoded.num_layers
    return encoded.checkpoint.config.quantization_dropout * (layers - 1) / layers


def _trained(encoded: EncodedClip) -> str:
    share = trained_on_prefixes(encoded)
    if not share:
        return (
            "This checkpoint's settings name no quantization dropout: its decoder was only trained on the "
            "sum of all layers, and never for any subset of them."
        )
    return (
        f"In training, {share:.1%} of the steps used only the first few layers (quantization dropout, which "
        f"sets in with {encoded.checkpoint.config.quantization_dropout:.0%} and then draws 1 to "
        f"{encoded.num_layers} layers), so the decoder knows sums that end early. It has never seen one with "
        "a hole in the middle."
    )


def _last_is_cheapest(encoded: EncodedClip, errors: dict[tuple[int, ...], float]) -> str:
    every = {layer: errors[subset(without(encoded, layer))] for layer in range(1, encoded.num_layers + 1)}
    cheapest = min(every, key=lambda layer: every[layer])
    if cheapest == encoded.num_layers:
        return "Of all single layers the last is the cheapest to leave out here."
    found = f"the cheapest single layer to leave out is {cheapest}, not the last"
    if not trained_on_prefixes(encoded):
        return f"Here {found}: nothing in its training made the last the one to spare."
    return f"Yet here {found}: trained for is not the same as always best."


BEFORE = n.row(n.name("u"), n.op("&lt;"), n.V)
EARLIER = n.sup(n.name("b"), n.name("u"))

LESSON = Lesson(
    number=4,
    title="Order matters when encoding",
    minutes=4,
    why="Codes are added in any order, but they were chosen in one.",
    shows=("player", "tokens", "readout", "lab"),
    layers_needed=3,
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(SOUNDSTREAM, ENCODEC),
)
