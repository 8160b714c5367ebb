"""The laboratory's figures for print, and their numbers as tables."""

from app.figures import beam, codebooks, information, lattice, rates, relabel
from app.figures.figure import LabFigure

FIGURES: dict[str, LabFigure] = {
    figure.name: figure
    for module in (codebooks, information, rates, lattice, beam, relabel)
    for figure in module.FIGURES
}
