"""Checkpoints fetched from the Hugging Face Hub, when somebody gave the id of one."""

import re
from functools import partial
from pathlib import Path

from rvqvae.layouts.contents import CheckpointError
from rvqvae.layouts.own import CONFIG, MAX_BYTES, MAX_CONFIG_BYTES, WEIGHTS

_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_LIMITS = {CONFIG: MAX_CONFIG_BYTES, WEIGHTS: MAX_BYTES}
_PATIENCE = 20.0  # seconds for the Hub to answer


def is_hub_id(path_or_hub_id: str | Path) -> bool:
    """Whether this names a repository on the Hub: a text "owner/name", with nothing of that name here.

    A path below a folder that exists is a path with a slip in it, and so is every `Path`.
    """
    if not isinstance(path_or_hub_id, str) or not _ID.fullmatch(path_or_hub_id):
        return False
    path = Path(path_or_hub_id)
    return not path.exists() and not path.parent.exists()


def fetch(hub_id: str, revision: str | None = None) -> Path:
    """The local folder of a checkpoint on the Hub; its two files are downloaded, with a progress bar.

    Sizes are checked before that. Where the Hub cannot be reached, what was fetched last is used, if there is
    anything.

    Parameters
    ----------
    hub_id : "owner/name"
    revision : branch, tag or commit; the latest when None

    Raises
    ------
    CheckpointError
        If the Hub cannot be reached, or has no such checkpoint, or a file is too large.
    """
    # Imported here, since few uses need it.
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        HTTPError,
        LocalEntryNotFoundError,
    )

    api = HfApi()
    download = partial(snapshot_download, hub_id, revision=revision, allow_patterns=list(_LIMITS))
    try:
        found = api.model_info(hub_id, revision=revision, timeout=_PATIENCE, files_metadata=True)
        _check_files(hub_id, {file.rfilename: file.size for file in found.siblings or []})
        return Path(download())
    except HFValidationError as error:
        raise CheckpointError(f"{hub_id}: no such path here, and no name on the Hub ({error})") from None
    except HfHubHTTPError as error:
        answer = f"{api.endpoint} answered {error.response.status_code}"
        raise CheckpointError(
            f"{hub_id}: no such path here, and no checkpoint on the Hub that can be read ({answer}); "
            "check the name, and log in with `hf auth login` if it is private"
        ) from None
    except (HTTPError, OSError) as error:
        try:
            return Path(download(local_files_only=True))
        except LocalEntryNotFoundError:
            reason = " ".join(str(error).split())[:120]
            raise CheckpointError(
                f"{hub_id}: no such path here, and the Hub at {api.endpoint} cannot be reached ({reason}); "
                "check the connection, or give the path of a checkpoint on this machine"
            ) from None


def _check_files(hub_id: str, sizes: dict[str, int | None]) -> None:
    for file, limit in _LIMITS.items():
        if file not in sizes:
            others = ", ".join(sorted(sizes)[:6]) or "nothing"
            raise CheckpointError(
                f"{hub_id} on the Hub: found no {file} (it holds {others}); expected {CONFIG} and {WEIGHTS}"
            )
        if sizes[file] is None or sizes[file] > limit:
            raise CheckpointError(
                f"{hub_id} on the Hub: {file} has {sizes[file]} bytes; at most {limit} are read"
            )
