"""Real Debian systems, with their own init, network and SSH, on one Linux machine."""
