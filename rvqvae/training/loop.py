"""The training loop: resumable at every validation, alone or as one of several ranks."""

import math
import signal
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import torch
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.formats.own import model_of
from rvqvae.checkpoints.loading import pick_device
from rvqvae.motion import Clip
from rvqvae.motion.layouts import HUMANML3D, LAYOUTS, FeatureLayout
from rvqvae.nn.blocks import valid_frames
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.distributed import is_distributed, rank, ranks, sum_across_ranks
from rvqvae.nn.model import RVQVAE
from rvqvae.training.as_described import AsDescribed
from rvqvae.training.data import Source, merge_moments, standardization
from rvqvae.training.losses import training_loss
from rvqvae.training.prefetch import Prefetcher, Throughput, ThroughputMeter
from rvqvae.training.run_folder import RunFolder
from rvqvae.training.settings import TrainingSettings
from rvqvae.training.state import random_states, read_state, restore_random_states, write_state
from rvqvae.training.validation import validate
from rvqvae.training.windows import ConcatClips, WindowSampler, part_of_frames


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
    layout : of the clips' features
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
        info: dict[str, Any] | None = None,
        layout: FeatureLayout = HUMANML3D,
    ):
        self.settings, self.sources, self.validation = settings, sources, validation
        self.folder, self.info, self.layout = RunFolder(Path(out)), info or {}, layout
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
        self.clips = ConcatClips([source.clips for source in sources])
        if start is None:
            self.mean, self.std = standardization(merge_moments([s.moments for s in sources]), layout)
        else:
            self.mean, self.std = start.mean, start.std
        sampler = WindowSampler(
            sources, window=settings.window, batch_size=settings.batch_size, seed=settings.seed
        )
        self.batches = Prefetcher(sampler, pinned=self.device.type == "cuda")
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
            self.folder.path, self.device, config=self.model.config.to_dict(), settings=asdict(self.settings)
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
        write_state(self.folder.path, state | random_states(self.device))

    def run(self) -> None:
        """Train to the last step, or until interrupted; either way the state is saved."""
        handlers = {s: signal.signal(s, self._stop) for s in (signal.SIGINT, signal.SIGTERM)}
        view = {"unit": "step", "dynamic_ncols": True, "disable": rank() > 0}
        bar = tqdm(total=self.settings.steps, initial=self.step, **view)
        try:
            with bar:
                self._run(bar)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        if self.step == self.settings.steps:
            self.folder.finish(str(self.device), self.clips, half=self.settings.storage == "float16")

    def _run(self, bar: tqdm) -> None:
        sums: dict[str, torch.Tensor] = {}
        steps, meter = 0, ThroughputMeter(self.batches)
        while self.step < self.settings.steps and not self._any_rank_stops():
            losses = self.train_step()
            sums = {k: sums[k] + v if k in sums else v for k, v in losses.items()}
            steps += 1
            bar.update()
            if self.step % 10 == 0:
                losses_so_far = " ".join(f"{k} {float(v) / steps:.4f}" for k, v in sums.items())
                bar.set_postfix_str(f"{losses_so_far} {meter.after(steps)}")
            if self.step % self.settings.interval == 0 or self.step == self.settings.steps:
                means = {k: float(sum_across_ranks(v)) / (steps * ranks()) for k, v in sums.items()}
                if rank() == 0:
                    self._validate(means, meter.after(steps))
                    self.save_state()
                sums, steps, meter = {}, 0, ThroughputMeter(self.batches)
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
            reconstructed, motion, commitment, mask, self._raw, self.model.config, settings, self.layout
        )
        self.optimizer.zero_grad(set_to_none=True)
        (loss * part_of_frames(motion, lengths)).backward()
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
        learned = self.model if self.average is None else cast(RVQVAE, self.average.module)
        training = {**asdict(self.settings), "trained_steps": self.step}
        info = {**self.info, "training": training}
        name, layout = self.folder.path.name, self.layout
        described = None if layout.name in LAYOUTS else layout
        return Checkpoint(
            learned, self.mean, self.std, layout.name, layout.fps, name, info, described=described
        )

    def _normalized(self, raw: torch.Tensor) -> torch.Tensor:
        return ((raw - self._shift) / self._scale).transpose(1, 2).contiguous()

    def _raw(self, motion: torch.Tensor) -> torch.Tensor:
        return motion.transpose(1, 2) * self._scale + self._shift

    def _validate(self, losses: dict[str, float], throughput: Throughput) -> None:
        checkpoint = self.checkpoint()
        result = validate(checkpoint, self.validation)
        entry = {
            "step": self.step,
            "learning_rate": self.settings.learning_rate_at(self.step - 1),
            "frames_per_second": round(throughput.frames_per_second),
            "waiting_for_data": round(throughput.waiting, 4),
            "losses": losses,
            "validation": result.entry,
        }
        self.folder.log(entry)
        tqdm.write(f"step {self.step}: {result.words}")
        score = losses["total"] if result.score is None else result.score
        self.folder.save("last", checkpoint)
        if score < self.best:
            self.best = score
            self.folder.save("best", checkpoint)

    def _stop(self, *_: object) -> None:
        self.stopping = True
