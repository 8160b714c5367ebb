"""The laboratory's figures for print, and their numbers as tables."""

from app.figures import beam, codebooks, codes, comparison, information, lattice, rates, relabel, walk
from app.figures.figure import LabFigure

FIGURES: dict[str, LabFigure] = {
    figure.name: figure
    for module in (codebooks, information, rates, lattice, beam, relabel, codes, walk, comparison)
    for figure in module.FIGURES
}
