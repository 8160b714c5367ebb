"""Clips that nobody recorded but somebody could move like: played backwards, or put together from several.

What a tokenizer cannot do with few clips is put known movements together in a new way. Here they are put
together for it.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from rvqvae.motion import DegenerateClipError, mirror_joints
from rvqvae.motion.geometry import to_humanml_skeleton
from rvqvae.motion.skeleton import FPS
from rvqvae.training.changes import (
    bend_path,
    cross_fade,
    exchange_arm,
    exchange_head,
    exchange_upper_body,
    scale_amplitude,
    topple,
)
from rvqvae.training.data import retime
from rvqvae.training.floor import put_on_floor

NamedJoints = tuple[str, np.ndarray]

# How often each change is made. The last two leave what bodies usually do, and so are rarer.
CHANCES = {
    "stretch": 0.5,
    "body": 0.5,
    "arms": 0.5,
    "head": 0.5,
    "scale": 0.5,
    "bend": 0.5,
    "blend": 0.25,
    "topple": 0.2,
}
CHANGES = tuple(CHANCES)


def vary(
    clips: Sequence[NamedJoints],
    partners: Sequence[Sequence[NamedJoints]],
    *,
    backwards: bool,
    bodies: int,
    seed: int,
    mixed: int = 0,
    changes: Sequence[str] = CHANGES,
) -> Iterator[NamedJoints]:
    """Variations of joint clips.

    Parameters
    ----------
    clips : what is varied, (name, (T, 22, 3))
    partners : groups of clips to take upper bodies from; each group is as likely as the others, and within it
        a clip as its length
    backwards : give each clip played backwards
    bodies : give each clip so many times with the upper body of another, as long as both last
    seed : of the partners and of where in a longer clip a variation begins
    mixed : give each clip so many times with a random choice of `changes`, see `Mixer`
    changes : names from `CHANGES`
    """
    generator = np.random.default_rng(seed)
    chances = [np.array([len(joints) for _, joints in group], dtype=float) for group in partners]
    for name, joints in clips:
        if backwards:
            yield f"{name}, backwards", joints[::-1]
        for _ in range(bodies):
            other, upper = _pick(partners, chances, generator)
            frames = min(len(joints), len(upper))
            starts = [generator.integers(len(whole) - frames + 1) for whole in (joints, upper)]
            pieces = (whole[at : at + frames] for whole, at in zip((joints, upper), starts, strict=True))
            title = f"{name} from {starts[0]}, with {other} from {starts[1]}"
            try:
                yield title, exchange_upper_body(*pieces)
            except DegenerateClipError as error:
                print(f"skipped {title}: {error}")
    if mixed:
        mixer = Mixer(partners, changes, generator)
        for name, joints in clips:
            for number in range(mixed):
                try:
                    yield f"{name}, mixed {number}", mixer.mix(joints)
                except DegenerateClipError as error:
                    print(f"skipped {name}, mixed {number}: {error}")


class Mixer:
    """Puts clips together: path and legs of one, upper body and limbs of others, changed as a whole.

    Each change is made with its chance in `CHANCES`, independently of the others; one at least is made.

    | change | what it does |
    |---|---|
    | stretch | plays each of the clips that go into it at 0.7 to 1.4 times its speed |
    | body | the spine, arms and head of another |
    | arms | an arm, or each, of another |
    | head | the head's aim of another |
    | scale | swings 0.6 to 1.3 times as wide |
    | bend | turns by up to 1.5 radians a second more |
    | blend | fades between the clip and another one, to and fro |
    | topple | leans, or lies down and gets up, or rolls over |

    Parameters
    ----------
    partners : groups of clips that parts are taken from, each group as likely as the others, and within it a
        clip as its length; a part is mirrored in one half of the cases and played backwards in one quarter
    changes : names from `CHANGES`
    generator : of everything random
    """

    def __init__(
        self,
        partners: Sequence[Sequence[NamedJoints]],
        changes: Sequence[str],
        generator: np.random.Generator,
    ):
        unknown = [change for change in changes if change not in CHANGES]
        if unknown:
            raise ValueError(f"there is no change {unknown[0]!r}; there are {', '.join(CHANGES)}")
        self._partners = [_on_skeleton(group) for group in partners]
        self._chances = [
            np.array([len(joints) for _, joints in group], dtype=float) for group in self._partners
        ]
        self._changes, self._generator = tuple(changes), generator

    def mix(self, joints: np.ndarray) -> np.ndarray:
        """A variation of joints (T, 22, 3), as long as they last, on HumanML3D's skeleton.

        Raises
        ------
        DegenerateClipError
            If a body that goes into it faces nowhere, or comes out so.
        """
        chosen = self._choice()
        made = to_humanml_skeleton(joints)
        if "stretch" in chosen:
            made = retime(made, self._speed())
        frames = len(made)

        def part() -> np.ndarray:
            return self._part(frames, stretched="stretch" in chosen)

        if "blend" in chosen:
            made = cross_fade(made, part(), self._curve(frames, 0.0, 1.0))
        stands = made
        if "body" in chosen:
            made = exchange_upper_body(made, part())
        if "arms" in chosen:
            for side in self._sides():
                made = exchange_arm(made, part(), side)
        if "head" in chosen:
            made = exchange_head(made, part())
        if "scale" in chosen:
            made = scale_amplitude(made, self._generator.uniform(0.6, 1.3))
        if made is not stands:
            made = put_on_floor(made, stands)
        if "bend" in chosen:
            most = self._generator.uniform(0, 1.5) / FPS
            made = bend_path(made, np.cumsum(self._curve(frames, -most, most)))
        if "topple" in chosen:
            made = topple(made, *self._leaning(frames))
        return to_humanml_skeleton(made)

    def _choice(self) -> set[str]:
        while True:
            drawn = {change for change in self._changes if self._generator.random() < CHANCES[change]}
            if drawn:
                return drawn

    def _sides(self) -> list[str]:
        return [["left"], ["right"], ["left", "right"]][self._generator.integers(3)]

    def _speed(self) -> float:
        return 2 ** self._generator.uniform(-0.5, 0.5)

    def _part(self, frames: int, *, stretched: bool) -> np.ndarray:
        """So many frames of a partner, (frames, 22, 3): to and fro where it is shorter."""
        _, joints = _pick(self._partners, self._chances, self._generator)
        if stretched:
            joints = retime(joints, self._speed())
        there = np.arange(len(joints))
        if len(joints) < frames:
            period = np.concatenate([there, there[-2:0:-1]])
            there = np.resize(period, frames + len(period))
        start = self._generator.integers(len(there) - frames + 1)
        piece = joints[there[start : start + frames]]
        if self._generator.random() < 0.25:
            piece = piece[::-1]
        return mirror_joints(piece) if self._generator.random() < 0.5 else piece

    def _leaning(self, frames: int) -> tuple[np.ndarray, np.ndarray]:
        if self._generator.random() < 0.3:
            rate = self._generator.uniform(-4, 4) / FPS
            start = self._generator.uniform(-np.pi, np.pi)
            return start + rate * np.arange(frames), self._curve(frames, -0.4, 0.4)
        most = self._generator.uniform(0.2, 1.8)
        return self._curve(frames, -most, most), self._curve(frames, -most / 2, most / 2)

    def _curve(self, frames: int, least: float, most: float) -> np.ndarray:
        """A smooth random curve (frames,) that turns every one to four seconds."""
        apart = self._generator.uniform(1, 4) * FPS
        knots = self._generator.uniform(least, most, int(frames / apart) + 2)
        at = (np.arange(frames) + self._generator.uniform(0, apart)) / apart
        at = np.minimum(at, len(knots) - 1 - 1e-9)
        before = at.astype(int)
        share = 0.5 - 0.5 * np.cos(np.pi * (at - before))
        return knots[before] * (1 - share) + knots[before + 1] * share


def _on_skeleton(group: Sequence[NamedJoints]) -> list[NamedJoints]:
    placed = []
    for name, joints in group:
        try:
            placed.append((name, to_humanml_skeleton(joints)))
        except DegenerateClipError as error:
            print(f"left out {name}: {error}")
    return placed


def _pick(
    partners: Sequence[Sequence[NamedJoints]],
    chances: Sequence[np.ndarray],
    generator: np.random.Generator,
) -> NamedJoints:
    group = int(generator.integers(len(partners)))
    pick = int(generator.choice(len(partners[group]), p=chances[group] / chances[group].sum()))
    return partners[group][pick]
