"""Connections on which no request comes are closed; uvicorn itself waits for the first for ever."""

import asyncio
from typing import Any

from uvicorn.protocols.http import auto

from app import limits

SECONDS = float(limits.HEADER_SECONDS)


def install() -> None:
    """Have every server that is started from now on close them."""
    kind: Any = auto.AutoHTTPProtocol
    if getattr(kind, "impatient", False):
        return

    class Impatient(kind):  # type: ignore[misc]
        """Looks from time to time whether a request has come since it looked last."""

        impatient = True

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self.loop.call_later(SECONDS, self._look, self.cycle)

        def _look(self, cycle_before: object) -> None:
            transport = self.transport
            if transport is None or transport.is_closing() or transport.get_protocol() is not self:
                return
            idle = self.cycle is None or self.cycle.response_complete
            if idle and self.cycle is cycle_before:
                transport.close()
            else:
                self.loop.call_later(SECONDS, self._look, self.cycle)

    auto.AutoHTTPProtocol = Impatient
