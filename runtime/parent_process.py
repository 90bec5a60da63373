"""The parent process: the processes that it started end when it has ended."""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait


def end_with_parent() -> None:
    """Let this process, if `multiprocessing` started it, end as by SIGTERM when its parent is gone.

    A parent that is killed cannot end its workers, which would go on and hold its port.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
