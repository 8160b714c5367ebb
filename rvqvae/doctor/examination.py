"""The examination from the file to the verdict."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import rvqvae
from rvqvae.checkpoint import Checkpoint, CheckpointError, load_checkpoint
from rvqvae.doctor.behaviour import Sample, measure, pose_errors_mm, sample_of
from rvqvae.doctor.bookkeeping import examine_bookkeeping
from rvqvae.doctor.causes import find_causes
from rvqvae.doctor.files import diagnose
from rvqvae.doctor.gravity import frame_rate
from rvqvae.doctor.report import Finding, Report, Severity
from rvqvae.doctor.structure import examine_structure
from rvqvae.doctor.symptoms import find_symptoms
from rvqvae.motion import FPS, Clip, read_clips
from rvqvae.motion.humanml import NUM_FEATURES

# Fewer frames, or poses closer together, leave nothing to compare with. The stillest sample clip, a walk on
# the spot, has a mean pose error of 72 mm.
LEAST_FRAMES = 64
LEAST_MEAN_POSE_MM = 20.0
# Flights in clips of 20 frames a second gave 20.5 to 23.3, so that 30 would give 31 to 35.
FRAME_RATE_BOUND = 1.35
# With these the weights may still be sound, so that causes are looked for in how they behave.
_NOT_IN_THE_WEIGHTS = {"frame_rate_label", "clips_frame_rate"}


def examine(
    checkpoint: Checkpoint | str | Path,
    clips: Sequence[Clip] | None = None,
    *,
    device: str = "auto",
    size: int | None = None,
    progress: Callable[[float, str], None] = lambda share, words: None,
) -> Report:
    """Examine a checkpoint: what it is, whether its tensors are sound, and whether it works on clips.

    Parameters
    ----------
    checkpoint : a loaded checkpoint, or a path that `load_checkpoint` takes
    clips : clips of the checkpoint's own features; None takes `sample_clips`
    device : where a checkpoint given by its path is loaded
    size : bytes of a loaded checkpoint's files, where known; see `file_size`
    progress : called with the share done, 0 to 1, and what comes next; what it raises ends the examination
    """
    progress(0.0, "reading the files")
    if not isinstance(checkpoint, Checkpoint):
        path = Path(checkpoint)
        try:
            checkpoint = load_checkpoint(path, device)
        except CheckpointError as error:
            return diagnose(path, error)
        size = file_size(path)
    progress(0.1, "looking at the tensors")
    facts = describe(checkpoint, size)
    findings = examine_structure(checkpoint)
    if any(f.check == "not_finite" for f in findings):
        left_out = ["behaviour: tensors hold NaN or infinity"]
        return Report(checkpoint.name, facts, findings, not_examined=left_out)
    clips = sample_clips() if clips is None else clips
    reason = _unfit(checkpoint, clips)
    if reason:
        findings += examine_bookkeeping(checkpoint)
        return Report(checkpoint.name, facts, _sick_first(findings), not_examined=[reason])

    progress(0.2, "measuring on clips")
    sample = sample_of(clips)
    behaviour = measure(checkpoint, sample)
    causes = []
    if not any(f.severity == Severity.SICK and f.check not in _NOT_IN_THE_WEIGHTS for f in findings):
        progress(0.4, "trying repairs")
        causes = find_causes(checkpoint, sample, behaviour)
    if not any(f.check.startswith("normalisation") for f in causes):
        findings += _clips_frame_rate(checkpoint, clips)  # numbers in other units do not fall as bodies do
    findings += causes
    progress(0.9, "comparing with what it keeps beside its codes")
    findings += examine_bookkeeping(checkpoint)
    findings += find_symptoms(checkpoint, sample, behaviour)
    return Report(
        subject=checkpoint.name,
        facts=facts,
        findings=_sick_first(findings),
        measurements=_measurements(sample, behaviour),
    )


def file_size(path: Path) -> int | None:
    """Bytes of a checkpoint's file, or of the files in its folder; None if nothing is there."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.iterdir() if file.is_file()) if path.is_dir() else None


