"""A Lambda function that returns the credentials of its own role."""

import json
import os
import urllib.request

invocation = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(invocation + "next") as event:
        request = event.headers["Lambda-Runtime-Aws-Request-Id"]
    names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
    answer = json.dumps([os.environ[name] for name in names]).encode()
    urllib.request.urlopen(f"{invocation}{request}/response", answer).read()
