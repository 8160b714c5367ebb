"""What the layers of a clip carry."""

from dataclasses import asdict
from typing import ClassVar

from app.endpoints.arguments import Endpoints
from rvqvae.statistics import compare_widths, layer_lattice


class Laboratory(Endpoints):
    """Endpoints of the laboratory."""

    NAMES: ClassVar = ("layer_subsets", "beam_search")
    LONG: ClassVar = NAMES

    def layer_subsets(self, clip: str | dict, checkpoint: str = "") -> dict:
        """Error in mm of a clip from every subset of its layers."""
        take = self.take(clip, checkpoint)
        scored = layer_lattice(take.checkpoint, take.clip.features, take.tokens)
        return {"subsets": [asdict(subset) for subset in scored], "fps": take.clip.fps}

    def beam_search(self, clip: str | dict, widths: list, checkpoint: str = "") -> dict:
        """A clip encoded greedily and by beams of some widths: tokens, latent error, joint error in mm."""
        take = self.take(clip, checkpoint)
        rows = compare_widths(take.checkpoint, take.clip.features, widths)
        plain = [
            {**asdict(row), "tokens": row.tokens.tolist(), "changed": row.changed.tolist()} for row in rows
        ]
        return {"widths": plain, "fps": take.clip.fps}
