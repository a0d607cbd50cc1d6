"""`healthcheck.py live|ready`: exit 0 when the program in this container says so of itself.

Python's own HTTP client would take three times as long to load, and this runs every few seconds.
"""

import os
import socket
import sys

try:
    with socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), timeout=4) as connection:
        connection.sendall(f"GET /health/{sys.argv[1]} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        answer = connection.recv(64)
except OSError as error:
    sys.exit(f"no answer: {error}")
sys.exit(None if b" 200 " in answer else answer.decode(errors="replace").partition("\r")[0])
