"""What a model inherits to be loaded, saved and uploaded by name."""

from pathlib import Path
from typing import Any, Self


class Pretrained:
    """`from_pretrained`, `save_pretrained` and `push_to_hub`, in the one format of `rvqvae.checkpoint`.

    Attributes
    ----------
    facts : dict, what a checkpoint says beside the weights, as `rvqvae.save_checkpoint` takes it: mean, std,
        name, layout, fps, info, usage; empty for a model that was not loaded from a checkpoint
    """

    facts: dict[str, Any] = {}  # noqa: RUF012 replaced as a whole, never changed

    @classmethod
    def from_pretrained(
        cls, path_or_hub_id: str | Path, *, device: str = "cpu", revision: str | None = None
    ) -> Self:
        """The model of a checkpoint in eval mode, its weights open to training.

        It takes normalised features; `rvqvae.load_checkpoint` gives the normalisation with it.

        Parameters
        ----------
        path_or_hub_id : folder, file, or "owner/name" on the Hugging Face Hub
        device : "auto" takes a GPU where there is one; else a torch device name
        revision : branch, tag or commit on the Hub; the latest when None

        Raises
        ------
        CheckpointError
            As `rvqvae.load_checkpoint`; also if the checkpoint holds a model of another family.
        """
        from rvqvae.checkpoint import CheckpointError, load_checkpoint

        model = load_checkpoint(path_or_hub_id, device, revision=revision).model
        if not isinstance(model, cls):
            raise CheckpointError(
                f"{path_or_hub_id}: holds a {type(model).__name__}; load it with "
                f"{type(model).__name__}.from_pretrained or rvqvae.load_checkpoint"
            )
        return model.requires_grad_(True)

    def save_pretrained(self, folder: str | Path, **facts) -> None:
        """Write a checkpoint folder: `config.json`, `model.safetensors` and a model card if there is none.

        Parameters
        ----------
        folder : its name names the checkpoint, unless the facts do
        **facts : of `rvqvae.save_checkpoint`, in addition to or instead of the model's own

        Raises
        ------
        ValueError
            If mean and std are not known: without them the weights mean nothing.
        """
        from rvqvae.hub_upload import HubCheckpoint

        HubCheckpoint(self, {"name": Path(folder).name, **self.facts, **facts}).save_pretrained(folder)

    def push_to_hub(
        self, hub_id: str, *, private: bool | None = None, token: str | None = None, **facts
    ) -> str:
        """Upload as a checkpoint to the Hugging Face Hub; returns the address of the commit.

        Parameters
        ----------
        hub_id : "owner/name"; the repository is made if there is none
        private : whether a new repository is private; the owner's setting when None
        token : of the account; the one that `hf auth login` stored when None
        **facts : as in `save_pretrained`
        """
        from rvqvae.hub_upload import HubCheckpoint

        known = {"name": hub_id.split("/")[-1], **self.facts, **facts}
        return HubCheckpoint(self, known).push_to_hub(hub_id, private=private, token=token)
