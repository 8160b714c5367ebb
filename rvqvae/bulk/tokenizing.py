"""Motion files to one table of tokens, alone or as one of several ranks."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rvqvae.bulk.encoding import FRAMES_PER_BATCH, encode_clips
from rvqvae.bulk.journal import Journal, JournalRows, Line, journals, read_journals
from rvqvae.bulk.reading import Reader
from rvqvae.bulk.report import Place, Report, merge_reports
from rvqvae.evaluation.beam import check_width
from rvqvae.nn.distributed import gather_objects, rank, ranks
from rvqvae.tokens import TokenRow, TokenTable, write_tokens
from rvqvae.tokens.files import check_suffix


def tokenize_files(
    reader: Reader,
    files: Sequence[Path],
    out: str | Path,
    *,
    batch_frames: int | None = None,
    beam: int | None = None,
    progress: Callable[[int], None] = lambda clips: None,
) -> tuple[int, Report] | None:
    """Write the tokens of every clip of some files into one token table.

    Of several ranks each takes every so-manieth clip, and the first one writes the table. The table depends
    neither on the number of ranks nor on the batches. Each clip is noted in a journal beside `out` as soon
    as its batch is done, and an interrupted run goes on from there, with any number of ranks; when the table
    is written, the journals are deleted.

    Parameters
    ----------
    reader : how to read the files, and the tokenizer
    files : motion files
    out : `.csv`, `.json` or `.npz` table to write
    batch_frames : frames encoded at once, padding included; what suits the device when None
    beam : width, 2 to 16, of a beam search in the place of greedy encoding: slower, the same codebooks, and
        sums of codes that are nowhere further from the latent
    progress : called with the number of clips done since the last call

    Returns
    -------
    How many clips the table holds, in the order of the files, and what is to be said about them. None on
    every rank but the first.

    Raises
    ------
    ValueError
        If `out` has another suffix, `batch_frames` is below 1, `beam` is out of range, or a journal belongs
        to another checkpoint, joint map or beam.
    """
    out, checkpoint = Path(out), reader.checkpoint
    check_suffix(out)
    usual = FRAMES_PER_BATCH.get(checkpoint.device.type, FRAMES_PER_BATCH["cpu"])
    batch_frames = usual if batch_frames is None else batch_frames
    if batch_frames < 1:
        raise ValueError(f"batch_frames is {batch_frames}; it must be 1 or more")
    if beam is not None:
        check_width(beam)
    made_with = reader.made_with if beam is None else {**reader.made_with, "beam": beam}
    done = read_journals(out, made_with).keys()

    def wanted(place: Place) -> bool:
        return sum(place) % ranks() == rank() and (str(files[place[0]]), place[1]) not in done

    report = Report()
    gather_objects(None)  # no rank writes before all have read
    with Journal(out, rank(), made_with) as journal:
        clips = reader.clips(files, report, wanted)
        for (number, index), clip, tokens in encode_clips(checkpoint, clips, batch_frames, beam):
            journal.add(files[number], index, TokenRow(clip.name, tokens, len(clip.features)))
            progress(1)
    report = merge_reports(gather_objects(report))
    if rank() > 0:
        return None
    if lines := _unique(read_journals(out, made_with), files, report):
        write_tokens(out, TokenTable(JournalRows(lines), checkpoint.name, checkpoint.fingerprint))
    for path in journals(out):
        path.unlink()
    return len(lines), merge_reports([report])


def _unique(noted: dict[tuple[str, int], Line], files: Sequence[Path], report: Report) -> list[Line]:
    """The lines of this run's files in their order; of clips with one name the first."""
    numbers = {str(file): number for number, file in reversed(list(enumerate(files)))}
    places = {(numbers[file], index): line for (file, index), line in noted.items() if file in numbers}
    chosen: dict[str, Line] = {}
    for place, line in sorted(places.items()):
        if line.id in chosen:
            report.fail(place, line.id, f"{files[place[0]]}: another clip has this name already")
        else:
            chosen[line.id] = line
    return list(chosen.values())
