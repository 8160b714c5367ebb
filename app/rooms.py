"""Every room of the page, once and in order: the clip before what is drawn on it, tabs as they stand.

A room is a module. Importing it declares its commands; what else it offers it names VIEWS, TAB and FIGURES.
"""

import base64
from collections.abc import Hashable
from types import ModuleType

from app.catalog import bodies, choosing, converting, opening, skeletons
from app.command import COMMANDS, command
from app.errors import StudioError
from app.lab import (
    beam,
    codebook,
    compare,
    compare_bodies,
    dataset,
    dictionary,
    dictionary_entry,
    doctor,
    doctor_files,
    information,
    lattice,
    many,
    microscope,
    python_code,
    relabel,
    reported,
)
from app.lab.figure import FORMATS, Figure
from app.lab.tab import Tab
from app.lessons import lessons
from app.payloads.choosing import PagePayload
from app.stage import (
    cell,
    checkpoint,
    clip,
    compared,
    edit_effect,
    edits,
    exports,
    feet,
    jobs,
    ladder,
    library,
    links,
    notification,
    own_files,
    pipeline,
    reconstruction,
    session,
    skeleton,
    sweep,
    tokens,
    workspace,
)
from app.tables import check, files, pairs, rows
from app.view import View
from app.visitor import Visitor
from app.workbench import commands

ROOMS: tuple[ModuleType, ...] = (
    choosing,
    opening,
    bodies,
    converting,
    skeletons,
    commands,
    exports,
    links,
    workspace,
    library,
    own_files,
    session,
    checkpoint,
    clip,
    skeleton,
    tokens,
    reconstruction,
    compared,
    edits,
    cell,
    edit_effect,
    feet,
    ladder,
    sweep,
    pipeline,
    dataset,
    codebook,
    information,
    doctor,
    doctor_files,
    lattice,
    beam,
    dictionary,
    dictionary_entry,
    microscope,
    relabel,
    lessons,
    compare,
    compare_bodies,
    reported,
    many,
    python_code,
    files,
    rows,
    check,
    pairs,
    notification,
    jobs,
)
TABS: tuple[Tab, ...] = tuple(room.TAB for room in ROOMS if isinstance(getattr(room, "TAB", None), Tab))
FIGURES: dict[str, Figure] = {
    figure.name: figure for room in ROOMS for figure in getattr(room, "FIGURES", ())
}


def figure_named(name: str) -> Figure:
    """A figure of the laboratory.

    Raises
    ------
    StudioError
        With those that there are.
    """
    if name not in FIGURES:
        raise StudioError(f"There is no figure {name!r}; choose one of {', '.join(FIGURES)}.")
    return FIGURES[name]


@command
def save_figure(visitor: Visitor, figure: str, kind: str) -> None:
    """Give the page a figure as PNG or SVG, or its numbers as CSV."""
    name, content = figure_named(figure).file(visitor, kind)
    visitor.notify("file", name=name, base64=base64.b64encode(content).decode(), type=FORMATS[kind])


def page_payload(visitor: Visitor) -> PagePayload:
    """The laboratory's tabs, each with why it has nothing for this clip ("" where it has), and commands of
    which a later one replaces a waiting one, or which no sentence on the page is about."""
    return {
        "tabs": [
            {"name": tab.name, "label": tab.label, "question": tab.question, "refused": refused}
            for tab, refused in zip(TABS, _refusals(visitor), strict=True)
        ],
        "commands": {
            "replaceable": [name for name, one in COMMANDS.items() if one.replaceable],
            "silent": [name for name, one in COMMANDS.items() if one.silent],
        },
    }


def _refusals(visitor: Visitor) -> tuple[str, ...]:
    encoded = visitor.workbench.encoded
    needs = {view.name: view.joints_for for view in VIEWS if view.joints_for and not encoded.has_joints}
    return tuple(encoded.joints_needed(needs[tab.name]) if tab.name in needs else "" for tab in TABS)


def _page_key(visitor: Visitor) -> Hashable:
    return _refusals(visitor)


VIEWS: tuple[View, ...] = (
    View("page", _page_key, page_payload),
    *(view for room in ROOMS for view in getattr(room, "VIEWS", ())),
)
