"""Pages, reports and terminal summaries: what cnfin found, for people to look at."""
