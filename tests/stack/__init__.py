"""The stack of docker-compose.yml without a container engine: its services in bubblewrap, on hosts of their own."""
