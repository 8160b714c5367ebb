"""One time step under the microscope: how the codes of each layer walk towards the latent."""

import numpy as np

from app.views.arrays import pack
from app.views.view import View
from rvqvae.statistics import Dissection, Plane, choice_plane, dissect, walk_plane


def payload(session) -> dict:
    """What each layer was given, chose and left; vectors (d,) of all of them; the walk in several planes.

    `planes` holds the whole walk's plane, then one plane a layer, each with every point of the walk in it.
    """
    bench, step = session.workbench, _step(session)
    take = bench.take
    tokens = bench.tokens[:, step]
    cut = dissect(take.checkpoint, take.latent[:, step].cpu().numpy(), tokens)
    planes = [walk_plane(cut), *(choice_plane(cut, layer) for layer in range(take.num_layers))]
    return {
        "step": step,
        "seconds": step * take.ratio / take.clip.fps,
        "frames": [step * take.ratio, min(take.frames, (step + 1) * take.ratio) - 1],
        "energies": cut.energies.tolist(),
        "identity_error": cut.identity_error,
        "residuals": pack(cut.residuals, "f32"),
        "codes": pack(cut.codes, "f32"),
        "sum": pack(cut.partial_sums[-1], "f32"),
        "choices": [
            {
                "code": choice.code,
                "original": int(take.tokens[layer, step]),
                "on": bench.layers[layer],
                "distance": choice.distance,
                "runners_up": [{"code": one.code, "distance": one.distance} for one in choice.runners_up],
            }
            for layer, choice in enumerate(cut.choices)
        ],
        "planes": [_in_plane(plane, cut) for plane in planes],
    }


def _in_plane(plane: Plane, cut: Dissection) -> dict:
    sums = cut.partial_sums
    return {
        "explained": plane.explained.tolist(),
        "residual_shares": [plane.share_of(residual) for residual in cut.residuals],
        "latent": plane.project(cut.latent).tolist(),
        "sums": plane.project(sums).tolist(),
        "runners_up": [
            plane.project(np.add(start, choice.runner_up_vectors)).tolist()
            for start, choice in zip(sums, cut.choices, strict=False)
        ],
    }


def _step(session) -> int:
    return min(session.magnified_step, session.workbench.tokens.shape[1] - 1)


def key(session):
    """The step, its tokens and which layers are on."""
    bench = session.workbench
    return bench.take, bench.version, bench.layers, _step(session)


VIEW = View("microscope", key, payload, panel="microscope")
