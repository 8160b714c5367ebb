"""From symptoms and trials to causes: what is named, what is not, and what is left to the clips."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.doctor.behaviour import Behaviour, Sample, encode, measure, sample_of
from rvqvae.doctor.bookkeeping import order_by_counts
from rvqvae.doctor.fit import Fit, Judge
from rvqvae.doctor.hypotheses import codebooks
from rvqvae.doctor.hypotheses.hypothesis import Hypothesis, Kind
from rvqvae.doctor.hypotheses.normalisation import factors
from rvqvae.doctor.report import Finding, Severity
from rvqvae.doctor.symptoms import ERROR, UNEXPLAINED, Symptom, find_symptoms
from rvqvae.doctor.trials import Trial, codebook_trials, motion_hypotheses, motion_trials
from rvqvae.motion import Clip

# A wrong repair makes sound checkpoints (four of the shipped were measured) better by 0.014 at most, on
# latents, and never on the motion.
LEAST_GAIN = 0.03
LEAST_CERTAINTY = 2.0
# Wrong ones gain up to 0.09 by chance; the repair of 1.5 times the frame rate gains 0.1.
LEAST_GAIN_OF_METADATA = 0.09
# Numbers taken from the clips fit these clips in any case.
LEAST_GAIN_OF_AN_ESTIMATE = 0.25
_LEAST_GAINS = {
    Kind.METADATA: LEAST_GAIN_OF_METADATA,
    Kind.ESTIMATE: LEAST_GAIN_OF_AN_ESTIMATE,
    Kind.FACTOR: LEAST_GAIN_OF_METADATA,
}
# What undoes damage exactly is preferred to an estimate that is better by less.
PREFERENCE = 0.15
# Codes of a later layer that are longer than those before: 0.82 at most in sound checkpoints.
LEAST_GAIN_OF_AN_ORDER = 0.004
MOST_LOST = 0.01
_ROUGH = {"activations", "foreign_decoder", "shaking"}  # what numbers taken from the clips may leave
SCREENED = 6  # repairs that are tried on all clips, after all were on a few
MUCH_LESS = 0.5  # than the best of them, so that it is not
FRAMES_SCREENED, CLIPS_SCREENED = 24, 6


@dataclass(frozen=True)
class Condition:
    """How a checkpoint does on clips.

    Attributes
    ----------
    judge : holds reconstructions against the clips
    behaviour : what was measured
    fit, mean_pose : how the clips are reconstructed, by the checkpoint and by their mean pose
    symptoms : what a sound checkpoint does not do
    """

    judge: Judge
    behaviour: Behaviour
    fit: Fit
    mean_pose: Fit
    symptoms: list[Symptom]

    @property
    def sample(self) -> Sample:
        """The clips."""
        return self.judge.sample


def condition(checkpoint: Checkpoint, clips: Sequence[Clip]) -> Condition:
    """Measure a checkpoint on clips."""
    return _condition(checkpoint, Judge(sample_of(clips, checkpoint.body)))


def _condition(checkpoint: Checkpoint, judge: Judge) -> Condition:
    behaviour = measure(checkpoint, judge.sample)
    fit, mean_pose = judge.of_features(behaviour.reconstructed), judge.mean_pose()
    symptoms = find_symptoms(checkpoint, judge.sample, behaviour, fit, mean_pose)
    return Condition(judge, behaviour, fit, mean_pose, symptoms)


def explain(
    checkpoint: Checkpoint, clips: Sequence[Clip], seen: Condition, progress: Callable[[float, str], None]
) -> Trial | None:
    """The trial whose repair explains best what is wrong; None where none does."""
    trial = _by_counts(checkpoint, seen)
    if trial is not None:
        return trial
    likely = _likely(checkpoint, clips, progress)
    progress(0.7, "trying the best of them on all clips")
    judge, behaviour = seen.judge, seen.behaviour
    again = [one for one in motion_hypotheses(checkpoint, judge) if _named(one) in likely]
    tried = list(motion_trials(checkpoint, judge, behaviour.tokens, seen.fit, again))
    progress(0.8, "trying other codebooks")
    hypotheses = codebooks.hypotheses(checkpoint)
    tried += codebook_trials(
        checkpoint, judge, behaviour.latents, seen.fit, hypotheses, LEAST_GAIN_OF_AN_ORDER
    )
    found = _best(tried, seen)
    if found is not None:
        return found
    return _best(motion_trials(checkpoint, judge, behaviour.tokens, seen.fit, factors()), seen)


def _best(tried: Iterable[Trial], seen: Condition) -> Trial | None:
    """The accepted trial that leaves least, of those that explain everything."""
    accepted = [trial for trial in tried if is_accepted(trial, seen.mean_pose)]
    return next((trial for trial in ranked(accepted) if _explains(trial, seen)), None)


def _explains(trial: Trial, seen: Condition) -> bool:
    """Whether nothing is left of what is wrong, but for what numbers taken from the clips leave."""
    if not seen.symptoms:
        return True
    left = {symptom.check for symptom in _condition(trial.repaired, seen.judge).symptoms}
    return left <= (_ROUGH if trial.hypothesis.kind in (Kind.ESTIMATE, Kind.FACTOR) else set())


def _by_counts(checkpoint: Checkpoint, seen: Condition) -> Trial | None:
    """The order of layers that their counts tell, where it leaves less of the latents; however little."""
    order = order_by_counts(checkpoint)
    if order is None or order == tuple(range(len(order))):
        return None
    told = [codebooks.ordered(order)]
    trials = codebook_trials(checkpoint, seen.judge, seen.behaviour.latents, seen.fit, told, 0.0)
    return next((trial for trial in trials if _lost(trial) <= MOST_LOST), None)


def _lost(trial: Trial) -> float:
    """How much worse the motion is with the repair, whatever the latents say."""
    return float((trial.after.scores - trial.before.scores).mean())


def _likely(
    checkpoint: Checkpoint, clips: Sequence[Clip], progress: Callable[[float, str], None]
) -> set[tuple[str, ...]]:
    """The hypotheses, as `_named`, whose repairs do most for a few short pieces of clips."""
    chosen = clips[:: -(-len(clips) // CLIPS_SCREENED)]
    few = Judge(sample_of([_cut(clip, FRAMES_SCREENED) for clip in chosen], checkpoint.body))
    tokens = encode(checkpoint, few.sample)[1]
    every, screened = list(motion_hypotheses(checkpoint, few)), []
    for number, trial in enumerate(motion_trials(checkpoint, few, tokens, few.of(checkpoint, tokens), every)):
        progress(0.3 + 0.4 * number / len(every), "trying repairs")
        if trial.gain > 0:
            screened.append(trial)
    screened.sort(key=lambda trial: -trial.gain)
    return {
        _named(trial.hypothesis) for trial in screened[:SCREENED] if trial.gain > screened[0].gain - MUCH_LESS
    }


def is_accepted(trial: Trial, mean_pose: Fit) -> bool:
    """Whether a repair brings the error to where sound checkpoints lie, and clearly does so."""
    hypothesis, after = trial.hypothesis, trial.after
    if after.error > ERROR * mean_pose.error or after.unexplained > UNEXPLAINED:
        return False
    least = _LEAST_GAINS.get(hypothesis.kind, LEAST_GAIN)
    if hypothesis.check == "layer_order":
        least = LEAST_GAIN_OF_AN_ORDER
    return trial.gain >= least and trial.certainty >= LEAST_CERTAINTY and _lost(trial) <= MOST_LOST


def ranked(accepted: Sequence[Trial]) -> list[Trial]:
    """The repair that leaves least first; an estimate only where it leaves much less than an exact one."""
    return sorted(
        accepted,
        key=lambda trial: (
            trial.after.scores.mean() + (PREFERENCE if trial.hypothesis.kind == Kind.ESTIMATE else 0.0)
        ),
    )


def named(trial: Trial) -> Finding:
    """The cause that a trial shows, with the error before and after."""
    hypothesis = trial.hypothesis
    return Finding(
        hypothesis.check,
        hypothesis.where,
        f"{hypothesis.sentence} With {hypothesis.undone}, {_change(trial)}.",
        hypothesis.advice,
    )


def unnamed(symptoms: Sequence[Symptom]) -> list[Finding]:
    """Findings where no repair helped: the symptoms, and that their cause is not known."""
    return [
        Finding(symptom.check, symptom.where, symptom.message, _ADVICE.get(symptom.check, _UNKNOWN))
        for symptom in symptoms
    ]


def unlike(symptoms: Sequence[Symptom], reason: str) -> Finding:
    """The note that clips, not the checkpoint, may bring symptoms about."""
    return Finding(
        "clips_unlike_training",
        "clips",
        f"These clips are unlike its training data. {symptoms[0].message}",
        reason,
        Severity.NOTE,
    )


def _change(trial: Trial) -> str:
    before, after = trial.before, trial.after
    if before.error == before.error_mm and abs(before.error - after.error) >= 0.01 * before.error:
        return f"the error, root and height counted, goes from {before.error:.0f} to {after.error:.0f} mm"
    if abs(before.unexplained - after.unexplained) >= 0.01 * before.unexplained:
        return f"the variance left goes from {before.unexplained:.3g} to {after.unexplained:.3g}"
    return f"each layer leaves {1 - 2.718281828**-trial.gain:.1%} less, averaged over layers"


def _named(hypothesis: Hypothesis) -> tuple[str, ...]:
    """What tells hypotheses apart, whatever clips they take numbers from."""
    return hypothesis.check, hypothesis.where, hypothesis.sentence, hypothesis.undone


def _cut(clip: Clip, frames: int) -> Clip:
    start = max((len(clip.features) - frames) // 2, 0)
    return Clip(clip.name, clip.features[start : start + frames], clip.fps)


_UNKNOWN = (
    "No repair that was tried undoes this, so its cause is not known: compare the weights with the training "
    "checkpoint, and try clips of the training data (--data in a terminal)."
)
_ADVICE = {
    "foreign_part": "Encoder and codebooks are of different runs, or the codes are no codes of any: restore "
    "both from one and the same file.",
    "foreign_decoder": "The decoder is of another run than encoder and codebooks, or one of them, or mean "
    "and std, damaged in a way that no repair tried here undoes: restore all from one and the same file.",
    "useless_layer": "Its codes do not fit the residual that it gets: restore this codebook from the "
    "training checkpoint.",
    "encoder_constant": "Look for zeroed weights or wrong BatchNorm statistics in the encoder.",
    "decoder_constant": "Look for zeroed weights in the decoder, its last convolution first.",
}
