"""Third-party programs and Python releases, built from pinned source into a checked cache."""
