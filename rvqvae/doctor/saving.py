"""Writing the repaired copy of a checkpoint."""

from pathlib import Path

from rvqvae.checkpoints.saving import save_copy
from rvqvae.doctor.report import Report, sentence_of


def save_repaired(report: Report, folder: Path) -> None:
    """Write the repaired copy, in this project's own format, with a remark on what was done.

    Raises
    ------
    ValueError
        If the report has no repaired copy.
    """
    checkpoint = report.repaired
    if checkpoint is None or report.remedy is None:
        raise ValueError("this report has no repaired copy")
    remarks = [*checkpoint.info.get("remarks", ()), f"repaired: {sentence_of(report.remedy)}"]
    name = f"{checkpoint.name}, repaired"[:200]
    save_copy(folder, checkpoint, name=name, info={**checkpoint.info, "remarks": remarks})
