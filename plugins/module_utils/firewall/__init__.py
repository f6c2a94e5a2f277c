"""One nftables table per host: what the module `firewall` decides and does."""
