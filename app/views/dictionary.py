"""One layer's codebook as a map: its codes along the two principal axes, and how often each is used."""

from app.dictionary import corpus_of, open_entry, reading
from app.views.arrays import pack
from app.views.view import View
from rvqvae.statistics import principal_plane


def payload(session) -> dict:
    """Positions (K, 2) and counts (K,) of the open layer's codes, over the data set where that is known."""
    take, layer = session.workbench.take, open_entry(session).layer
    codes = take.codebook(layer).T.cpu().numpy()
    plane = principal_plane(codes)
    corpus = corpus_of(session)
    known = take.checkpoint.usage
    counts = corpus.counts(take.num_codes) if known is None else known
    return {
        "reading": reading(session),
        "clips": len(corpus.clips),
        "layer": layer,
        "num_layers": take.num_layers,
        "num_codes": take.num_codes,
        "points": pack(plane.project(codes), "f32"),
        "explained": plane.explained.tolist(),
        "counts": pack(counts[layer], "i32"),
        "counted_over": "clips" if known is None else "data set",
    }


def key(session):
    """The layer's codebook; where the data set's counts are not known, the present clip counts as well."""
    take = session.workbench.take
    counted = take if take.checkpoint.usage is None else None
    return take.checkpoint_key, open_entry(session).layer, reading(session), counted


VIEW = View("dictionary", key, payload, panel="dictionary")
