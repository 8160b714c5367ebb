"""Draw a run's training curve: `python -m rvqvae.training.curve LOG.jsonl OUT.png`."""

import json
import sys
from pathlib import Path


def draw(log: str | Path, out: str | Path) -> None:
    """Losses and validation errors over the steps of a `log.jsonl`, as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    entries = [json.loads(line) for line in Path(log).read_text().splitlines()]
    steps = [entry["step"] for entry in entries]
    figure, (losses, errors) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    for name in entries[0]["losses"]:
        losses.plot(steps, [entry["losses"][name] for entry in entries], label=name)
    losses.set(title="training losses, before their weights", xlabel="step", yscale="log")
    losses.legend(fontsize=7, frameon=False)
    for name in entries[0]["validation"]:
        for alignment, style in (("local", ":"), ("root", "-")):
            values = [entry["validation"][name][f"mpjpe_{alignment}_mm"] for entry in entries]
            errors.plot(steps, values, style, label=f"{name}, {alignment}-aligned")
    errors.set(title="validation MPJPE, mm, 20 fps, all layers", xlabel="step", yscale="log")
    errors.legend(fontsize=7, frameon=False)
    figure.savefig(out, dpi=130)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    draw(*sys.argv[1:])
