"""Serves MiniStack on a free port of 127.0.0.1 for as long as the program that started it lives.

The port is taken here and handed on open, so that no other program can take it in between. The first line on standard
output is that port. Standard input is the life line: when the starter is gone, however it went, it ends, and so does this.
"""

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading

HOME = tempfile.mkdtemp(prefix="lob-registry-sandbox-")


def end(*_) -> None:
    # Everything is in memory: there is nothing to save or to wait for.
    shutil.rmtree(HOME, ignore_errors=True)
    os._exit(0)


def watch(lifeline) -> None:
    while lifeline.read(1024):
        pass
    end()


def main() -> None:
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            # Ctrl-C reaches every process of the terminal, but only the starter decides when this one ends.
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=watch, args=(sys.stdin.buffer,), daemon=True).start()

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    os.environ["GATEWAY_PORT"] = str(port)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()

    # An empty home, so that no configuration of the user has an effect; and no Docker, in which MiniStack would remove
    # containers that look like its own.
    os.environ.update(HOME=HOME, TMPDIR=HOME, DOCKER_HOST=f"unix://{HOME}/no-docker.sock")
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app

    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    # Longer than any client keeps a connection idle: if the server closes a connection while a request arrives, some clients send it again, although
    # the server has handled it.
    config.keep_alive_timeout = 600
    # No limit of requests per connection, for the same reason: Pulumi's AWS provider sends a thousand within seconds.
    config.keep_alive_max_requests = 1_000_000_000
    config.loglevel = "WARNING"
    # One line per request: status, method, path, query, and for DynamoDB the operation.
    config.accesslog = logging.getLogger("requests")
    config.access_log_format = "%(s)s %(m)s %(U)s %(q)s %({x-amz-target}i)s"
    asyncio.run(serve(app, config, shutdown_trigger=asyncio.Event().wait))


if __name__ == "__main__":
    main()
