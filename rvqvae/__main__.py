"""`python -m rvqvae COMMAND`; see `rvqvae.cli`."""

import sys

from rvqvae.cli import main

sys.exit(main())
