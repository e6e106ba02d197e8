"""Plays a person at a terminal: runs a command on a pseudo-terminal and types when it says something.

usage: terminal.py CUE KEYS COMMAND ...   (KEYS: what is typed once CUE is shown, as hexadecimal digits)

Prints what the terminal showed, and ends as the command did.
"""

import os
import pty
import sys


def main():
    cue, keys, command = sys.argv[1].encode(), bytes.fromhex(sys.argv[2]), sys.argv[3:]
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux says so when nobody holds the other end any more.
            break
        if not piece:
            break
        shown += piece
        if keys and cue in shown:
            os.write(terminal, keys)
            keys = b""
    sys.stdout.buffer.write(shown)
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()
