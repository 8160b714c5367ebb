"""The dictionary of codes: which code is open, and the clips that it is looked for in."""

from dataclasses import dataclass

import numpy as np

from app.reach import steps_needed
from app.take import SourceClip, Take
from rvqvae.metrics import code_counts

JOB = "dictionary"
FRAMES_AT_ONCE = 1_000  # decoded to show what one code does
MOST_OCCURRENCES = 24
_FAR = 1_000  # steps from either end of a clip


@dataclass(frozen=True)
class Entry:
    """The code whose page is open; layer 0 is the first."""

    layer: int
    code: int


@dataclass(frozen=True, eq=False)
class Corpus:
    """Clips and the encoder's tokens of them, (Q, n) each."""

    clips: tuple[SourceClip, ...]
    tokens: tuple[np.ndarray, ...]

    def counts(self, codes: int) -> np.ndarray:
        """How often each code occurs, (Q, K)."""
        return code_counts(np.concatenate(self.tokens, axis=1), codes)


def open_entry(session) -> Entry:
    """The code that the visitor looked up, or this clip's most frequent one of the first layer."""
    take, entry = session.workbench.take, session.entry
    if entry is not None and entry.layer < take.num_layers and entry.code < take.num_codes:
        return entry
    return Entry(0, int(code_counts(take.tokens, take.num_codes)[0].argmax()))


def reading(session) -> str:
    """Whether the library's clips have been read: "not yet", "open", "done" or "stopped"."""
    job = session.jobs.of(JOB, session.workbench.take.checkpoint_key)
    if job is None:
        return "not yet"
    return "open" if job.is_open else "done" if job.state == "done" else "stopped"


def read_clips(session) -> None:
    """Begin to tokenize every clip of the library with the present checkpoint."""
    take = session.workbench.take
    clips = [clip for clip in session.library.clips.values() if clip.width == take.clip.width]
    checkpoint = take.checkpoint_key

    def work(job) -> Corpus:
        tokens = []
        for done, clip in enumerate(clips):
            job.progress(done / len(clips), f"reading {clip.title}")
            tokens.append(session.tokens_of(clip.key, checkpoint))
        return Corpus(tuple(clips), tuple(tokens))

    session.jobs.start(JOB, checkpoint, work)


def corpus_of(session) -> Corpus:
    """The clips that have been read, and the present one."""
    take = session.workbench.take
    read = session.jobs.result(JOB, take.checkpoint_key) or Corpus((), ())
    if any(clip.key == take.clip.key for clip in read.clips):
        return read
    return Corpus((*read.clips, take.clip), (*read.tokens, take.tokens))


def decoding_context(take: Take, reach: int) -> int:
    """Steps to decode on each side of a token so that `reach` frames around its own come out exactly."""
    own = _FAR * take.ratio
    first, stop = steps_needed((own - reach, own + take.ratio + reach), 2 * _FAR, take.spreads)
    return max(_FAR - first, stop - 1 - _FAR)


def occurrences_at_once(take: Take, context: int) -> int:
    """How many occurrences may be decoded to show what a code does."""
    return max(1, min(MOST_OCCURRENCES, FRAMES_AT_ONCE // ((2 * context + 1) * take.ratio)))
