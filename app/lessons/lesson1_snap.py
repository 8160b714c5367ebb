"""Lesson 1: a vector is replaced by the nearest code, and what is missed is the residual."""

from functools import lru_cache

import numpy as np

from app.lessons import notation as n
from app.lessons import words
from app.lessons.lesson import Formula, Lesson, Option, Outcome, Question, Show, Step
from app.lessons.sources import VQ_VAE
from app.take import StudioError, Take
from rvqvae.metrics import code_counts
from rvqvae.statistics.projection import principal_plane

CODES = 8
CHOICES = 3
# The opening point must not lie on the border between two codes, or the eye cannot tell.
LEAST_LEAD = 1.08


def plane_of(take: Take) -> tuple[np.ndarray, np.ndarray, float]:
    """The codes of layer 1 that the clip uses most (m,), their places in the plane (m, 2), its share."""
    counts = code_counts(take.tokens[:1], take.num_codes)[0]
    codes = np.sort(np.argsort(-counts, kind="stable")[:CODES])
    vectors = take.codebook(0).T.cpu().numpy()[codes]
    plane = principal_plane(vectors)
    return codes, plane.project(vectors), float(plane.explained.sum())


@lru_cache(maxsize=8)
def opening_point(take: Take) -> tuple[float, float]:
    """A point whose nearest code has no great lead on the next."""
    _, places, _ = plane_of(take)
    low, high = places.min(axis=0), places.max(axis=0)
    grid = np.stack(np.meshgrid(*np.linspace(low, high, 24).T), axis=-1).reshape(-1, 2)
    nearest = np.sort(np.linalg.norm(grid[:, None] - places, axis=-1), axis=1)
    lead = nearest[:, 1] / np.maximum(nearest[:, 0], 1e-9)
    x, y = grid[np.where(lead < LEAST_LEAD, np.inf, lead).argmin()]
    return float(x), float(y)


def point(session) -> tuple[float, float]:
    """Where the learner has put x."""
    made = session.visit.made("point")
    return made[-1] if made else opening_point(session.workbench.take)


def distances(take: Take, place: tuple[float, float]) -> np.ndarray:
    """(m,) distances in the plane from a point to the codes of `plane_of`."""
    return np.linalg.norm(plane_of(take)[1] - place, axis=1)


def move_point(session, value) -> None:
    """Put x elsewhere: [x, y] in the plane's units."""
    try:
        x, y = (float(part) for part in value)
    except (TypeError, ValueError):
        raise StudioError(f"{value!r} is not a point of the plane; expected [x, y].") from None
    if not np.isfinite([x, y]).all():
        raise StudioError("A point of the plane has finite coordinates; drag it again.")


def picture(session) -> dict:
    """The plane, its codes and x; the browser measures distances in it as `distances` does."""
    codes, places, _ = plane_of(session.workbench.take)
    return {
        "kind": "snap",
        "codes": codes.tolist(),
        "places": places.tolist(),
        "point": list(point(session)),
        "open": session.visit.answer is not None,
    }


def question(session) -> Question:
    take = session.workbench.take
    codes, _, share = plane_of(take)
    near = np.argsort(distances(take, opening_point(take)), kind="stable")[:CHOICES]
    return Question(
        f"The picture shows the {len(codes)} codes of layer 1 that this clip uses most, as points in "
        f"the plane of their two principal axes, which holds {share:.0%} of their variance. Which code "
        "will the quantizer choose for the point x, if the plane is all there is?",
        tuple(Option(str(code), f"code {code}") for code in sorted(codes[near])),
    )


def nearest_at_opening(take: Take) -> int:
    """The code nearest to the opening point."""
    return int(plane_of(take)[0][distances(take, opening_point(take)).argmin()])


def steps(session) -> tuple[Step, ...]:
    take = session.workbench.take
    codes = plane_of(take)[0]
    start = nearest_at_opening(take)
    now = int(codes[distances(take, point(session)).argmin()])
    moved = any(codes[distances(take, place).argmin()] != start for place in session.visit.made("point"))
    middle = take.tokens.shape[1] // 2
    return (
        Step(
            "Drag x, or move it with the arrow keys, until another code wins.",
            moved,
            now=f"nearest now: code {now}",
        ),
        Step(
            "Now the real thing. Select a token of layer 1: the line under the grid says how far its code is "
            "from what it stands for, and which codes came next.",
            session.visit.looked_at(0) is not None,
            show=Show("tokens", layer=0, step=middle),
        ),
    )


def outcome(session) -> Outcome:
    take, (_, step) = session.workbench.take, session.visit.looked_at(0)
    real = _real_distances(take, step)
    chosen, next_best = np.argsort(real, kind="stable")[:2]
    right = nearest_at_opening(take)
    latent = float(np.linalg.norm(take.latent[:, step].double().cpu().numpy()))
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
        session.visit.answer == str(right),
        f"Code {right} was nearest to where x began.",
        (
            f"In the model it is the same with {take.checkpoint.config.latent_dim} numbers instead of two "
            f"and all {take.num_codes} codes: at step {step} layer 1 chose code {chosen}, "
            f"{real[chosen]:.2f} from the latent; next came code {next_best} at {real[next_best]:.2f}.",
            "The plane only shows these few codes' differences; nearest in the plane need not be nearest in "
            "the whole space.",
        ),
        formulas=(smallest, left),
    )


def _real_distances(take: Take, step: int) -> np.ndarray:
    """(K,) distances of layer 1's codes from a step's latent."""
    latent = take.latent[:, step].double().cpu().numpy()
    return np.linalg.norm(take.codebook(0).double().cpu().numpy() - latent[:, None], axis=0)


LESSON = Lesson(
    number=1,
    title="Snap to the nearest",
    minutes=2,
    why="A codebook is a list of vectors. To quantize a vector is to replace it by one of them.",
    shows=("tokens", "player"),
    question=question,
    steps=steps,
    outcome=outcome,
    sources=(VQ_VAE,),
    moves={"point": move_point},
    picture=picture,
)
