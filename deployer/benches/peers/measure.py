"""Runs a program repeatedly, and measures each run.

usage: measure.py TIMES PROGRAM [ARGUMENT ...]

Prints one JSON object per line: wall and CPU time in milliseconds, peak memory in KiB, by wait4. The peak
includes the time before the exec, so none is less than this interpreter's, about 10 MiB. A run that
fails ends the series; its output goes to standard error.
"""

import json
import os
import sys
import tempfile
import time


def run(command, console):
    """The measurement of one run, and its exit code."""
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, console.fileno(), 1),
        (os.POSIX_SPAWN_DUP2, console.fileno(), 2),
    ]
    begin = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=streams)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - begin
    measurement = {
        "wall_ms": wall * 1e3,
        "cpu_ms": (usage.ru_utime + usage.ru_stime) * 1e3,
        "peak_kib": usage.ru_maxrss,
    }
    return measurement, os.waitstatus_to_exitcode(status)


def main():
    times, command = int(sys.argv[1]), sys.argv[2:]
    for _ in range(times):
        with tempfile.TemporaryFile() as console:
            measurement, code = run(command, console)
            if code != 0:
                console.seek(0)
                sys.stderr.buffer.write(console.read())
                sys.exit(f"{' '.join(command)}: exit code {code}")
        print(json.dumps(measurement))


main()
