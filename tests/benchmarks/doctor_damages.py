"""Ways in which a checkpoint goes wrong, done to copies of sound ones: what `doctor_table` examines."""

from tests.benchmarks import doctor_damages_aside, doctor_damages_known
from tests.benchmarks.doctor_damaging import ANY, DAMAGES, Damage

__all__ = ["ANY", "DAMAGES", "Damage", "doctor_damages_aside", "doctor_damages_known"]
