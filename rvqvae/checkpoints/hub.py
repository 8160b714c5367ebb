"""Checkpoints fetched from the Hugging Face Hub, when somebody gave the id of one."""

import glob
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rvqvae.checkpoints.containers.tensor_file import MAX_BYTES
from rvqvae.checkpoints.errors import CheckpointError
from rvqvae.checkpoints.files import Files, names_in
from rvqvae.checkpoints.formats import BESIDE, Format, choose_weights, known_by_name

if TYPE_CHECKING:
    from huggingface_hub import HfApi

MAX_BESIDE_BYTES = 16 << 20
_ID = re.compile(r"([A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})(?::([\w .\-+=()/]{1,200}))?")
_PATIENCE = 20.0  # seconds for the Hub to answer
_MOST_FILES = 20_000


def is_hub_id(path_or_hub_id: str | Path) -> bool:
    """Whether this names a repository on the Hub: a text "owner/name", with nothing of that name here.

    "owner/name:path" names one of several checkpoints in it. A path below a folder that exists is a path with
    a slip in it, and so is every `Path`.
    """
    found = _ID.fullmatch(path_or_hub_id) if isinstance(path_or_hub_id, str) else None
    if found is None:
        return False
    path = Path(found[1])
    return not path.exists() and not path.parent.exists()


def fetch(
    hub_id: str,
    revision: str | None = None,
    *,
    token: str | bool | None = None,
    max_bytes: int | None = None,
) -> Files:
    """The files of a checkpoint on the Hub, downloaded: those alone that its format reads.

    The repository's list of files comes first, with their sizes; then what lies beside the weights, which
    must do for them; the weights come last, with a progress bar. Where the Hub cannot be reached, what was
    fetched last is used, if there is anything.

    Parameters
    ----------
    hub_id : "owner/name", or "owner/name:path/of/weights"
    revision : branch, tag or commit; the latest when None
    token : as for `load_checkpoint`
    max_bytes : of all files together; the largest weights that are read when None

    Raises
    ------
    CheckpointError
        If the Hub cannot be reached, or has no such checkpoint, or a file is missing or too large.
    """
    # Imported here, since few uses need it.
    from huggingface_hub import HfApi, snapshot_download

    repository, _, inside = hub_id.partition(":")
    place = f"{repository} on the Hub"
    api = HfApi(token=token)
    with _explained(repository, api.endpoint, token):
        sizes = _sizes(api, repository, revision)
        if isinstance(sizes, Path):
            return _chosen(sizes, names_in(sizes), inside, place)
        files = _chosen(Path(), tuple(sizes), inside, place)
        candidates = known_by_name(files)
        beside = files.called([name for known in candidates for name in known.beside] or BESIDE)
        _check_sizes(place, sizes, files.weights, beside, max_bytes)

        download = partial(snapshot_download, repository, revision=revision, token=token)
        root = Path(download(allow_patterns=[glob.escape(name) for name in beside]))
        files = Files(root, (*beside, files.weights), files.weights)
        _check_beside(files, candidates, place)
        download(allow_patterns=[glob.escape(files.weights)])
        return files


def _sizes(api: "HfApi", repository: str, revision: str | None) -> dict[str, int | None] | Path:
    """Bytes of each file in a repository; the folder fetched last where the Hub cannot be reached.

    Not without a login: what is here may have been fetched with one.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (  # type: ignore[attr-defined]
        HfHubHTTPError,
        HTTPError,
        LocalEntryNotFoundError,
    )

    try:
        found = api.model_info(repository, revision=revision, timeout=_PATIENCE, files_metadata=True)
    except HfHubHTTPError:
        raise
    except (HTTPError, OSError) as unreachable:
        if api.token is False:
            raise
        try:
            nothing: list[str] = []  # more to fetch than there is
            return Path(
                snapshot_download(
                    repository, revision=revision, allow_patterns=nothing, local_files_only=True
                )
            )
        except LocalEntryNotFoundError:
            raise unreachable from None
    files = (found.siblings or [])[:_MOST_FILES]
    return {file.rfilename: file.size for file in files if _is_plain(file.rfilename)}


def _chosen(root: Path, names: tuple[str, ...], inside: str, place: str) -> Files:
    if inside and inside not in names:
        raise CheckpointError(place, f"found no file {inside}; expected the path of weights in it")
    return Files(root, names, inside or choose_weights(place, names))


def _check_sizes(
    place: str, sizes: Mapping[str, int | None], weights: str, beside: list[str], max_bytes: int | None
) -> None:
    most = min(MAX_BYTES, max_bytes or MAX_BYTES)
    for name in (*beside, weights):
        size, limit = sizes[name], most if name == weights else MAX_BESIDE_BYTES
        if size is None or size > limit:
            raise CheckpointError(place, f"{name} has {size} bytes; at most {limit} are read")
    together = sum(sizes[name] or 0 for name in (*beside, weights))
    if together > most:
        raise CheckpointError(place, f"its files have {together} bytes together; at most {most} are read")


def _check_beside(files: Files, candidates: list[Format], place: str) -> None:
    """Refuse what no format that knows these weights by name could read."""
    errors: list[CheckpointError] = []
    for known in candidates:
        try:
            known.check(files)
        except CheckpointError as error:
            errors.append(error)
    if errors and len(errors) == len(candidates):
        raise CheckpointError(place, errors[-1].named())


def _is_plain(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/")


@contextmanager
def _explained(repository: str, endpoint: str, token: str | bool | None) -> Iterator[None]:
    """What the Hub's library raises, as a sentence that says what to do."""
    from huggingface_hub.errors import (  # type: ignore[attr-defined]
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        HTTPError,
    )

    try:
        yield
    except CheckpointError:
        raise
    except HFValidationError as error:
        reason = str(error)[:200]
        raise CheckpointError(repository, f"no such path here, and no name on the Hub ({reason})") from None
    except GatedRepoError:
        raise CheckpointError(
            repository,
            f"its owners give access to its files on request: ask for it at {endpoint}/{repository}, then "
            f"{_log_in(token)}",
        ) from None
    except HfHubHTTPError as error:
        raise CheckpointError(
            repository,
            "no such path here, and no checkpoint on the Hub that can be read "
            f"({endpoint} answered {error.response.status_code}); check the name, and if it is private "
            f"{_log_in(token)}",
        ) from None
    except (HTTPError, OSError) as error:
        reason = " ".join(str(error)[:200].split())[:120]
        raise CheckpointError(
            repository,
            f"no such path here, and the Hub at {endpoint} cannot be reached ({reason}); check the "
            "connection, or give the path of a checkpoint on this machine",
        ) from None


def _log_in(token: str | bool | None) -> str:
    if token is False:
        return "open it where you are logged in yourself (`hf auth login`): this server asks without a login"
    return "log in with `hf auth login`"
