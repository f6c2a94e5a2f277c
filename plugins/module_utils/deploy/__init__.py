"""One transaction per service: what `deploy_service` decides and does on a host."""
