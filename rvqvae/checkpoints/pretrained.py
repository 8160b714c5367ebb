"""How `RVQVAE.from_pretrained`, `save_pretrained` and `push_to_hub` reach files and the Hub.

`nn` knows no file, so the package hands it this on import.
"""

from pathlib import Path
from typing import Any

from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.checkpoints.loading import load_checkpoint
from rvqvae.nn.model import RVQVAE


class CheckpointStore:
    """The `rvqvae.nn.pretrained.Store` of this project's own format."""

    def load(self, kind: type, path_or_hub_id: str | Path, *, device: str, revision: str | None) -> RVQVAE:
        """The model of a checkpoint, in eval mode.

        Raises
        ------
        CheckpointError
            As `load_checkpoint`; also if the checkpoint holds a model that is not of this kind.
        """
        model = load_checkpoint(path_or_hub_id, device, revision=revision).model
        if not isinstance(model, kind):
            family = type(model).__name__
            raise CheckpointError(
                path_or_hub_id,
                f"holds a {family}; load it with {family}.from_pretrained or rvqvae.load_checkpoint",
            )
        return model

    def save(self, model: RVQVAE, folder: str | Path, facts: dict[str, Any]) -> None:
        """Write a checkpoint folder; `ValueError` if the facts hold no mean and std."""
        from rvqvae.checkpoints.hub_upload import HubCheckpoint

        HubCheckpoint(model, facts).save_pretrained(folder)

    def upload(
        self, model: RVQVAE, hub_id: str, facts: dict[str, Any], *, private: bool | None, token: str | None
    ) -> str:
        """Upload as a checkpoint folder; returns the address of the commit."""
        from rvqvae.checkpoints.hub_upload import HubCheckpoint

        return HubCheckpoint(model, facts).push_to_hub(hub_id, private=private, token=token)
