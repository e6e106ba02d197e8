"""Runs a Python function on this machine: asks the runtime API of `deployer` for events, and answers it.

Its errors have the names and the members that Lambda's own runtime gives them.
"""

import decimal
import http.client
import importlib
import importlib.machinery
import json
import logging
import math
import os
import re
import secrets
import sys
import sysconfig
import time
import traceback

# What Lambda brings along: only these are found among the packages of this machine.
BROUGHT_ALONG = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}
# What the shell says of a program that was killed, which is how Lambda ends one without memory.
KILLED = 137
# Threads reserve memory for their stacks that they may never use.
RESERVED = 64 << 20
PREFIX = "/2018-06-01/runtime/"


class Fault(Exception):
    """An error that is not the function's own, with the name that Lambda has for it."""

    def __init__(self, name, message, trace=None):
        super().__init__(message)
        self.name, self.message, self.trace = name, message, trace


class Identity:
    """Who called through a mobile app, which is empty."""

    cognito_identity_id = None
    cognito_identity_pool_id = None


class Context:
    """What the handler gets beside the event."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = Identity()
        self.client_context = None
        self.tenant_id = None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class Api:
    """The runtime API."""

    def __init__(self, address):
        # Without a timeout, whatever the function chooses for its own sockets.
        self.connection = http.client.HTTPConnection(address, timeout=None)

    def next(self):
        self.connection.request("GET", PREFIX + "invocation/next")
        response = self.connection.getresponse()
        return response.headers, response.read()

    def post(self, path, body, headers=None):
        body = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
        self.connection.request("POST", PREFIX + path, body, headers or {})
        self.connection.getresponse().read()

    def error(self, path, error):
        headers = {"Lambda-Runtime-Function-Error-Type": error["errorType"]}
        self.post(path, json.dumps(error), headers)


def limit_memory():
    try:
        import resource

        limit = (int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) << 20) + RESERVED
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    except (ImportError, KeyError, OSError, ValueError):
        pass  # Windows has no limits, macOS ignores them.


def stay_on_this_machine():
    """Refuses every connection to another machine. An audit hook cannot be removed."""
    import socket

    refused = set()
    local = {"", "localhost", "::1", "0.0.0.0", "::"}

    def is_here(host):
        if host is None:
            return True
        host = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host)
        host = host.lower().removeprefix("::ffff:").split("%")[0]
        return host in local or host.startswith("127.")

    def refuse(host):
        sentence = (
            f"no connection to {host}: on this machine, a function reaches only this machine; "
            "with --real-functions it may connect"
        )
        if str(host) not in refused:
            refused.add(str(host))
            sys.stderr.write(sentence + "\n")
        raise ConnectionRefusedError(sentence)

    def hook(event, arguments):
        if not event.startswith("socket."):
            return
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            # Addresses of sockets that never leave the machine are no tuples, or have no host first.
            there, address = arguments[0], arguments[1]
            internet = there.family in (socket.AF_INET, socket.AF_INET6)
            if internet and isinstance(address, tuple) and not is_here(address[0]):
                refuse(address[0])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
            if not is_here(arguments[0]):
                refuse(arguments[0])

    sys.addaudithook(hook)


class BroughtAlong:
    """Finds what Lambda brings along among the packages of this machine."""

    def __init__(self, paths):
        self.paths = paths

    def find_spec(self, name, path=None, target=None):
        if path is None and name in BROUGHT_ALONG:
            return importlib.machinery.PathFinder.find_spec(name, self.paths)
        return None


def hide_packages():
    """What else is installed here would not be there in Lambda."""
    standard = {os.path.normcase(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}

    def is_standard(path):
        path = os.path.normcase(path)
        return path in standard or path.endswith(".zip") or os.path.basename(path) in ("lib-dynload", "DLLs")

    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    kept = [path for path in sys.path if path in named or is_standard(path)]
    installed = [path for path in sys.path if path not in kept]
    sys.path[:] = kept
    sys.meta_path.append(BroughtAlong(installed))


class RequestId(logging.Filter):
    current = ""

    def filter(self, record):
        record.aws_request_id = RequestId.current
        return True


def set_up_logging():
    logging.Formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    handler.setFormatter(logging.Formatter(form, "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(RequestId())
    logging.getLogger().addHandler(handler)


def load(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        sentence = f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", sentence)
    if module_name.split(".")[0] in sys.builtin_module_names:
        sentence = f"Cannot use built-in module {module_name} as a handler module"
        raise Fault("Runtime.BuiltInModuleConflict", sentence)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        sentence = f"Syntax error in module '{module_name}': {error}"
        raise Fault("Runtime.UserCodeSyntaxError", sentence, trace)
    try:
        return getattr(module, function_name)
    except AttributeError:
        sentence = f"Handler '{function_name}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", sentence)


def described(error, request_id=""):
    if isinstance(error, Fault):
        name, message, trace = error.name, error.message, error.trace or []
    else:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__)]
        while frames and is_ours(frames[0]):
            frames.pop(0)
        name, message, trace = type(error).__name__, str(error), traceback.format_list(frames)
    return {"errorMessage": message, "errorType": name, "requestId": request_id, "stackTrace": trace}


def is_ours(frame):
    return frame.filename == __file__ or frame.filename.startswith("<frozen importlib")


def report(error):
    lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}"]
    if error["stackTrace"]:
        lines.append("Traceback (most recent call last):")
        lines.extend(line.rstrip("\n") for line in error["stackTrace"])
    sys.stdout.write("\n".join(lines) + "\n")


def marshal(response):
    if isinstance(response, (bytes, bytearray)):
        return bytes(response)
    mark = secrets.token_hex(8)

    def number(value):
        if isinstance(value, decimal.Decimal):
            return math.nan if value.is_nan() else f"{mark}{value}{mark}"
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

    try:
        return re.sub(f'"{mark}(.*?){mark}"', r"\1", json.dumps(response, default=number))
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}")


def answer(api, handler, headers, body):
    context = Context(headers)
    RequestId.current = context.aws_request_id
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
    path = f"invocation/{context.aws_request_id}/"
    try:
        try:
            event = json.loads(body)
        except ValueError as error:
            raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}")
        response = marshal(handler(event, context))
    except MemoryError:
        os._exit(KILLED)
    except Exception as error:
        error = described(error, context.aws_request_id)
        report(error)
        api.error(path + "error", error)
    else:
        api.post(path + "response", response)


def main():
    limit_memory()
    options = sys.argv[1:]
    del sys.argv[1:]
    # A debugger loads its own packages whenever it needs them.
    if "--debugged" not in options:
        hide_packages()
    if "--real" not in options:
        stay_on_this_machine()
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    api = Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    set_up_logging()
    try:
        handler = load(os.environ["_HANDLER"])
    except MemoryError:
        os._exit(KILLED)
    except Exception as error:
        error = described(error)
        report(error)
        api.error("init/error", error)
        sys.exit(1)
    while True:
        try:
            headers, body = api.next()
        except (OSError, http.client.HTTPException):
            # The deployer has ended.
            os._exit(1)
        answer(api, handler, headers, body)


if __name__ == "__main__":
    main()
