"""uvicorn under gunicorn, ending so that nobody loses anything. Loaded by gunicorn.conf.py, as the site, in its environment.

uvicorn alone closes, when it ends, connections that it has just taken and whose request is still on its way (3 of some 7,000
POSTs in six restarts), and says that it is ready before the application is. gunicorn's own `asgi` worker (27.0.1) waits 30 s for
idle connections and then drops websockets without a word.
"""

import asyncio
import os
import pathlib
import resource
import sys

from gunicorn.arbiter import Arbiter
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

READY = pathlib.Path("/run/trinode-app")
# A request is sent in the same moment in which its connection is made; a busy machine may need a while to do both.
ARRIVAL_SECONDS = 0.5


class DrainingServer(Server):
    """Says when it takes requests, and lets those arrive that are under way before it ends."""

    def __init__(self, worker: "Worker") -> None:
        super().__init__(worker.config)
        self.worker = worker

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        if self.started:
            (READY / f"{os.getppid()}.ready").touch()

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0 and resident() > self.worker.memory_too_much:
            self.worker.log.warning("worker has %d MB of memory and is replaced", resident() >> 20)
            return True
        return await super().on_tick(counter)

    async def shutdown(self, sockets=None) -> None:
        for server in self.servers:
            server.close()
        for sock in sockets or []:
            sock.close()
        await asyncio.sleep(ARRIVAL_SECONDS)
        # Idle connections are closed, websockets with 1012 (the service restarts), requests are answered first.
        await super().shutdown([])


class Worker(UvicornWorker):
    # What our lock has; a site's own uvloop or wsproto makes no difference.
    CONFIG_KWARGS = {"loop": "asyncio", "http": "httptools", "ws": "websockets-sansio", "server_header": False}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        config = self.config
        # More often than the web server gives up on a silent websocket.
        config.ws_ping_interval = config.ws_ping_timeout = float(min(20, self.cfg.timeout))
        # Before gunicorn kills.
        config.timeout_graceful_shutdown = max(1, self.cfg.graceful_timeout - 3)
        if "TRINODE_BIND" in os.environ:
            # A trial's socket is nobody's but ours.
            config.forwarded_allow_ips = "*"

    async def _serve(self) -> None:
        self.config.app = in_turn(self.wsgi, self.cfg.threads)
        server = DrainingServer(self)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)


def in_turn(application, at_once: int):
    """Pages that are not async have a thread and a database connection each. Without turns, a rush would ask for more of
    both than there are, and fail instead of wait. Websockets are not counted."""
    turns = asyncio.Semaphore(at_once)

    async def take_turns(scope, receive, send):
        if scope["type"] != "http":
            return await application(scope, receive, send)
        async with turns:
            return await application(scope, receive, send)

    return take_turns


def resident() -> int:
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
