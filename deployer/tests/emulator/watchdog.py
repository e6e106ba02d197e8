"""Runs a server for as long as the other end of standard input is open.

usage: watchdog.py MODULE [ARGUMENT ...]     in place of python -m MODULE ARGUMENT ...

The harness holds a pipe to this process. However the harness ends, by success, panic, Ctrl-C or
SIGKILL, the operating system closes that pipe, and everything started here ends with it: the server,
the Lambda functions that it runs as child processes, and its temporary files.
"""

import logging
import os
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time


def end_everything():
    scratch = tempfile.gettempdir()
    for _ in range(20):
        # Processes that still run may write while this removes.
        shutil.rmtree(scratch, ignore_errors=True)
        if not os.path.exists(scratch):
            break
        time.sleep(0.05)
    if os.name == "posix":
        os.killpg(0, signal.SIGKILL)
    subprocess.run(["taskkill", "/F", "/T", "/PID", str(os.getpid())], check=False)


def end_with_the_harness():
    sys.stdin.buffer.read()
    end_everything()


if os.name == "posix":
    # Its own process group: Ctrl-C in the terminal reaches only the harness, which decides.
    os.setpgid(0, 0)
threading.Thread(target=end_with_the_harness, daemon=True).start()
# Log warnings and errors only. ministack's variable for this would also affect the functions.
logging.disable(logging.INFO)
try:
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
finally:
    end_everything()
