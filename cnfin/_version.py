"""The version, where every room can read it without importing the package's face."""

__version__ = "0.2.0"

#: Version of the record format (``cnfin schema``): raised where a key is added, or changes its meaning.
RECORDS_VERSION = 2
