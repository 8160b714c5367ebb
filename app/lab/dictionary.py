"""The dictionary of codes: a layer's codebook as a map, and the clips in which codes are looked for."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.command import command
from app.errors import StudioError
from app.jobs import Job, Work
from app.lab.figure import ACCENT, SOFT, Figure, Payload, Rows, new_figure
from app.lab.tab import MEANING, Tab
from app.payloads.arrays import pack, unpack
from app.payloads.inspection import DictionaryPayload, Reading
from app.values import as_int
from app.view import View
from app.visitor import Visitor
from app.workbench.encoded_clip import SourceClip
from rvqvae.evaluation.metrics import code_counts
from rvqvae.statistics import principal_plane

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


@dataclass(frozen=True)
class Entry:
    """The code whose page is open; layer 0 is the first."""

    layer: int
    code: int


@dataclass
class LookedUp:
    """The code that a visitor looked up; None before."""

    entry: Entry | None = None


@dataclass(frozen=True, eq=False)
class Corpus:
    """Clips and the encoder's tokens of them, (Q, n) each."""

    clips: tuple[SourceClip, ...]
    tokens: tuple[np.ndarray, ...]

    def counts(self, codes: int) -> np.ndarray:
        """How often each code occurs, (Q, K)."""
        return code_counts(np.concatenate(self.tokens, axis=1), codes)


def open_entry(visitor: Visitor) -> Entry:
    """The code that the visitor looked up, or this clip's most frequent one of the first layer."""
    encoded, entry = visitor.workbench.encoded, visitor.room(LookedUp).entry
    if entry is not None and entry.layer < encoded.num_layers and entry.code < encoded.num_codes:
        return entry
    return Entry(0, int(code_counts(encoded.tokens, encoded.num_codes)[0].argmax()))


def reading(visitor: Visitor) -> Work[Corpus]:
    """Every clip of the library, tokenized with the present checkpoint."""
    encoded, catalog = visitor.workbench.encoded, visitor.catalog
    clips = [clip for clip in visitor.library.clips.values() if clip.width == encoded.clip.width]

    def run(job: Job) -> Corpus:
        tokens = []
        for done, clip in enumerate(clips):
            job.progress(done / len(clips), f"reading {clip.title}")
            tokens.append(catalog.tokens(clip.key, encoded.checkpoint_key))
        return Corpus(tuple(clips), tuple(tokens))

    return Work("dictionary", encoded.checkpoint_key, run)


def how_far(visitor: Visitor) -> Reading:
    """Whether the library's clips have been read: "not yet", "open", "done" or "stopped"."""
    state = visitor.jobs.state_of(reading(visitor))
    known: dict[str | None, Reading] = {
        None: "not yet",
        "waiting": "open",
        "running": "open",
        "done": "done",
    }
    return known.get(state, "stopped")


def corpus_of(visitor: Visitor) -> Corpus:
    """The clips that have been read, and the present one."""
    encoded = visitor.workbench.encoded
    read = visitor.jobs.result_of(reading(visitor)) or Corpus((), ())
    if any(clip.key == encoded.clip.key for clip in read.clips):
        return read
    return Corpus((*read.clips, encoded.clip), (*read.tokens, encoded.tokens))


@command(replaceable=True)
def look_up(visitor: Visitor, layer: int, code: int) -> None:
    """Open the page of a code."""
    encoded, layer, code = visitor.workbench.encoded, as_int(layer), as_int(code)
    if not 0 <= layer < encoded.num_layers:
        raise StudioError(
            f"There is no layer {layer + 1}; this checkpoint has layers 1 to {encoded.num_layers}."
        )
    if not 0 <= code < encoded.num_codes:
        raise StudioError(
            f"There is no code {code} in layer {layer + 1}; codes run from 0 to {encoded.num_codes - 1}."
        )
    visitor.room(LookedUp).entry = Entry(layer, code)


@command(silent=True)
def read_clips(visitor: Visitor) -> None:
    """Look for codes in all of the library's clips, and stay with the code that is open."""
    visitor.room(LookedUp).entry = open_entry(visitor)
    visitor.jobs.begin(reading(visitor))


def finish(visitor: Visitor, layer: int = 1, code: int = 0) -> None:
    """Open a code's page with all of the library's clips read, for programs; the layer counts from 1."""
    look_up(visitor, as_int(layer) - 1, code)
    visitor.jobs.finish(reading(visitor))


def payload(visitor: Visitor) -> DictionaryPayload:
    """Positions (K, 2) and counts (K,) of the open layer's codes, over the data set where that is known."""
    encoded, layer = visitor.workbench.encoded, open_entry(visitor).layer
    codes = encoded.codebook(layer).T.cpu().numpy()
    plane = principal_plane(codes)
    corpus = corpus_of(visitor)
    known = encoded.checkpoint.usage
    counts = corpus.counts(encoded.num_codes) if known is None else known
    return {
        "reading": how_far(visitor),
        "clips": len(corpus.clips),
        "layer": layer,
        "num_layers": encoded.num_layers,
        "num_codes": encoded.num_codes,
        "points": pack(plane.project(codes), "f32"),
        "explained": plane.explained.tolist(),
        "counts": pack(counts[layer], "i32"),
        "counted_over": "clips" if known is None else "data set",
    }


def key(visitor: Visitor) -> Hashable:
    """The layer's codebook and how many clips are read; where the data set's counts are not known, the
    present clip counts as well."""
    encoded = visitor.workbench.encoded
    counted = encoded if encoded.checkpoint.usage is None else len(corpus_of(visitor).clips)
    return encoded.checkpoint_key, open_entry(visitor).layer, how_far(visitor), counted


def draw(payload: Payload) -> "Drawing":
    """A disc a code, its area by how often the code is used; rings for codes that are not."""
    points, counts = unpack(payload["points"]), unpack(payload["counts"])
    figure = new_figure(3.6, 4.4)
    axis = figure.subplots()
    used = counts > 0
    area = 4 + 120 * counts / max(1, counts.max())
    (x, y), (free_x, free_y) = points[used].T, points[~used].T
    axis.scatter(x, y, s=area[used], color=ACCENT, alpha=0.55, linewidths=0, label="used")
    axis.scatter(free_x, free_y, s=8, facecolors="none", edgecolors=SOFT, linewidths=0.6, label="never used")
    shares = [f"axis {i}, {100 * share:.0f}% of variance" for i, share in enumerate(payload["explained"], 1)]
    axis.set(title=f"Codebook of layer {payload['layer'] + 1}", xlabel=shares[0], ylabel=shares[1])
    if not used.all():
        axis.legend(fontsize=6.5)
    return figure


def table(payload: Payload) -> Rows:
    """A row a code."""
    over = "in the clips" if payload["counted_over"] == "clips" else "in the training data"
    places = unpack(payload["points"]).tolist()
    return [
        ["layer", "code", "axis 1", "axis 2", f"uses {over}"],
        *(
            [payload["layer"] + 1, code, x, y, int(count)]
            for code, ((x, y), count) in enumerate(zip(places, unpack(payload["counts"]), strict=True))
        ),
    ]


TAB = Tab("dictionary", "Dictionary", MEANING)
VIEWS = (View("dictionary", key, payload, panel="dictionary"),)
FIGURES = (Figure("code-map", VIEWS[0], draw, table, prepare=finish),)
