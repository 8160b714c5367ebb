"""`python -m rvqvae train | evaluate`."""

import sys

from rvqvae.cli import main

sys.exit(main())
