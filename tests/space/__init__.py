"""A rehearsal of the Hugging Face Space, run by hand: `python -m tests.space`."""
