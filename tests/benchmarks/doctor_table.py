"""The doctor's verdicts on freshly damaged copies of shipped checkpoints, as the table of docs/doctor.md.

`python -m tests.benchmarks.doctor_table motion-rvq cmu-only` examines them and rewrites the table; what was
examined before stays in it unless its checkpoint is named again. `--part 1/3` examines every third
damage from the first; `--write` only writes the table from what is there.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rvqvae import Checkpoint, load_checkpoint
from rvqvae.doctor import Report, examine, sample_clips
from rvqvae.doctor.behaviour import sample_of
from rvqvae.doctor.fit import Judge
from rvqvae.motion.layouts import HUMANML3D
from tests.benchmarks.doctor_damages import ANY, DAMAGES, Damage
from tests.support.paths import CHECKPOINTS, ROOT

DOCUMENT = ROOT / "docs" / "doctor.md"
RESULTS = ROOT / "docs" / "doctor.json"
KEPT = ROOT / "tests" / "compat" / "data" / "checkpoints"
MARK = "<!-- made by python -m tests.benchmarks.doctor_table -->"
OTHERS = {"cmu-only": "motion-rvq"}  # where foreign parts come from; cmu-only otherwise
MUCH_WORSE = 1.5
RIGHT, UNKNOWN, WRONG = "right", "unknown", "wrong"
Row = dict[str, Any]


def row_of(damage: Damage, name: str, report: Report, before: float, after: float) -> Row:
    """What there is to say about one damaged copy; `before` and `after` the damage are errors in mm."""
    first = report.sick[0].check if report.sick else next((f.check for f in report.findings), "")
    is_named = first in damage.checks or (ANY in damage.checks and report.status == 1)
    honest = report.verdict.startswith("Sick, cause unknown")
    return {
        "damage": damage.name,
        "held_out": damage.held_out,
        "checkpoint": name,
        "verdict": ("healthy", "sick", "unreadable")[report.status],
        "named": first,
        "judged": RIGHT if is_named else UNKNOWN if honest else WRONG,
        "sound_mm": before,
        "damaged_mm": after,
        "remedy": report.remedy.words if report.remedy else "",
        "remedy_before": report.remedy.error_before if report.remedy else None,
        "remedy_after": report.remedy.error_after if report.remedy else None,
    }


def faults(row: Row) -> list[str]:
    """What must never happen."""
    found = []
    if row["verdict"] == "healthy" and row["damaged_mm"] >= MUCH_WORSE * row["sound_mm"]:
        found.append("called healthy")
    if row["remedy"] and row["remedy_after"] > 1.01 * row["remedy_before"]:
        found.append("the remedy makes it worse")
    return found


def folder_of(name: str) -> Path:
    """A shipped checkpoint's, or one's that the tests keep."""
    return next(place / name for place in (CHECKPOINTS, KEPT) if (place / name).is_dir())


def examined(name: str, damages: list[Damage]) -> Iterator[Row]:
    """Rows of one checkpoint, printed as they come."""
    checkpoint = load_checkpoint(folder_of(name), "cpu")
    other = load_checkpoint(CHECKPOINTS / OTHERS.get(name, "cmu-only"), "cpu")
    if other.model.encoder.__class__ is not checkpoint.model.encoder.__class__:
        other = None
    judge = Judge(sample_of(sample_clips(), HUMANML3D))
    sound = judge.of(checkpoint).error_mm
    for damage in damages:
        if checkpoint.config.num_quantizers < damage.layers:
            continue
        try:
            damaged = damage.run(checkpoint, other)
        except AttributeError:  # another family's network has no such part, or there is no other one
            continue
        report = examine(damaged)
        error = float(np.nan_to_num(_error(judge, damaged), nan=1e9))
        row = row_of(damage, name, report, sound, error)
        print(json.dumps(row), *faults(row), flush=True)
        yield row


def _error(judge: Judge, checkpoint: Checkpoint) -> float:
    return judge.of(checkpoint).error_mm


def kept(results: Path = RESULTS) -> list[Row]:
    """The rows there are."""
    return json.loads(results.read_text(encoding="utf-8")) if results.is_file() else []


def keep(rows: list[Row], results: Path = RESULTS) -> None:
    """Put rows in the place of those of the same damage and checkpoint."""
    every = {(row["checkpoint"], row["damage"]): row for row in [*kept(results), *rows]}
    order = [damage.name for damage in DAMAGES]
    there = [row for row in every.values() if row["damage"] in order]
    there.sort(key=lambda row: (row["checkpoint"], order.index(row["damage"])))
    lines = ",\n".join(json.dumps(row) for row in there)
    results.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def table(rows: list[Row]) -> str:
    """The table in Markdown, and what it comes to."""
    lines = [_summary(rows), ""]
    lines += [
        "| damage | checkpoint | error sound → damaged | verdict | remedy, and the error with it |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        mark = {RIGHT: "", UNKNOWN: " (cause unknown)", WRONG: " **✗**"}[row["judged"]]
        named = row["named"] or "nothing found"
        remedy = (
            f"{row['remedy']}: {_mm(row['remedy_before'])} → {_mm(row['remedy_after'])}"
            if row["remedy"]
            else ""
        )
        label = f"{row['damage']}{' †' if row['held_out'] else ''}"
        lines.append(
            f"| {label} | {row['checkpoint']} | "
            f"{_mm(row['sound_mm'])} → {_mm(row['damaged_mm'])} | {row['verdict']}, `{named}`{mark} | "
            f"{remedy} |"
        )
    return "\n".join(lines)


def _summary(rows: list[Row]) -> str:
    said = []
    for label, chosen in (("All", rows), ("Kept aside (†)", [row for row in rows if row["held_out"]])):
        counts = {kind: sum(row["judged"] == kind for row in chosen) for kind in (RIGHT, UNKNOWN, WRONG)}
        wrong = [fault for row in chosen for fault in faults(row)]
        healthy = wrong.count("called healthy")
        said.append(
            f"{label}: {len(chosen)} damaged copies, {counts[RIGHT]} named rightly, {counts[UNKNOWN]} sick "
            f"of unknown cause, {counts[WRONG]} otherwise (✗); {healthy} called healthy at {MUCH_WORSE:g} "
            f"times their sound error or more, {len(wrong) - healthy} remedies that make things worse."
        )
    return "\n\n".join(said)


def _mm(value: float) -> str:
    return f"{value:.0f} mm" if value < 1e5 else "more than 100 m"


def write(rows: list[Row], document: Path = DOCUMENT) -> None:
    """Rewrite what follows the mark."""
    text = document.read_text(encoding="utf-8").split(MARK)[0]
    document.write_text(f"{text}{MARK}\n\n{table(rows)}\n", encoding="utf-8")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoints", nargs="*")
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    part, parts = map(int, arguments.part.split("/"))
    for name in arguments.checkpoints:
        for row in examined(name, DAMAGES[part - 1 :: parts]):
            keep([row])
    if arguments.write:
        write(kept())


if __name__ == "__main__":
    main()
