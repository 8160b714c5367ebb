"""A code's page in the dictionary: neighbours, the motion around it, what it does alone, where it is."""

from collections.abc import Hashable

import numpy as np

from app.lab.dictionary import Corpus, corpus_of, finish, how_far, open_entry
from app.lab.figure import Figure, Payload, Rows
from app.payloads.arrays import pack, pack_joints
from app.payloads.inspection import AverageMotion, CodeEffect, EntryPayload, OccurrencesPayload, Places
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import EncodedClip
from app.workbench.receptive_field import steps_needed
from rvqvae.statistics import Occurrence, average_motion, code_effect, nearest_codes, occurrences

NEIGHBOURS = 8
AROUND = 10  # frames before and after a code in its average motion
AVERAGE = "The motion around a code and what it does alone are shown by"
REACH = 8  # frames before and after it in what it does
FRAMES_AT_ONCE = 1_000  # decoded to show what one code does
MOST_OCCURRENCES = 24
_FAR = 1_000  # steps from either end of a clip


def payload(visitor: Visitor) -> EntryPayload:
    """Neighbours at once; motion and effect (None until then) when the clips to look in are read.

    Where there are no joints, `needs_joints` says so in a sentence, and there is neither.
    """
    encoded, entry = visitor.workbench.encoded, open_entry(visitor)
    layer, code = entry.layer, entry.code
    codebook = encoded.codebook(layer).cpu().numpy()
    near = nearest_codes(codebook, codebook[:, code], NEIGHBOURS, except_for=code)
    is_ready = encoded.has_joints and how_far(visitor) in ("done", "stopped")
    corpus = corpus_of(visitor)
    found = occurrences(corpus.tokens, layer, code)
    return {
        "layer": layer,
        "code": code,
        "norm": float(np.linalg.norm(codebook[:, code])),
        "near": [{"code": one.code, "distance": one.distance} for one in near],
        "clips": len(corpus.clips),
        "occurrences": len(found),
        "fps": encoded.clip.fps or encoded.checkpoint.fps,
        "ratio": encoded.ratio,
        "needs_joints": "" if encoded.has_joints else encoded.joints_needed(AVERAGE),
        "average": _average(corpus, found, encoded) if is_ready and found else None,
        "effect": _effect(corpus, found, encoded, layer, code) if is_ready else None,
    }


def _average(corpus: Corpus, found: list[Occurrence], encoded: EncodedClip) -> AverageMotion:
    features = [clip.features for clip in corpus.clips]
    average = average_motion(features, found, ratio=encoded.ratio, reach=AROUND, layout=encoded.layout)
    return {
        "joints": pack_joints(average.joints),
        "first": average.first,
        "spread_mm": average.spread_mm,
    }


def _effect(
    corpus: Corpus, found: list[Occurrence], encoded: EncodedClip, layer: int, code: int
) -> CodeEffect:
    context = decoding_context(encoded, REACH)
    effect = code_effect(
        encoded.checkpoint,
        corpus.tokens,
        found,
        layer,
        code,
        reach=REACH,
        context=context,
        most=occurrences_at_once(encoded, context),
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


def key(visitor: Visitor) -> Hashable:
    """The code, and the clips that it is looked for in."""
    encoded = visitor.workbench.encoded
    is_extra = encoded.clip.key not in visitor.library.clips
    this_clip = encoded if is_extra or how_far(visitor) != "done" else None
    return encoded.checkpoint_key, open_entry(visitor), how_far(visitor), this_clip


def places_payload(visitor: Visitor) -> OccurrencesPayload:
    """Steps of every clip that has the code, the present clip first."""
    bench, entry = visitor.workbench, open_entry(visitor)
    corpus = corpus_of(visitor)
    here = bench.encoded.clip
    clips = [here, *(clip for clip in corpus.clips if clip.key != here.key)]
    encoded = dict(zip((clip.key for clip in corpus.clips), corpus.tokens, strict=True))
    tokens = [bench.tokens, *(encoded[clip.key] for clip in clips[1:])]
    places: list[Places] = [{"clip": clip.key, "title": clip.title, "steps": []} for clip in clips]
    for one in occurrences(tokens, entry.layer, entry.code):
        places[one.clip]["steps"].append(one.step)
    return {
        "layer": entry.layer,
        "code": entry.code,
        "seconds_per_step": bench.encoded.ratio / (here.fps or bench.encoded.checkpoint.fps),
        "clips": len(clips),
        "places": [place for place in places if place["steps"] or place["clip"] == here.key],
    }


def places_key(visitor: Visitor) -> Hashable:
    """The code, this clip's tokens, and whether the other clips are read."""
    bench = visitor.workbench
    return bench.encoded, bench.version, open_entry(visitor), how_far(visitor)


def decoding_context(encoded: EncodedClip, reach: int) -> int:
    """Steps to decode on each side of a token so that `reach` frames around its own come out exactly."""
    own = _FAR * encoded.ratio
    first, stop = steps_needed((own - reach, own + encoded.ratio + reach), 2 * _FAR, encoded.operations)
    return max(_FAR - first, stop - 1 - _FAR)


def occurrences_at_once(encoded: EncodedClip, context: int) -> int:
    """How many occurrences may be decoded to show what a code does."""
    return max(1, min(MOST_OCCURRENCES, FRAMES_AT_ONCE // ((2 * context + 1) * encoded.ratio)))


def neighbours_table(payload: Payload) -> Rows:
    """A row a neighbour of the open code, nearest first."""
    return [
        ["layer", "code", "neighbour", "distance"],
        *(
            [payload["layer"] + 1, payload["code"], near["code"], near["distance"]]
            for near in payload["near"]
        ),
    ]


VIEWS = (
    View("entry", key, payload, panel="dictionary"),
    View("occurrences", places_key, places_payload, panel="dictionary"),
)
FIGURES = (Figure("code-neighbours", VIEWS[0], None, neighbours_table, prepare=finish),)
