"""`python -m telephony.simulator`: see server.py."""

import os
import sys

from .server import main

code = main()
sys.stdout.flush()
# Phones on the page hold streams open in threads; the process does not wait for them.
os._exit(code)
