"""An open page: requests in, changed views out, and what of them the browser already has."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from app.catalog import devices
from app.command import Done
from app.errors import StudioError
from app.rooms import VIEWS
from app.stage import own_files
from app.view import Shown, View
from app.visitor import Visitor
from app.workbench import sharing
from app.workbench.shared_state import SharedState

DONE, NOTE, REFUSED = "done", "note", "refused"  # kinds of notice: was done, good to know, could not be


@dataclass
class Connection:
    """A visitor's page.

    Attributes
    ----------
    sent : for each view the key of what the page shows
    shown : the decoding that the page shows; None where it has nothing
    last_request : number of the latest request that was applied
    """

    visitor: Visitor
    sent: dict[str, Any] = field(default_factory=dict)
    shown: Shown | None = None
    last_request: int = 0
    _one_request_at_a_time: Lock = field(default_factory=Lock, repr=False)

    def page_shows_opening(self) -> None:
        """Note that the page already has every view of the opening state."""
        self.sent = {view.name: view.key(self.visitor) for view in self._views()}
        self._note_shown()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Apply a request's commands in order; a refused one leaves the work as it was and the rest go on.

        A request that comes again is not applied again, and answered with every view.

        Parameters
        ----------
        request : {"number": n, "commands": [{"name": …, …}], "resume": the page's state or None}

        Returns
        -------
        dict
            {"number": n, "notice": a sentence or "", "kind": "done", "note" or "refused",
            "views": the payloads that changed}
        """
        with self._one_request_at_a_time, devices.threads(1):
            return self._answer(request)

    def changed_views(self) -> dict[str, Any]:
        """Payloads of the views whose content differs from what the page has."""
        changed = {}
        for view in self._views():
            key = view.key(self.visitor)
            if view.name not in self.sent or self.sent[view.name] != key:
                changed[view.name] = self._payload(view)
                self.sent[view.name] = key
        self._note_shown()
        return changed

    def page_has_nothing(self) -> None:
        """Send every view again with the next answer."""
        self.sent.clear()
        self.shown = None

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        notice, kind = "", NOTE
        number = int(request["number"])
        if self.last_request == 0 and number > 1 and request.get("resume"):
            notice = self._resume(request["resume"])
            kind = REFUSED if notice else NOTE
        if number > self.last_request:
            self.last_request = number
            for command in request["commands"]:
                try:
                    if said := self.visitor.apply(dict(command)):
                        notice, kind = said, DONE if isinstance(said, Done) else NOTE
                except StudioError as error:
                    notice, kind = str(error), REFUSED
        else:
            self.page_has_nothing()  # it missed the first answer to this request
        return {"number": number, "notice": notice, "kind": kind, "views": self.changed_views()}

    def _resume(self, state: dict[str, Any]) -> str:
        """Return to the state of a page whose visitor the server has lost."""
        self.page_has_nothing()
        visitor = self.visitor
        try:
            visitor.open_panels = {str(panel) for panel in state.get("panels", ())}
            said = own_files.resume(visitor, _state_of(state), state.get("own_files") or {})
            visitor.notification = None
            for command in state.get("then", ()):
                visitor.apply(dict(command))
        except StudioError as error:
            return f"The server was restarted and your work could not be brought back. {error}"
        return said

    def _payload(self, view: View) -> Any:
        if view.patch is not None and self.shown is not None:
            return view.patch(self.visitor, self.shown)
        return view.payload(self.visitor)

    def _views(self) -> list[View]:
        has_joints = self.visitor.workbench.encoded.has_joints
        return [
            view
            for view in VIEWS
            if (view.panel is None or view.panel in self.visitor.open_panels)
            and (has_joints or not view.joints_for)
        ]

    def _note_shown(self) -> None:
        bench = self.visitor.workbench
        self.shown = Shown(bench.decoding, bench.alignment, bench.version)


def _state_of(resume: dict[str, Any]) -> SharedState:
    """The state that a page sends back: a value with its edits beside it, or the text of a state file."""
    state = resume.get("state", "")
    if isinstance(state, dict):
        return sharing.from_value({**state, "edits": resume.get("edits", [])})
    return sharing.from_file(str(state).encode())
