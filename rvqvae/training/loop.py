"""The training loop: resumable at every validation, alone or as one of several ranks."""

import json
import math
import signal
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from rvqvae.blocks import valid_frames
from rvqvae.checkpoint import Checkpoint, load_checkpoint, pick_device, round_to_half, save_checkpoint
from rvqvae.config import RVQVAEConfig
from rvqvae.distributed import gather_objects, is_distributed, rank, ranks, sum_across_ranks
from rvqvae.layouts.own import model_of
from rvqvae.model import RVQVAE
from rvqvae.motion import Clip
from rvqvae.statistics import measure_use
from rvqvae.training.as_described import AsDescribed
from rvqvae.training.data import Source, merge_moments, standardization
from rvqvae.training.losses import training_loss
from rvqvae.training.settings import TrainingSettings
from rvqvae.training.state import random_states, read_state, restore_random_states, write_state
from rvqvae.training.validation import validate
from rvqvae.training.windows import Ahead, Chained, Pace, Speed, WindowSampler


class Trainer:
    """One training run in a folder: `state.pt` to resume, `log.jsonl`, and checkpoints `best/`, `last/`.

    Under torchrun every rank makes one of these; they learn as one process would from the whole batches,
    and the first rank alone validates and writes.

    Parameters
    ----------
    config, settings : what to train and how
    sources : training clips
    validation : clips to validate on, by name
    out : folder of the run
    device : as `load_checkpoint`
    start : checkpoint to start from instead of random weights; its normalisation is kept
    info : entries for the checkpoints' config.json
    """

    def __init__(
        self,
        config: RVQVAEConfig,
        settings: TrainingSettings,
        sources: Sequence[Source],
        validation: dict[str, list[Clip]],
        out: str | Path,
        *,
        device: str = "auto",
        start: Checkpoint | None = None,
        info: dict | None = None,
    ):
        self.settings, self.sources, self.validation = settings, sources, validation
        self.out, self.info = Path(out), info or {}
        self.device = pick_device(device)
        torch.manual_seed(settings.seed)
        if settings.as_described:
            config = replace(config, dead_code_threshold=0)
        self.model = model_of(config)
        if settings.as_described:
            self.model.quantizer = AsDescribed(config)
        if start is not None:
            self.model.load_state_dict(start.model.state_dict())
        self.model.to(self.device)
        self.average = (
            AveragedModel(
                self.model, multi_avg_fn=get_ema_multi_avg_fn(settings.weight_average), use_buffers=True
            )
            if settings.weight_average
            else None
        )
        # The buffers are kept alike by what updates them; a broadcast would only repeat it.
        self.network = (
            DistributedDataParallel(self.model, forward_sync_buffers=False, gradient_as_bucket_view=True)
            if is_distributed()
            else self.model
        )
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
        )
        self.clips = Chained([source.clips for source in sources])
        if start is None:
            self.mean, self.std = standardization(merge_moments([source.moments for source in sources]))
        else:
            self.mean, self.std = start.mean, start.std
        sampler = WindowSampler(
            sources, window=settings.window, batch_size=settings.batch_size, seed=settings.seed
        )
        self.batches = Ahead(sampler, pinned=self.device.type == "cuda")
        self._scale = torch.tensor(self.std, device=self.device)
        self._shift = torch.tensor(self.mean, device=self.device)
        self.step, self.best, self.stopping = 0, math.inf, False

    def resume(self) -> None:
        """Take up the run where `state.pt` left it.

        Raises
        ------
        ResumeError
            If there is none, or it was made with other settings or hyperparameters.
        """
        state = read_state(
            self.out, self.device, config=self.model.config.to_dict(), settings=asdict(self.settings)
        )
        self.model.load_state_dict(state["model"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.batches.restore(state["sampler"].cpu())
        restore_random_states(state, self.device)
        self.step, self.best = state["step"], state["best"]

    def save_state(self) -> None:
        """Write `state.pt`."""
        state = {
            "config": self.model.config.to_dict(),
            "settings": asdict(self.settings),
            "model": self.model.state_dict(),
            "average": self.average.state_dict() if self.average is not None else None,
            "optimizer": self.optimizer.state_dict(),
            "sampler": self.batches.state,
            "step": self.step,
            "best": self.best,
        }
        write_state(self.out, state | random_states(self.device))

    def run(self) -> None:
        """Train to the last step, or until interrupted; either way the state is saved."""
        handlers = {s: signal.signal(s, self._stop) for s in (signal.SIGINT, signal.SIGTERM)}
        bar = tqdm(
            total=self.settings.steps,
            initial=self.step,
            unit="step",
            dynamic_ncols=True,
            disable=rank() > 0,
        )
        try:
            with bar:
                self._run(bar)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        if self.step == self.settings.steps:
            self._finish()

    def _run(self, bar: tqdm) -> None:
        sums, steps, pace = {}, 0, Pace(self.batches)
        while self.step < self.settings.steps and not self._any_rank_stops():
            losses = self.train_step()
            sums = {k: sums.get(k, 0.0) + v for k, v in losses.items()}
            steps += 1
            bar.update()
            if self.step % 10 == 0:
                means = " ".join(f"{k} {float(v) / steps:.4f}" for k, v in sums.items())
                bar.set_postfix_str(f"{means} {pace.of(steps)}")
            if self.step % self.settings.interval == 0 or self.step == self.settings.steps:
                means = {k: float(sum_across_ranks(v)) / (steps * ranks()) for k, v in sums.items()}
                if rank() == 0:
                    self._validate(means, pace.of(steps))
                    self.save_state()
                sums, steps, pace = {}, 0, Pace(self.batches)
        if self.stopping and rank() == 0:
            self.save_state()
            bar.write(f"stopped at step {self.step}; --resume goes on from there")

    def train_step(self) -> dict[str, torch.Tensor]:
        """One optimiser step; returns the detached losses."""
        settings = self.settings
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate_at(self.step)
        motion, lengths = self.batches.next()
        motion = self._normalized(motion.to(self.device, non_blocking=True))
        lengths = None if lengths is None else lengths.to(self.device)
        mask = None if lengths is None else valid_frames(lengths, motion.shape[-1])
        self.model.train()
        if settings.freeze_codebooks:
            self.model.quantizer.layers.eval()
        half = settings.half_precision(self.device.type)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=half):
            reconstructed, _, commitment = self.network(motion, lengths)
        reconstructed = reconstructed.float()
        loss, parts = training_loss(
            reconstructed, motion, commitment, mask, self._raw, self.model.config, settings
        )
        self.optimizer.zero_grad(set_to_none=True)
        (loss * _part_of_frames(motion, lengths)).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.gradient_clip)
        self.optimizer.step()
        if self.average is not None:
            self.average.update_parameters(self.model)
        self.step += 1
        return parts

    def _any_rank_stops(self) -> bool:
        if is_distributed():
            # Together, or those that go on would wait for the one that stopped.
            stopping = torch.tensor([float(self.stopping)], device=self.device)
            self.stopping = bool(sum_across_ranks(stopping) > 0)
        return self.stopping

    def checkpoint(self) -> Checkpoint:
        """The model as it is now, for evaluation (its train mode is left alone)."""
        return Checkpoint(
            self._learned, self.mean, self.std, "humanml3d", 20.0, self.out.name, self._entries()
        )

    @property
    def _learned(self) -> RVQVAE:
        return self.model if self.average is None else self.average.module

    def _normalized(self, raw: torch.Tensor) -> torch.Tensor:
        return ((raw - self._shift) / self._scale).transpose(1, 2).contiguous()

    def _raw(self, motion: torch.Tensor) -> torch.Tensor:
        return motion.transpose(1, 2) * self._scale + self._shift

    def _entries(self) -> dict:
        training = {**asdict(self.settings), "trained_steps": self.step}
        return {**self.info, "training": training}

    def _validate(self, losses: dict, speed: Speed) -> None:
        result = validate(self.checkpoint(), self.validation)
        entry = {
            "step": self.step,
            "learning_rate": self.settings.learning_rate_at(self.step - 1),
            "frames_per_second": round(speed.frames_per_second),
            "waiting_for_data": round(speed.waiting, 4),
            "losses": losses,
            "validation": result.entry,
        }
        self.out.mkdir(parents=True, exist_ok=True)
        with open(self.out / "log.jsonl", "a") as log:
            log.write(json.dumps(entry) + "\n")
        tqdm.write(f"step {self.step}: {result.words}")
        score = losses["total"] if result.score is None else result.score
        self._save("last")
        if score < self.best:
            self.best = score
            self._save("best")

    def _save(self, name: str) -> None:
        save_checkpoint(
            self.out / name,
            self._learned,
            mean=self.mean,
            std=self.std,
            name=self.out.name,
            info=self._entries(),
        )

    def _finish(self) -> None:
        """Measure how the training data use the codes, for the checkpoint's own statistics."""
        gather_objects(None)  # the first rank may still be writing it
        best = load_checkpoint(self.out / "best", str(self.device))
        if self.settings.storage == "float16":
            round_to_half(best.model)  # first, so that the codes counted are those of the stored weights
        usage, energies = measure_use(best, self.clips)
        if rank() > 0:
            return
        save_checkpoint(
            self.out / "best",
            best.model,
            mean=best.mean,
            std=best.std,
            name=best.name,
            info=best.info,
            usage=usage,
            energies=energies,
            half=self.settings.storage == "float16",
        )

    def _stop(self, *_) -> None:
        self.stopping = True


def _part_of_frames(motion: torch.Tensor, lengths: torch.Tensor | None) -> torch.Tensor | float:
    """This rank's valid frames over the mean of all ranks', so that every frame of the batch counts alike."""
    if not is_distributed():
        return 1.0
    own = motion.new_tensor(motion.shape[0] * motion.shape[-1]) if lengths is None else lengths.sum().float()
    return own * ranks() / sum_across_ranks(own)
