"""The command line: arguments in, one call of the library, records or a report out."""
