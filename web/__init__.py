"""HTTP for every edge: connections, deadlines, graceful shutdown, health checks."""
