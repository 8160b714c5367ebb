"""The examination from the file to the verdict."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rvqvae.checkpoints.checkpoint import Checkpoint, CheckpointError
from rvqvae.checkpoints.loading import load_checkpoint
from rvqvae.doctor.behaviour import Sample, pose_errors_mm, sample_of
from rvqvae.doctor.bookkeeping import examine_bookkeeping
from rvqvae.doctor.clips import examine_clips
from rvqvae.doctor.files import diagnose
from rvqvae.doctor.report import Finding, Remedy, Report, Severity
from rvqvae.doctor.samples import converted, sample_clips
from rvqvae.doctor.structure import examine_structure
from rvqvae.doctor.symptoms import lost_group
from rvqvae.doctor.trials import Trial
from rvqvae.doctor.verdict import Condition, condition, explain, named, unlike, unnamed
from rvqvae.motion import LAYOUTS, Clip

# Fewer frames, or poses closer together, leave nothing to compare with. The stillest sample clip, a walk on
# the spot, has a mean pose error of 72 mm.
LEAST_FRAMES = 64
LEAST_MEAN_POSE_MM = 20.0
# What the tensors show beyond doubt; no repair is looked for.
_CERTAIN = {
    *("never_trained", "zero_convolution", "zero_codebook", "fp16_overflow"),
    *("batchnorm_reset", "batchnorm_variance"),
}
_MISSING = "normalisation_missing"
WORSE = 0.01  # a repair that raises the error by a larger share is named, and not handed out
_ASK_FOR_CLIPS = (
    "Give clips of its training data (--data in a terminal): only they can tell a checkpoint that is sick "
    "from clips that it was not trained for."
)
_PERHAPS_OF_THE_CLIPS = {"activations", "reconstruction"}


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
    clips : clips of the checkpoint's own features; None takes `sample_clips`, converted where joints allow it
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
    given = converted(sample_clips(), checkpoint.body) if clips is None else clips
    reason = _unfit(checkpoint, given)
    if reason:
        findings += examine_bookkeeping(checkpoint)
        return Report(checkpoint.name, facts, _sick_first(findings), not_examined=[reason])
    progress(0.2, "measuring on clips")
    found = _on_clips(checkpoint, given, clips is not None, findings, progress)
    return replace(found, subject=checkpoint.name, facts=facts, findings=_sick_first(found.findings))


def _on_clips(
    checkpoint: Checkpoint,
    clips: Sequence[Clip],
    own: bool,
    structural: list[Finding],
    progress: Callable[[float, str], None],
) -> Report:
    """What clips show; `own` says that they are not the sample clips."""
    seen = condition(checkpoint, clips)
    measurements = _measurements(seen)
    books = examine_bookkeeping(checkpoint)
    if any(finding.check in _CERTAIN for finding in structural):
        findings = [*structural, *books, *unnamed([s for s in seen.symptoms if not s.of_the_clips])]
        return Report("", findings=findings, measurements=measurements)
    others = _reference(checkpoint, own)
    reference = condition(checkpoint, others) if others else seen
    progress(0.3, "trying repairs")
    cause = explain(checkpoint, others or clips, reference, progress)
    progress(0.9, "comparing with what it keeps beside its codes")
    findings = [f for f in structural if cause is None or f.check != cause.hypothesis.check]
    useless = {symptom.where for symptom in reference.symptoms if symptom.check == "useless_layer"}
    if any(symptom.check == "foreign_part" for symptom in reference.symptoms):
        useless.add("codebook 1")
    if cause is not None:
        useless.add(cause.hypothesis.where)
        findings = [named(cause), *findings]
    if cause is not None or reference.symptoms:
        findings = [replace(f, severity=Severity.SICK) if f.check == _MISSING else f for f in findings]
        findings.sort(key=lambda f: f.check != _MISSING)
    known = "" if cause is None else cause.hypothesis.check
    told = [f for f in books if f.check != known and _is_of_use(f, useless)]
    is_explained = any(f.severity == Severity.SICK for f in [*findings, *told])
    # What the motion suffers from goes before what it does not suffer from.
    findings += [] if cause else _without_a_cause(reference, is_explained, bool(others) or not own)
    findings += told
    if cause is None and others and not reference.symptoms:
        findings += examine_clips(checkpoint, clips, seen)
    remedy, repaired = _remedy(checkpoint, cause, findings, seen)
    return Report("", findings=findings, measurements=measurements, remedy=remedy, repaired=repaired)


def _is_of_use(finding: Finding, useless: set[str]) -> bool:
    """False of a codebook that is called permuted and is useless anyway."""
    return finding.check != "permuted_codebook" or finding.where not in useless


def _reference(checkpoint: Checkpoint, own: bool) -> list[Clip]:
    """The sample clips, where others were given: those are known, and a checkpoint is judged by them."""
    known = sample_clips() if own else []
    return [] if not known or _unfit(checkpoint, known) else known


def _without_a_cause(reference: Condition, is_explained: bool, known: bool) -> list[Finding]:
    """What is seen where no repair helps; `known` says that the clips are the sample clips."""
    symptoms = reference.symptoms
    if not symptoms:
        lost = None if is_explained else lost_group(reference.fit)
        if lost is None:
            return []
        return unnamed([lost]) if known else [unlike([lost], _ASK_FOR_CLIPS)]
    if all(symptom.check in _PERHAPS_OF_THE_CLIPS for symptom in symptoms) and not is_explained:
        return [unlike(symptoms, _ASK_FOR_CLIPS)]
    return unnamed(symptoms)


def _remedy(
    checkpoint: Checkpoint, cause: Trial | None, findings: list[Finding], seen: Condition
) -> tuple[Remedy | None, Checkpoint | None]:
    """The repaired copy that can be handed out, and what it is; None where none is, or where it does harm."""
    if cause is not None:
        before, after = cause.before, cause.after
        if not cause.hypothesis.can_be_saved or after.error > (1 + WORSE) * before.error:
            return None, None
        unit = "mm" if before.error == before.error_mm else "of the variance"
        words = f"{cause.hypothesis.undone[0].upper()}{cause.hypothesis.undone[1:]}"
        return Remedy(words, before.error, after.error, unit), cause.repaired
    if [finding.check for finding in findings if finding.severity == Severity.SICK] == ["frame_rate_label"]:
        error, fps = seen.fit.error, LAYOUTS[checkpoint.layout].fps
        return Remedy(f"{fps:g} as frames a second", error, error, "mm"), replace(checkpoint, fps=fps)
    return None, None


def file_size(path: Path) -> int | None:
    """Bytes of a checkpoint's file, or of the files in its folder; None if nothing is there."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.iterdir() if file.is_file()) if path.is_dir() else None


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
    sample = sample_of(clips, checkpoint.body)
    if sample.layout is not None and _mean_pose_mm(sample) < LEAST_MEAN_POSE_MM:
        return "behaviour: the clips hardly move, so that their mean pose already fits them"
    return None


