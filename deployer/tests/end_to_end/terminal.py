"""Acts as a person at a terminal: runs a command on a pseudo-terminal and types keys after a cue.

usage: terminal.py CUE KEYS COMMAND ...   (KEYS: the bytes to type once CUE is shown, in hexadecimal)

Prints the output of the terminal, and exits as the command did. COLUMNS and LINES are the terminal's size.
"""

import fcntl
import os
import pty
import struct
import sys
import termios


def main():
    cue, keys, command = sys.argv[1].encode(), bytes.fromhex(sys.argv[2]), sys.argv[3:]
    size = [int(os.environ.get(name, 0)) for name in ("LINES", "COLUMNS")]
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        os.execv(command[0], command)
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux raises this once the other end is closed.
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
