"""The command's door: ``cnfin`` when installed, ``python -m cnfin`` anywhere."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and give its exit status; an interrupt while it still loads ends quietly with 130."""
    try:
        from cnfin.cli.commands import main as run

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
