"""The checkpoint doctor: is this tokenizer sound, does it work, and if not, what is wrong with it?"""

from rvqvae.doctor.examination import describe, examine, sample_clips
from rvqvae.doctor.report import Finding, Report, Severity, format_report

__all__ = ["Finding", "Report", "Severity", "describe", "examine", "format_report", "sample_clips"]
