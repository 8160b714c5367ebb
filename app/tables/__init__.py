"""A visitor's tables of tokens: rows without a recorded motion, decoded, edited and written back."""