def _mean_pose_mm(sample: Sample) -> float:
    return pose_errors_mm(sample, np.broadcast_to(sample.mean, sample.features.shape))


def _measurements(seen: Condition) -> dict[str, Any]:
    sample, behaviour = seen.sample, seen.behaviour
    values: dict[str, Any] = {
        "clips": len(sample.lengths),
        "frames": int(sample.lengths.sum()),
        "unexplained": behaviour.unexplained.tolist(),
        "residual_share": behaviour.residual_share.tolist(),
        "token_agreement": behaviour.token_agreement.tolist(),
        "used": (behaviour.counts > 0).sum(axis=1).tolist(),
        "cycle": behaviour.cycle,
        "shaking": behaviour.shaking,
    }
    if sample.layout is not None:
        values["layout"], values["fps"] = sample.layout.name, sample.layout.fps
        values["mean_pose_mm"] = _mean_pose_mm(sample)
        values["error_mm"] = behaviour.error_mm.tolist()
        values["whole_error_mm"] = seen.fit.error_mm
        values["whole_mean_pose_mm"] = seen.mean_pose.error_mm
    return values


def _sick_first(findings: list[Finding]) -> list[Finding]:
    """Sick before notes; within them causes stay before symptoms."""
    return sorted(findings, key=lambda finding: finding.severity != Severity.SICK)
