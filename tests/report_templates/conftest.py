"""Lets the tests of this folder share ``made_report``, which pytest's importlib mode would hide."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
