#!/usr/bin/env python3
"""The door in a checkout: ``python cli.py tag FILE`` is ``cnfin tag FILE`` without installing."""

import sys

from cnfin.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
