"""How a checkpoint's codebooks are used, and whether it is sound."""

from dataclasses import asdict
from typing import ClassVar

from app.endpoints.arguments import Endpoints
from rvqvae.metrics import code_counts, usage_statistics


class Checkpoints(Endpoints):
    """Endpoints about checkpoints."""

    NAMES: ClassVar = ("codebook_statistics", "inspect")
    LONG: ClassVar = ("inspect",)

    def codebook_statistics(self, clip: str | dict = "", checkpoint: str = "") -> dict:
        """For each layer tokens, codes used, perplexity and entropy in bits: in a clip if one is given, and
        over the training data if the checkpoint has a record of it."""
        loaded = self.library.checkpoint(self.checkpoint_key(checkpoint))
        in_clip = None
        if clip:
            in_clip = code_counts(self.take(clip, checkpoint).tokens, loaded.config.num_embeddings)
        return {
            "codes": loaded.config.num_embeddings,
            "clip": None if in_clip is None else _layers(in_clip),
            "training": None if loaded.usage is None else _layers(loaded.usage),
        }

    def inspect(self, checkpoint: str = "") -> dict:
        """The doctor's report: what a checkpoint is, what was measured, and what was found wrong."""
        # Imported here, since the page opens without it.
        from rvqvae.doctor import examine

        return examine(self.library.checkpoint(self.checkpoint_key(checkpoint))).to_dict()


def _layers(counts) -> list[dict]:
    return [asdict(layer) for layer in usage_statistics(counts)]
