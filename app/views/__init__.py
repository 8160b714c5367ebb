"""What the page shows. Each view is a key (has it changed?) and a payload (what to send)."""

from app.views import (
    blast,
    cell,
    checkpoint,
    clip,
    codebook,
    compared,
    doctor,
    dictionary,
    edits,
    entry,
    feet,
    jobs,
    ladder,
    library,
    microscope,
    occurrences,
    parcel,
    reconstruction,
    session,
    tokens,
)
from app.views.view import View

# In the order the page takes them: the clip before what is drawn on it.
VIEWS: tuple[View, ...] = (
    library.VIEW,
    session.VIEW,
    checkpoint.VIEW,
    clip.VIEW,
    tokens.VIEW,
    reconstruction.VIEW,
    compared.VIEW,
    edits.VIEW,
    cell.VIEW,
    blast.VIEW,
    feet.VIEW,
    ladder.VIEW,
    codebook.VIEW,
    doctor.VIEW,
    dictionary.VIEW,
    entry.VIEW,
    occurrences.VIEW,
    microscope.VIEW,
    parcel.VIEW,
    jobs.VIEW,
)
