"""`python -m lab`."""

import sys

from lab.cli import command
from toolkit.console import main

sys.exit(main(command))
