#!/usr/bin/env python3
"""The command `loadgen` of this checkout, whether or not it is installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))

from loadgen.cli import main

sys.exit(main())
