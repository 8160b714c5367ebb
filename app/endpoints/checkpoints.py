"""Checkpoints: how their codebooks are used, whether they are sound, side by side, and the caller's own."""

from dataclasses import asdict
from pathlib import Path
from typing import ClassVar

from app import own_checkpoints
from app.commands.checkpoints import check_where
from app.endpoints import work
from app.endpoints.arguments import Endpoints
from app.take import StudioError
from app.views import compare
from rvqvae.metrics import code_counts, usage_statistics


class Checkpoints(Endpoints):
    """Endpoints about checkpoints."""

    NAMES: ClassVar = (
        "codebook_statistics",
        "inspect",
        "compare",
        "open_checkpoint",
        "forget_checkpoint",
    )
    LONG: ClassVar = ("inspect", "compare", "open_checkpoint")

    def codebook_statistics(self, clip: str | dict = "", checkpoint: str = "") -> dict:
        """For each layer tokens, codes used, perplexity and entropy in bits: in a clip if one is given, and
        over the training data if the checkpoint has a record of it."""
        loaded = self.checkpoint(checkpoint)
        in_clip = None
        if clip:
            in_clip = code_counts(self.take(clip, checkpoint).tokens, loaded.config.num_embeddings)
        return {
            "codes": loaded.config.num_embeddings,
            "clip": None if in_clip is None else _layers(in_clip),
            "training": None if loaded.usage is None else _layers(loaded.usage),
        }

    def inspect(self, checkpoint: str = "", files: list | None = None) -> dict:
        """The doctor's report: what a checkpoint is, what was measured, and what was found wrong; or the same
        of files that are sent along, whether or not they can be loaded."""
        # Imported here, since the page opens without it.
        from rvqvae.doctor import examine

        if not files:
            return examine(self.checkpoint(checkpoint)).to_dict()
        own = own_checkpoints.from_uploads([self.uploaded(file) for file in files])
        return examine(own.checkpoint or own.source).to_dict()

    def compare(
        self,
        checkpoints: list | None = None,
        over: str | dict = work.CLIP,
        clip: str | dict = "",
        checkpoint: str = "",
    ) -> dict:
        """Up to four checkpoints side by side: error by layer, rate and distortion, use of the codes, speed,
        size.

        over is "clip", "held-out", "page", or a motion file of many clips that is sent along.
        """
        session = self.session(clip, checkpoint)
        key = work.add_file(session, self.uploaded(over)) if isinstance(over, dict) else str(over)
        work.compare(session, checkpoints, key)
        return work.plain(compare.payload(session)["result"])

    def open_checkpoint(self, files: list | None = None, where: str = "") -> dict:
        """Open a checkpoint of one's own: its files sent along together, or a Hub id, or a path where the
        server allows it. Its key names it in other calls of the same client; the latest few are kept."""
        if files:
            own = own_checkpoints.from_uploads([self.uploaded(file) for file in files])
        elif where:
            check_where(where, paths_allowed=self.library.paths_allowed)
            own = own_checkpoints.load(where, Path(where).name)
        else:
            raise StudioError("Nothing was sent to open; send files, or say where the checkpoint is.")
        self.opened.keep(self.caller, own)
        loaded = own.checkpoint
        return {
            "checkpoint": own.key,
            "title": own.title,
            "layout": loaded.layout,
            "features": loaded.config.input_dim,
            "layers": loaded.config.num_quantizers,
            "codes": loaded.config.num_embeddings,
            "fps": loaded.fps,
            "remarks": list(loaded.info.get("remarks", ())),
        }

    def forget_checkpoint(self, checkpoint: str) -> dict:
        """Put one of one's own checkpoints away; returns the keys of those that are left."""
        self.opened.forget(self.caller, str(checkpoint))
        return {"checkpoints": list(self.opened.of(self.caller))}


def _layers(counts) -> list[dict]:
    return [asdict(layer) for layer in usage_statistics(counts)]
