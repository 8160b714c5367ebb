"""Where a code occurs: in this clip as it now stands, and in the others as the encoder has them."""

from app.dictionary import corpus_of, open_entry, reading
from app.views.view import View
from rvqvae.statistics import occurrences


def payload(session) -> dict:
    """Steps of every clip that has the code, the present clip first."""
    bench, entry = session.workbench, open_entry(session)
    corpus = corpus_of(session)
    here = bench.take.clip
    clips = [here, *(clip for clip in corpus.clips if clip.key != here.key)]
    encoded = dict(zip((clip.key for clip in corpus.clips), corpus.tokens, strict=True))
    tokens = [bench.tokens, *(encoded[clip.key] for clip in clips[1:])]
    places = [{"clip": clip.key, "title": clip.title, "steps": []} for clip in clips]
    for one in occurrences(tokens, entry.layer, entry.code):
        places[one.clip]["steps"].append(one.step)
    return {
        "layer": entry.layer,
        "code": entry.code,
        "seconds_per_step": bench.take.ratio / here.fps,
        "clips": len(clips),
        "places": [place for place in places if place["steps"] or place["clip"] == here.key],
    }


def key(session):
    """The code, this clip's tokens, and whether the other clips are read."""
    bench = session.workbench
    return bench.take, bench.version, open_entry(session), reading(session)


VIEW = View("occurrences", key, payload, panel="dictionary")
