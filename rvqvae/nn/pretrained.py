"""What a model inherits to be loaded, saved and uploaded by name. Where and how, a `Store` knows."""

from pathlib import Path
from typing import Any, Protocol, Self, cast

from torch import nn


class Store(Protocol):
    """Reads and writes checkpoints; `rvqvae.checkpoints` has the one there is."""

    def load(self, kind: type, path_or_hub_id: str | Path, *, device: str, revision: str | None) -> nn.Module:
        """The model of a checkpoint, in eval mode; refused if it is not of this kind."""

    def save(self, model: Any, folder: str | Path, facts: dict[str, Any]) -> None:
        """Write a checkpoint folder."""

    def upload(
        self, model: Any, hub_id: str, facts: dict[str, Any], *, private: bool | None, token: str | None
    ) -> str:
        """Upload as a checkpoint; returns the address of the commit."""


_store: Store | None = None


def use_store(store: Store) -> None:
    """Load and save with this store from now on."""
    global _store
    _store = store


def _in_use() -> Store:
    if _store is None:
        raise RuntimeError("no store of checkpoints is in use; import rvqvae.checkpoints.pretrained first")
    return _store


class Pretrained:
    """`from_pretrained`, `save_pretrained` and `push_to_hub`, in this project's own format.

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
        model = _in_use().load(cls, path_or_hub_id, device=device, revision=revision)
        return cast("Self", model.requires_grad_(True))

    def save_pretrained(self, folder: str | Path, **facts: Any) -> None:
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
        _in_use().save(cast(nn.Module, self), folder, {"name": Path(folder).name, **self.facts, **facts})

    def push_to_hub(
        self, hub_id: str, *, private: bool | None = None, token: str | None = None, **facts: Any
    ) -> str:
        """Upload as a checkpoint to the Hugging Face Hub; returns the address of the commit.

        Parameters
        ----------
        hub_id : "owner/name"; the repository is made if there is none
        private : whether a new repository is private; the owner's setting when None
        token : of the account; the one that `hf auth login` stored when None
        **facts : as in `save_pretrained`
        """
        known = {"name": hub_id.split("/")[-1], **self.facts, **facts}
        return _in_use().upload(cast(nn.Module, self), hub_id, known, private=private, token=token)
