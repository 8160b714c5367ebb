"""The checkpoint doctor: is this tokenizer sound, does it work, and if not, what is wrong with it?"""

from rvqvae.doctor.examination import describe, examine, file_size
from rvqvae.doctor.report import Finding, Report, Severity, format_report
from rvqvae.doctor.samples import sample_clips

__all__ = [
    "Finding",
    "Report",
    "Severity",
    "describe",
    "examine",
    "file_size",
    "format_report",
    "sample_clips",
]
