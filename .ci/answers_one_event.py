#!/usr/bin/env python3
"""Starts a handler and checks that it answers one message with the verdict of its state machine.

Imitates, on 127.0.0.1, the services that the handler calls: Lambda's Runtime API, DynamoDB and Step Functions.
The state machine ends at once with a verdict that no handler would give by itself.

  usage: answers_one_event.py COMMAND [ARGUMENT...]     e.g. qemu-aarch64-static -L ROOT path/to/bootstrap
"""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE = 60  # seconds until an answer: an emulated processor is slow, and a hung handler never ends
REGION = "us-east-1"
PREFIX = f"arn:aws:states:{REGION}:123456789012"
MACHINE = f"{PREFIX}:stateMachine:flow"
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
RUNTIME = "/2018-06-01/runtime"
MESSAGE = {
    "summaryVersion": "2018-10-10",
    "envelope": {
        "mailFrom": {"address": "from@example.com"},
        "recipients": [{"address": "recipient@example.com"}],
    },
    "sender": {"address": "sender@example.com"},
    "subject": "One event",
    "messageId": "11111111-2222-3333-4444-555555555555",
    "invocationId": "0123456789abcdef0123456789abcdef01234567",
    "flowDirection": "INBOUND",
    "truncated": False,
}
VERDICT = {"actions": [{"action": {"type": "MOVE_TO_JUNK"}, "allRecipients": True}]}

calls = []  # the handler's calls, in order
answered = threading.Event()
answer = {}  # {"kind": "response" | "error", "body": ...}


def aws(operation, request):
    """The answer of DynamoDB or Step Functions to one call."""
    if operation == "PutItem":
        return {}
    name = request.get("name") or request.get("executionArn", "").rpartition(":")[2]
    execution = {"executionArn": f"{PREFIX}:execution:flow:{name}", "startDate": time.time()}
    if operation == "StartExecution":
        return execution
    if operation == "DescribeExecution":
        ended = {"stateMachineArn": MACHINE, "status": "SUCCEEDED", "output": json.dumps(VERDICT)}
        return {**execution, **ended, "stopDate": time.time()}
    return None


class Stub(BaseHTTPRequestHandler):
    """All three services, distinguished by paths and targets."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write per answer: two would cost 40 ms of delayed acknowledgment each

    def log_message(self, *_):
        pass

    def reply(self, status, body, headers=(), kind="application/json"):
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in [("Content-Type", kind), ("Content-Length", len(content)), *headers]:
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        if answered.is_set() or any(call == "next" for call in calls):
            time.sleep(PATIENCE)  # there is no second event; the handler is killed while it waits
        calls.append("next")
        deadline = int((time.time() + PATIENCE) * 1000)
        self.reply(200, MESSAGE, [
            ("Lambda-Runtime-Aws-Request-Id", REQUEST_ID),
            ("Lambda-Runtime-Deadline-Ms", deadline),
            ("Lambda-Runtime-Invoked-Function-Arn", f"arn:aws:lambda:{REGION}:123456789012:function:flow"),
            ("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419"),
        ])

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith(RUNTIME):
            kind = self.path.rpartition("/")[2]
            self.reply(202, {"status": "OK"})
            self.wfile.flush()
            answer.update(kind=kind, body=json.loads(body or b"null"))
            answered.set()
            return
        operation = self.headers.get("X-Amz-Target", "?").rpartition(".")[2]
        calls.append(operation)
        response = aws(operation, json.loads(body or b"{}"))
        if response is None:
            self.reply(400, {"__type": "UnknownOperationException"}, kind="application/x-amz-json-1.0")
        else:
            self.reply(200, response, kind="application/x-amz-json-1.0")


class Server(ThreadingHTTPServer):
    """One thread per connection, and no message about connections that break when the handler is killed."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        if not answered.is_set():
            super().handle_error(request, client_address)


def main(command):
    server = Server(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{server.server_port}"
    # The handler gets what Lambda would provide, and nothing of this machine.
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_RUNTIME_API": address,
        "AWS_LAMBDA_FUNCTION_NAME": "flow",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/flow",
        "AWS_LAMBDA_LOG_STREAM_NAME": "one",
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "an-id",
        "AWS_SECRET_ACCESS_KEY": "a-secret",
        "AWS_ENDPOINT_URL": f"http://{address}",
        "STATE_MACHINE_ARN": MACHINE,
        "EXECUTION_TABLE": "executions",
    }
    started = time.monotonic()
    handler = subprocess.Popen(command, env=environment)
    while not answered.wait(0.05):
        if handler.poll() is not None:
            sys.exit(f"the handler ended with {handler.returncode} before it answered; calls: {calls}")
        if time.monotonic() - started > PATIENCE:
            handler.kill()
            sys.exit(f"no answer within {PATIENCE} s; calls: {calls}")
    elapsed = time.monotonic() - started
    handler.kill()
    handler.wait()
    if answer != {"kind": "response", "body": VERDICT}:
        sys.exit(f"expected {json.dumps(VERDICT)}, got {json.dumps(answer)}; calls: {calls}")
    expected = ["next", "PutItem", "StartExecution", "DescribeExecution"]
    if [call for index, call in enumerate(calls) if call not in calls[:index]] != expected:
        sys.exit(f"right verdict, but by the calls {calls}")
    print(f"answered {json.dumps(VERDICT)} after {elapsed * 1000:.0f} ms; calls: {', '.join(calls)}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
