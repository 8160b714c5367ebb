"""Two tables for the same clips, predicted tokens against true ones: agreement, damage, the worst first."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from app.catalog.keys import RowKey
from app.command import command
from app.errors import StudioError
from app.jobs import Job, Work
from app.lab.figure import Figure, Payload, Rows
from app.payloads.tables import TablePairsPayload
from app.tables.fit import frames_of, misfit
from app.tables.rows import PANEL
from app.tables.table import OpenTable
from app.values import as_int
from app.view import View
from app.visitor import Visitor
from app.workbench.edits import Paste
from app.workbench.region import Region
from rvqvae import Checkpoint
from rvqvae.evaluation.measures import measure_of
from rvqvae.statistics.token_pairs import TokenPair, compare_tokens

JOB = "table pairs"
PAGE = 25


@dataclass(frozen=True)
class Pairing:
    """What a visitor holds against what.

    Attributes
    ----------
    predicted, true : keys of tables; "" before a choice
    page : of the result, from 0
    """

    predicted: str = ""
    true: str = ""
    page: int = 0


@dataclass(frozen=True, eq=False)
class PairedRow:
    """A row that both tables have, by its index in each; `pair` is None where `problem` says why."""

    id: str
    predicted: int
    true: int
    pair: TokenPair | None
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Paired:
    """The rows of two tables, the worst first, and how many ids only one of them has."""

    rows: list[PairedRow]
    only_predicted: int
    only_true: int


def comparison(visitor: Visitor) -> Work[Paired] | None:
    """The chosen tables against each other, as they are now; None where one is not open."""
    kept, chosen = visitor.tables.kept, visitor.room(Pairing)
    predicted, true = kept.get(chosen.predicted), kept.get(chosen.true)
    if predicted is None or true is None:
        return None
    encoded = visitor.workbench.encoded
    about = predicted.key, predicted.changes, true.key, true.changes, encoded.checkpoint_key
    ours, theirs = replace(predicted, edited=dict(predicted.edited)), replace(true, edited=dict(true.edited))
    return Work(JOB, about, lambda job: _compare(job, ours, theirs, encoded.checkpoint))


@command
def compare_tables(visitor: Visitor, predicted: str, true: str) -> None:
    """Hold a table of predicted tokens against the true ones, row by row of one id."""
    for table in (predicted, true):
        if table not in visitor.tables.kept:
            raise StudioError("Two open tables are compared; open both first.")
    if predicted == true:
        raise StudioError("A table agrees with itself; open the true tokens as a second table and choose it.")
    visitor.keep(Pairing(str(predicted), str(true)))
    work = comparison(visitor)
    assert work is not None  # both are open
    visitor.jobs.begin(work)


@command(replaceable=True)
def look_at_pairs(visitor: Visitor, page: int) -> None:
    """Look at another page of the comparison."""
    visitor.keep(replace(visitor.room(Pairing), page=max(0, as_int(page))))


@command
def open_pair(visitor: Visitor, true: int) -> None:
    """Take the true row to the workbench, and the prediction beside it as B."""
    row = next((one for one in _result(visitor).rows if one.true == as_int(true)), None)
    if row is None or row.pair is None:
        raise StudioError("That row cannot be shown beside its prediction; choose another.")
    chosen = visitor.room(Pairing)
    visitor.tables.show(chosen.true)
    visitor.choose(RowKey(chosen.true, row.true).text, visitor.workbench.encoded.checkpoint_key)
    bench, placed = visitor.workbench, row.pair.placed
    layers, steps = placed.shape
    codes = tuple(tuple(one) for one in placed.tolist())
    edit = Paste(Region(0, layers - 1, 0, steps - 1), False, codes)
    visitor.workbench = bench.with_pinned((edit,), bench.layers, bench.off)
    visitor.notify("row", tab=PANEL, layer=None, step=None)


def payload(visitor: Visitor) -> TablePairsPayload:
    """A page of the comparison's rows; no rows before there is one."""
    chosen, work = visitor.room(Pairing), comparison(visitor)
    found = None if work is None else visitor.jobs.result_of(work)
    rows = [] if found is None else found.rows
    pages = max(1, -(-len(rows) // PAGE))
    page = min(chosen.page, pages - 1)
    measure = measure_of(visitor.workbench.encoded.checkpoint)
    compared = [row.pair for row in rows if row.pair is not None]
    return {
        "predicted": chosen.predicted,
        "true": chosen.true,
        "state": None if work is None else visitor.jobs.state_of(work),
        "done": found is not None,
        "unit": measure.unit(measure.default),
        "alignment": measure.default,
        "fps": visitor.workbench.encoded.checkpoint.fps,
        "only_predicted": 0 if found is None else found.only_predicted,
        "only_true": 0 if found is None else found.only_true,
        "agreement": _mean([pair.agreement.tolist() for pair in compared]),
        "damage": _mean([pair.damage.tolist() for pair in compared]),
        "page": page,
        "pages": pages,
        "first": page * PAGE,
        "matching": len(rows),
        "rows": [
            {
                "true": row.true,
                "id": row.id[:160],
                "problem": row.problem,
                "deleted": row.pair.deleted if row.pair else 0,
                "inserted": row.pair.inserted if row.pair else 0,
                "agreement": row.pair.agreement.tolist() if row.pair else [],
                "damage": row.pair.damage.tolist() if row.pair else [],
                "damage_all": row.pair.damage_all if row.pair else None,
            }
            for row in rows[page * PAGE : (page + 1) * PAGE]
        ],
    }


def key(visitor: Visitor) -> Hashable:
    """What is compared, how far that is, and the page."""
    work = comparison(visitor)
    state = None if work is None else (work.about, visitor.jobs.state_of(work))
    return visitor.room(Pairing), state, visitor.workbench.encoded.checkpoint_key


def _compare(job: Job, predicted: OpenTable, true: OpenTable, checkpoint: Checkpoint) -> Paired:
    places = {true.sheet.ids[index]: index for index in reversed(range(len(true.sheet)))}
    ids = list(predicted.sheet.ids)
    both = [(id, index, places[id]) for index, id in enumerate(ids) if id in places]
    rows = []
    for number, (id, ours, theirs) in enumerate(both):
        job.progress(number / len(both), "holding rows against each other,")
        rows.append(_pair(id, predicted, ours, true, theirs, checkpoint))
    if not rows:
        raise StudioError(
            f"{predicted.title} and {true.title} have no id in common; rows are paired by their ids."
        )
    worst = sorted(rows, key=lambda row: -row.pair.damage_all if row.pair else float("-inf"))
    common = {id for id, *_ in both}
    return Paired(worst, len(set(ids) - common), len(places.keys() - common))


def _pair(
    id: str, predicted: OpenTable, ours: int, true: OpenTable, theirs: int, checkpoint: Checkpoint
) -> PairedRow:
    made, meant = predicted.tokens(ours), true.tokens(theirs)
    for table, index, one in ((predicted, ours, made), (true, theirs, meant)):
        problem = table.row(index).problem if one is None else misfit(one, checkpoint)
        if problem:
            return PairedRow(id, ours, theirs, None, f"{table.words(index)} {problem}"[:300])
    assert made is not None
    assert meant is not None  # their problems are told above
    frames = frames_of(meant, true.row(theirs).frames, checkpoint)
    return PairedRow(id, ours, theirs, compare_tokens(checkpoint, made, meant, frames=frames))


def _mean(rows: list[list[float]]) -> list[float]:
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


def _result(visitor: Visitor) -> Paired:
    work = comparison(visitor)
    found = None if work is None else visitor.jobs.result_of(work)
    if found is None:
        raise StudioError("The tables changed since they were compared; compare them again.")
    return found


def _whole(visitor: Visitor) -> Payload:
    work = comparison(visitor)
    found = None if work is None else visitor.jobs.result_of(work)
    checkpoint = visitor.workbench.encoded.checkpoint
    measure = measure_of(checkpoint)
    return {
        "rows": [] if found is None else found.rows,
        "how": f"{measure.unit(measure.default)}, {measure.default}, {checkpoint.fps:g} fps",
        "layers": checkpoint.config.num_quantizers,
    }


def _table(whole: Payload) -> Rows:
    layers: Any = range(1, whole["layers"] + 1)
    yield [
        "id", f"damage ({whole['how']})", *(f"damage of layer {layer} alone" for layer in layers),
        *(f"agreement, layer {layer}" for layer in layers), "steps left out", "steps put in", "problem",
    ]  # fmt: skip
    for row in whole["rows"]:
        pair: TokenPair | None = row.pair
        if pair is None:
            yield [row.id, *[""] * (2 * len(layers) + 3), row.problem]
        else:
            yield [row.id, pair.damage_all, *pair.damage, *pair.agreement, pair.deleted, pair.inserted, ""]


VIEWS = (View("table_pairs", key, payload, panel="tables"),)
FIGURES = (Figure("pairs", View("pairs", key, _whole), None, _table, lambda whole: bool(whole["rows"])),)
