"""Documents, sentences, facts, cells and findings in an SQLite file that people can ask.

The tables stand in ``schema.sql``. A run adds what is new and replaces what changed, a document with all that
belongs to it at a time; a run that is killed leaves a database that opens, and the next run goes on.
"""

from __future__ import annotations

from cnfin.db.bundle import Bundle, bundle
from cnfin.db.database import Database, DatabaseError

__all__ = ["Bundle", "Database", "DatabaseError", "bundle"]
