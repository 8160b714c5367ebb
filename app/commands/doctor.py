"""The checkpoint doctor, at work in the background."""

from app.clinic import JOB, choose_patient, patient_of


def examine(session) -> None:
    """Let the doctor examine the checkpoint that its tab shows; once is enough for each."""
    patient = patient_of(session)
    if patient.key not in patient.reports:
        session.jobs.start(JOB, patient.key, patient.examine)


def show_patient(session, checkpoint: str) -> None:
    """Show, and examine if need be, another checkpoint in the doctor's tab."""
    choose_patient(session, str(checkpoint))
    examine(session)


COMMANDS = (examine, show_patient)
