"""Lesson 1: a vector is replaced by the nearest code, and what is missed is the residual."""

from functools import lru_cache
from typing import Any

import numpy as np

from app.errors import StudioError
from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Option, Outcome, Question, Show, Step
from app.lessons.sources import LBG, VQ_VAE
from app.lessons.visit import needed, visit_of
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip
from rvqvae.evaluation.metrics import code_counts
from rvqvae.statistics.projection import principal_plane

CODES = 8
CHOICES = 3
# The opening point must not lie on the border between two codes, or the eye cannot tell.
LEAST_LEAD = 1.08


def plane_of(encoded: EncodedClip) -> tuple[np.ndarray, np.ndarray, float]:
    """The codes of layer 1 that the clip uses most (m,), their places in the plane (m, 2), its share.

    There are up to `CODES` of them, and none that the clip does not use.
    """
    counts = code_counts(encoded.tokens[:1], encoded.num_codes)[0]
    most = np.argsort(-counts, kind="stable")[:CODES]
    codes = np.sort(most[counts[most] > 0])
    vectors = encoded.codebook(0).T.cpu().numpy()[codes]
    plane = principal_plane(vectors)
    return codes, plane.project(vectors), float(plane.explained.sum())


@lru_cache(maxsize=8)
def opening_point(encoded: EncodedClip) -> tuple[float, float]:
    """A point whose nearest code has no great lead on the next."""
    _, places, _ = plane_of(encoded)
    low, high = places.min(axis=0), places.max(axis=0)
    grid = np.stack(np.meshgrid(*np.linspace(low, high, 24).T), axis=-1).reshape(-1, 2)
    nearest = np.sort(np.linalg.norm(grid[:, None] - places, axis=-1), axis=1)
    lead = nearest[:, 1] / np.maximum(nearest[:, 0], 1e-9)
    x, y = grid[np.where(lead < LEAST_LEAD, np.inf, lead).argmin()]
    return float(x), float(y)


def point(visitor: Visitor) -> tuple[float, float]:
    """Where the learner has put x."""
    made = visit_of(visitor).made("point")
    return made[-1] if made else opening_point(visitor.workbench.encoded)


def distances(encoded: EncodedClip, place: tuple[float, float]) -> np.ndarray:
    """(m,) distances in the plane from a point to the codes of `plane_of`."""
    return np.linalg.norm(plane_of(encoded)[1] - place, axis=1)


def move_point(visitor: Visitor, value: Any) -> None:
    """Put x elsewhere: [x, y] in the plane's units."""
    try:
        x, y = (float(part) for part in value)
    except (TypeError, ValueError):
        raise StudioError(f"{value!r} is not a point of the plane; expected [x, y].") from None
    if not np.isfinite([x, y]).all():
        raise StudioError("A point of the plane has finite coordinates; drag it again.")


def lacks(encoded: EncodedClip) -> str:
    """What is missing for a choice between codes in a plane."""
    used = len(np.unique(encoded.tokens[0]))
    if used > 1:
        return ""
    return "This clip uses one code of layer 1 through this checkpoint, so that there is nothing to choose."


def picture(visitor: Visitor) -> dict[str, Any]:
    """The plane, its codes and x; the browser measures distances in it as `distances` does."""
    codes, places, _ = plane_of(visitor.workbench.encoded)
    return {
        "kind": "snap",
        "codes": codes.tolist(),
        "places": places.tolist(),
        "point": list(point(visitor)),
        "open": visit_of(visitor).answer is not None,
    }


def question(visitor: Visitor) -> Question:
    encoded = visitor.workbench.encoded
    codes, _, share = plane_of(encoded)
    near = np.argsort(distances(encoded, opening_point(encoded)), kind="stable")[:CHOICES]
    used = len(np.unique(encoded.tokens[0]))
    which = "that this clip uses" if used == len(codes) else "that this clip uses most"
    return Question(
        f"The picture shows the {len(codes)} codes of layer 1 {which}, as points in "
        f"the plane of their two principal axes, which holds {share:.0%} of their variance. Which code "
        "will the quantizer choose for the point x, if the plane is all there is?",
        tuple(Option(str(code), f"code {code}") for code in sorted(codes[near])),
    )


def nearest_at_opening(encoded: EncodedClip) -> int:
    """The code nearest to the opening point."""
    return int(plane_of(encoded)[0][distances(encoded, opening_point(encoded)).argmin()])


def steps(visitor: Visitor) -> tuple[Step, ...]:
    encoded = visitor.workbench.encoded
    codes = plane_of(encoded)[0]
    start = nearest_at_opening(encoded)
    now = int(codes[distances(encoded, point(visitor)).argmin()])
    moved = any(
        codes[distances(encoded, place).argmin()] != start for place in visit_of(visitor).made("point")
    )
    middle = encoded.tokens.shape[1] // 2
    return (
        Step(
            "Drag x, or move it with the arrow keys, until another code wins.",
            moved,
            now=f"nearest now: code {now}",
        ),
        Step(
            "Now the real thing. Select a token of layer 1: the line under the grid says how far its code is "
            "from what it stands for, and which codes came next.",
            visit_of(visitor).looked_at(0) is not None,
            show=Show("tokens", layer=0, step=middle),
        ),
    )


def outcome(visitor: Visitor) -> Outcome:
    encoded, (_, step) = visitor.workbench.encoded, needed(visit_of(visitor).looked_at(0))
    real = _real_distances(encoded, step)
    chosen, next_best = np.argsort(real, kind="stable")[:2]
    right = nearest_at_opening(encoded)
    latent = float(np.linalg.norm(encoded.latent[:, step].double().cpu().numpy()))
    smallest = Formula(
        n.math(
            n.of(n.QUANTIZER, n.name("x")),
            n.EQUALS,
            n.under(n.op("argmin"), n.name("c")),
            n.norm(n.row(n.name("x"), n.MINUS, n.name("c"))),
        ),
        "The quantizer takes the code c of the smallest distance; nothing else counts.",
        f"at step {step}: code {chosen}, at {real[chosen]:.2f}",
    )
    left = Formula(
        n.math(n.sup(n.name("r"), n.number(1)), n.EQUALS, n.LATENT, n.MINUS, n.sup(n.name("b"), n.number(0))),
        "What the code misses is the residual: the arrow from c to x, and the next layer's work.",
        f"‖r⁰‖ = {words.length(latent)}, ‖r¹‖ = {real[chosen]:.2f}",
    )
    return Outcome(
        visit_of(visitor).answer == str(right),
        f"Code {right} was nearest to where x began.",
        (
            f"In the model it is the same with {encoded.checkpoint.config.latent_dim} numbers instead of two "
            f"and all {encoded.num_codes} codes: at step {step} layer 1 chose code {chosen}, "
            f"{real[chosen]:.2f} from the latent; next came code {next_best} at {real[next_best]:.2f}.",
            "The plane only shows these few codes' differences; nearest in the plane need not be nearest in "
            "the whole space.",
        ),
        formulas=(smallest, left),
    )


def _real_distances(encoded: EncodedClip, step: int) -> np.ndarray:
    """(K,) distances of layer 1's codes from a step's latent."""
    latent = encoded.latent[:, step].double().cpu().numpy()
    return np.linalg.norm(encoded.codebook(0).double().cpu().numpy() - latent[:, None], axis=0)


LESSON = Lesson(
    number=1,
    title="Snap to the nearest",
    minutes=2,
    why="A codebook is a list of vectors. To quantize a vector is to replace it by one of them.",
    shows=("tokens", "player"),
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(LBG, VQ_VAE),
    moves={"point": move_point},
    lacks=lacks,
    picture=picture,
)
