"""What the project's own command-line tools share: processes, progress, files, errors, waiting."""
