"""Where requests come from."""

from starlette.requests import Request

from app import limits


def address_of(request: Request) -> str:
    """The address of whoever sent a request; a header says it only where proxies are trusted."""
    peer = request.client.host if request.client else ""
    told = [part.strip() for part in request.headers.get("x-forwarded-for", "")[:1_000].split(",")]
    count = limits.TRUSTED_PROXIES
    return (told[-count] or peer)[:64] if 0 < count <= len(told) else peer
