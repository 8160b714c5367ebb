"""What the doctor says of a checkpoint: what it is, what was found, and the verdict."""

from app.clinic import JOB, patient_of, patients
from app.take import LAYOUT
from app.views.view import View
from rvqvae.motion import FPS


def payload(session) -> dict:
    """The patients, the one shown, its report as `Report.to_dict` gives it (or None), and the job's state.

    Errors in the report are of bodies each in their own heading ("local"), at `fps`.
    """
    patient = patient_of(session)
    report = patient.reports.get(patient.key)
    return {
        "patients": [
            {"key": one.key, "title": one.title, "own": one.own, "status": _status(one)}
            for one in patients(session).values()
        ],
        "shown": patient.key,
        "report": report.to_dict() if report else None,
        "state": _state(session, patient),
        "layout": LAYOUT,
        "fps": FPS,
    }


def key(session):
    """Who can be examined and is shown, and how far that is."""
    patient = patient_of(session)
    known = tuple((one.key, _status(one)) for one in patients(session).values())
    return patient.key, known, _state(session, patient)


def _status(patient) -> int | None:
    report = patient.reports.get(patient.key)
    return None if report is None else report.status


def _state(session, patient) -> str | None:
    job = session.jobs.of(JOB, patient.key)
    return job.state if job else None


VIEW = View("doctor", key, payload, panel="doctor")