def sample_clips() -> list[Clip]:
    """The sample clips beside the package, as in a checkout of the repository; none elsewhere."""
    folder = Path(rvqvae.__file__).parents[1] / "assets" / "clips"
    return read_clips(folder) if folder.is_dir() else []


def describe(checkpoint: Checkpoint, size: int | None = None) -> dict[str, str]:
    """What a checkpoint is, as readable facts; `size` is its files' size in bytes."""
    config, info = checkpoint.config, checkpoint.info
    parameters = sum(p.numel() for p in checkpoint.model.parameters())
    facts = {
        "layout": info.get("file_layout", "this project's own"),
        "features": f"{checkpoint.layout}, {config.input_dim} a frame, {checkpoint.fps:g} fps",
        "codebooks": f"{config.num_quantizers} layers of {config.num_embeddings} codes of width "
        f"{config.latent_dim}",
        "frames a token": f"{config.downsampling_ratio}",
        "parameters": f"{parameters:,}, and {config.num_quantizers * config.num_embeddings:,} codes",
    }
    if checkpoint.usage is not None:
        used = ", ".join(str(count) for count in (checkpoint.usage > 0).sum(axis=1))
        facts["codes in use"] = f"{used} over the training data"
    if size is not None:
        facts["files"] = f"{size / 1e6:.1f} MB"
    facts["mean and std"] = f"from {info.get('statistics', 'config.json')}"
    for number, remark in enumerate(info.get("remarks", ()), start=1):
        facts[f"remark {number}"] = remark
    return facts


def _unfit(checkpoint: Checkpoint, clips: Sequence[Clip]) -> str | None:
    """Why these clips cannot show how the checkpoint behaves; None if they can."""
    if not clips:
        return "behaviour: there are no sample clips here; give some (--data in a terminal)"
    widths = sorted({clip.features.shape[1] for clip in clips})
    if widths != [checkpoint.config.input_dim]:
        return (
            f"behaviour: the clips have {', '.join(map(str, widths))} features a frame and this checkpoint "
            f"takes {checkpoint.config.input_dim}; give clips of its own features (--data in a terminal)"
        )
    frames = sum(len(clip.features) for clip in clips)
    if frames < LEAST_FRAMES:
        return f"behaviour: {frames} frames are too few to judge by; expected {LEAST_FRAMES} or more"
    sample = sample_of(clips)
    if widths == [NUM_FEATURES] and _mean_pose_mm(sample) < LEAST_MEAN_POSE_MM:
        return "behaviour: the clips hardly move, so that their mean pose already fits them"
    return None


def _clips_frame_rate(checkpoint: Checkpoint, clips: Sequence[Clip]) -> list[Finding]:
    if checkpoint.config.input_dim != NUM_FEATURES:
        return []
    rate = frame_rate(clips)
    if rate is None or 1 / FRAME_RATE_BOUND < rate / FPS < FRAME_RATE_BOUND:
        return []
    return [
        Finding(
            "clips_frame_rate",
            "clips",
            f"Bodies in the clips fall as they do at {rate:.0f} frames a second; features of HumanML3D's "
            f"layout have {FPS:g}.",
            f"This is about the clips, not the checkpoint: resample them to {FPS:g} frames a second.",
        )
    ]


def _mean_pose_mm(sample: Sample) -> float:
    return pose_errors_mm(sample, np.broadcast_to(sample.mean, sample.features.shape))


def _measurements(sample, behaviour) -> dict:
    values = {
        "clips": len(sample.lengths),
        "frames": int(sample.lengths.sum()),
        "unexplained": behaviour.unexplained.tolist(),
        "residual_share": behaviour.residual_share.tolist(),
        "token_agreement": behaviour.token_agreement.tolist(),
        "used": (behaviour.counts > 0).sum(axis=1).tolist(),
    }
    if sample.features.shape[-1] == NUM_FEATURES:
        values["mean_pose_mm"] = _mean_pose_mm(sample)
        values["error_mm"] = behaviour.error_mm.tolist()
    return values


def _sick_first(findings: list[Finding]) -> list[Finding]:
    """Sick before notes; within them causes stay before symptoms."""
    return sorted(findings, key=lambda finding: finding.severity != Severity.SICK)
