"""All that was measured of many clips, as rows of a table."""

from app.lab.figure import Payload, Rows
from app.lab.many_batch import Batch


def table(whole: Payload) -> Rows:
    """A row a clip in the order of the files, in every alignment; then what was not measured, with why."""
    batch: Batch = whole["batch"]
    measure, layers = batch.measure, range(1, batch.checkpoint.config.num_quantizers + 1)
    columns = [(way, k) for way in measure.alignments for k in layers]
    yield [
        "clip", "frames", f"seconds ({batch.checkpoint.fps:g} fps)",
        *(f"error, layers 1 to {k} ({measure.unit(way)}, {way})" for way, k in columns),
        "nominal bits", *(f"codes used, layer {layer}" for layer in layers),
        "slide of standing feet, original (mm/s)", "slide, all layers (mm/s)", "remarks",
    ]  # fmt: skip
    for row in sorted(batch.rows, key=lambda row: row.place):
        errors = [row.errors[way][k - 1] for way, k in columns]
        slide = row.slide or ("", "")
        seconds = row.frames / batch.checkpoint.fps
        yield [row.name, row.frames, seconds, *errors, row.bits, *row.used, *slide, row.remarks]
    for failure in batch.failures:
        blank = [""] * (len(columns) + len(layers) + 5)
        yield [failure.name, *blank, f"not measured: {failure.reason}"]
