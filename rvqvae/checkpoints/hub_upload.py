"""A checkpoint as huggingface_hub's mixin saves and uploads it; imported only for that."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from huggingface_hub import ModelCard, ModelHubMixin

from rvqvae.checkpoints.saving import save_checkpoint

if TYPE_CHECKING:
    from rvqvae.nn.model import RVQVAE


class HubCheckpoint(ModelHubMixin):
    """A model with its facts (see `rvqvae.nn.pretrained`): a bare model has no normalisation.

    Raises
    ------
    ValueError
        If the facts hold no mean and std.
    """

    def __init__(self, model: "RVQVAE", facts: dict[str, Any]):
        missing = [name for name in ("mean", "std") if facts.get(name) is None]
        if missing:
            raise ValueError(
                f"this model was not loaded from a checkpoint, and {' and '.join(missing)} of its features "
                "were not given; pass mean= and std=, of shape (D,): zeros and ones if nothing is normalised"
            )
        self.model = model
        self.facts = facts

    def _save_pretrained(self, save_directory: Path) -> None:
        save_checkpoint(save_directory, self.model, **self.facts)

    def generate_model_card(self, *args: Any, **kwargs: Any) -> ModelCard:
        """What the checkpoint is and how it is used; its licence where that is known."""
        licence = (self.facts.get("info") or {}).get("licence")
        head = [f"license: {licence.lower()}"] if licence else []
        head.append("tags: [motion, tokenizer, rvq, vq-vae]")
        return ModelCard("\n".join(["---", *head, "---"]) + self._description())

    def _description(self) -> str:
        config, name = self.model.config, self.facts["name"]
        layout, fps = self.facts.get("layout", "humanml3d"), self.facts.get("fps", 20.0)
        return f"""

# {name}

A residual vector-quantized autoencoder for motion: features of layout {layout}, {config.input_dim} a frame,
{fps:g} frames a second; {config.num_quantizers} codebooks of {config.num_embeddings} codes, one token of each
for every {config.downsampling_ratio} frames. `config.json` holds its hyperparameters and its normalisation.

```python
import rvqvae

checkpoint = rvqvae.load_checkpoint("OWNER/{name}")
tokens = checkpoint.encode(features)  # features (N, {config.input_dim}), raw units
reconstructed = checkpoint.decode(tokens, length=len(features))
```
"""
