"""gunicorn as trinode runs it: one of two processes on a socket that supervisor keeps. Written by trinode; changes here are lost."""

import faulthandler
import importlib.util
import os
import pathlib
import resource
import sys
import threading
import time
import traceback

from gunicorn.workers import gthread

# A worker that stops keeps idle connections open for a moment: somebody may just be sending. The web server keeps them open for
# GET and HEAD only, which it sends again by itself, so the moment may be short: half a restart was waiting for it.
gthread.STOP_KEEPALIVE_LINGER = 0.3

bind = os.environ.get("TRINODE_BIND", "fd://0")
workers = int(os.environ.get("TRINODE_WORKERS", "{{workers}}"))
worker_class = "{{workerClass}}"
threads = {{threads}}
# Longer than the web server keeps an idle connection to us, so that it is never us who closes first.
keepalive = 75
# A request that takes longer has its worker replaced: see watch().
timeout = {{timeoutSeconds}}
graceful_timeout = 30
# Memory that a site leaks comes back; not in all workers at the same time.
max_requests = 5000
max_requests_jitter = 1000
# Each process loads the site itself: the release that is current when it starts.
preload_app = False
# Forwarded headers count when they come from the web server (or from this host's own checks), and from nobody else.
forwarded_allow_ips = "{{forwardedAllowIps}}"
accesslog = "-"
access_log_format = '%({x-forwarded-for}i)s %(t)s "%(r)s" %(s)s %(b)s %(M)s ms "%(a)s"'
errorlog = "-"
# Heartbeats are files; on a disk they would stall with it.
worker_tmp_dir = "/dev/shm"
# It would be one socket for all instances of this unix user.
control_socket_disable = True
limit_request_line = 8190

MEMORY_LIMIT = {{workerMemoryMb}} * 1024 * 1024
# From here on a worker is replaced after the request it is at.
MEMORY_TOO_MUCH = MEMORY_LIMIT * 7 // 10
STACK = 1024 * 1024
READY = pathlib.Path("/run/trinode-app")

running = {}

if worker_class == "uvicorn":
    spec = importlib.util.spec_from_file_location("trinode_asgi_worker", "/usr/local/lib/trinode/python/asgi_worker.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    worker_class = module.Worker


def post_fork(server, worker):
    """What a worker may take: beyond it, Python raises MemoryError there, and the rest of the host does not notice."""
    limit = MEMORY_LIMIT
    if not isinstance(worker_class, str):
        # A thread for each page at once: their stacks count as a whole, however little of them is used.
        threading.stack_size(STACK)
        limit += STACK * (threads + 16)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    # Should the kernel have to choose, it is to choose a worker: its master makes another.
    pathlib.Path("/proc/self/oom_score_adj").write_text("600")
    if os.environ.get("TRINODE_SENTRY_DSN"):
        start_sentry()


def start_sentry():
    """Errors go to Sentry, in the background. What the site sets up itself, when it is loaded later, comes in its place."""
    release = pathlib.Path(sys.prefix).parent
    # Last: what the site has installed itself comes first.
    sys.path.append(str(release / "venv/beside"))
    try:
        import sentry_sdk

        sentry_sdk.init(
            dsn=os.environ["TRINODE_SENTRY_DSN"],
            environment=os.environ["TRINODE_SENTRY_ENVIRONMENT"],
            release=release.name,
            send_default_pii=False,
            before_send=lambda event, hint: event if worth_telling(hint) else None,
            shutdown_timeout=2,
        )
    except Exception:
        # The site is worth more than its errors' records.
        traceback.print_exc()


def worth_telling(hint):
    """Not that Django, asked by uvicorn whether it wants to hear of start and end (lifespan), says no with an error."""
    return "not lifespan" not in str(hint.get("exc_info", ("", ""))[1])


def post_worker_init(worker):
    """The site is loaded and requests are taken: said to whoever restarts us."""
    if "TRINODE_BIND" in os.environ:
        show_errors()
    if not isinstance(worker_class, str):
        # It looks after itself, and says itself when it is ready.
        worker.memory_too_much = MEMORY_TOO_MUCH
        return
    threading.Thread(target=watch, args=(worker,), daemon=True).start()
    (READY / f"{os.getppid()}.ready").touch()


def show_errors():
    """While a release is tried: many sites send tracebacks by mail only, and whoever releases wants to see them."""
    try:
        from django.core.signals import got_request_exception
    except ImportError:
        return
    got_request_exception.connect(lambda **_: traceback.print_exc(), weak=False)


def on_exit(server):
    (READY / f"{os.getpid()}.ready").unlink(missing_ok=True)


def pre_request(worker, request):
    running[threading.get_ident()] = (time.monotonic(), f"{request.method} {request.path}")


def post_request(worker, request, environ, response):
    running.pop(threading.get_ident(), None)
    resident = int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    if resident > MEMORY_TOO_MUCH and worker.alive:
        worker.log.warning("worker has %d MB of memory and is replaced", resident >> 20)
        worker.alive = False


def watch(worker):
    """Replaces a worker in which a request got stuck: gunicorn's own timeout only sees a worker whose every thread is."""
    while worker.alive:
        time.sleep(1)
        late = late_requests()
        if late:
            worker.log.critical("stuck for more than %d s: %s; the worker is replaced", timeout, ", ".join(late))
            faulthandler.dump_traceback(file=sys.stderr)
            worker.alive = False
            leave(time.monotonic())


def leave(since):
    """Goes once everything but the stuck has been answered; kept-alive connections have had their 2 s by then."""
    while time.monotonic() - since < graceful_timeout:
        time.sleep(0.2)
        if time.monotonic() - since > 3 and len(late_requests()) == len(running):
            break
    os._exit(1)


def late_requests():
    now = time.monotonic()
    return [request for started, request in list(running.values()) if now - started > timeout]
