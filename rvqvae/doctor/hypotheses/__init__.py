"""Candidate causes, one file a family; `rvqvae.doctor.trials` tries their repairs."""
