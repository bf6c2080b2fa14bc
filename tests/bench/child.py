"""What runs in a fresh process: `python -m tests.bench.child MODULE FUNCTION ARGUMENTS`.

The function is one of this folder's, its arguments are JSON, and it returns a Measured, which goes to stdout as the
last line.
"""

from __future__ import annotations

import gc
import json
import sys
from dataclasses import asdict, replace
from importlib import import_module

from tests.bench.measuring import Measured, read_peak_bytes


def main() -> None:
    """Do what the command line says."""
    module, function, arguments = sys.argv[1:]
    found: Measured = getattr(import_module(f"tests.bench.{module}"), function)(*json.loads(arguments))
    print(json.dumps(asdict(replace(found, peak_bytes=found.peak_bytes or read_peak_bytes()))))
    gc.freeze()  # as posexport leaves


if __name__ == "__main__":
    main()
