"""Whole folders through a checkpoint: past bad files, and on from where an earlier run stopped."""

from rvqvae.bulk.reading import Reader
from rvqvae.bulk.reconstructing import reconstruct_file, reconstruct_files
from rvqvae.bulk.report import Failure, Report
from rvqvae.bulk.tokenizing import tokenize_files

__all__ = ["Failure", "Reader", "Report", "reconstruct_file", "reconstruct_files", "tokenize_files"]
