"""An open-loop load generator for the shop API, for one environment or several at once."""

__version__ = "0.1.0"
