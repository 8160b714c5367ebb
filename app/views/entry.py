"""A code's page in the dictionary: its neighbours, the motion around it and what it does alone."""

import numpy as np

from app.dictionary import corpus_of, decoding_context, occurrences_at_once, open_entry, reading
from app.views.arrays import pack, pack_joints
from app.views.view import View
from rvqvae.statistics import average_motion, code_effect, nearest_codes, occurrences

NEIGHBOURS = 8
AROUND = 10  # frames before and after a code in its average motion
AVERAGE = "The motion around a code and what it does alone are shown by"
REACH = 8  # frames before and after it in what it does


def payload(session) -> dict:
    """Neighbours at once; motion and effect (None until then) when the clips to look in are read.

    Where there are no joints, `needs_joints` says so in a sentence, and there is neither.
    """
    take, (layer, code) = session.workbench.take, _place(session)
    codebook = take.codebook(layer).cpu().numpy()
    near = nearest_codes(codebook, codebook[:, code], NEIGHBOURS, except_for=code)
    is_ready = take.has_joints and reading(session) in ("done", "stopped")
    corpus = corpus_of(session)
    found = occurrences(corpus.tokens, layer, code)
    return {
        "layer": layer,
        "code": code,
        "norm": float(np.linalg.norm(codebook[:, code])),
        "near": [{"code": one.code, "distance": one.distance} for one in near],
        "clips": len(corpus.clips),
        "occurrences": len(found),
        "fps": take.clip.fps,
        "ratio": take.ratio,
        "needs_joints": "" if take.has_joints else take.joints_needed(AVERAGE),
        "average": _average(corpus, found, take) if is_ready and found else None,
        "effect": _effect(corpus, found, take, layer, code) if is_ready else None,
    }


def _average(corpus, found, take) -> dict:
    features = [clip.features for clip in corpus.clips]
    average = average_motion(features, found, ratio=take.ratio, reach=AROUND)
    return {
        "joints": pack_joints(average.joints),
        "first": average.first,
        "spread_mm": average.spread_mm,
    }


def _effect(corpus, found, take, layer, code) -> dict:
    context = decoding_context(take, REACH)
    effect = code_effect(
        take.checkpoint,
        corpus.tokens,
        found,
        layer,
        code,
        reach=REACH,
        context=context,
        most=occurrences_at_once(take, context),
    )
    return {
        "with_code": pack_joints(effect.with_code),
        "without": pack_joints(effect.without),
        "distances_mm": pack(effect.distances_mm, "f32"),
        "first": effect.first,
        "joint_mm": effect.joint_mm.tolist(),
        "mean_mm": float(effect.joint_mm.mean()),
        "path_mm": effect.path_mm,
        "decoded": effect.decoded,
    }


def _place(session) -> tuple[int, int]:
    entry = open_entry(session)
    return entry.layer, entry.code


def key(session):
    """The code, and the clips that it is looked for in."""
    take = session.workbench.take
    is_extra = take.clip.key not in session.library.clips
    this_clip = take if is_extra or reading(session) != "done" else None
    return take.checkpoint_key, open_entry(session), reading(session), this_clip


VIEW = View("entry", key, payload, panel="dictionary")
