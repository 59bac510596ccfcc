"""gunicorn's settings: threads, because SQLite's waits must not freeze the others (WEB.md)."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
# Two: with one, its own threads wait for each other (make bench: p99 68 ms against 45 ms).
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = 32
keepalive = 65
graceful_timeout = 10
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
