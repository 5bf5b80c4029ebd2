"""Lets every test import what lies beside this file, and keeps the user's own things out of it.

No screen, none of the user's settings, no runtime folder of theirs.
"""

import atexit
import os
import tempfile

# Before Qt is loaded: it reads these once.
_homes = tempfile.TemporaryDirectory(prefix="pickglass-tests-")
atexit.register(_homes.cleanup)  # without it, it warns that nobody did
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_RUNTIME_DIR"] = _homes.name
os.environ["XDG_CONFIG_HOME"] = os.path.join(_homes.name, "config")
os.environ["XDG_DATA_HOME"] = os.path.join(_homes.name, "data")
os.environ["XDG_CACHE_HOME"] = os.path.join(_homes.name, "cache")
