"""ministack, with the parts of Step Functions that it lacks and our tests need.

usage: python -m amended      in place of python -m ministack

- A history has, for each event, the id of the previous one, and for each scheduled task, its parameters. AWS
  writes both; without them, the token of a waiting task cannot be found.
- The timeout of a task that waits for its token may be an expression, and SFN_WAIT_SCALE shortens it as it does
  every other wait.

The replaced functions are those of the version that requirements.txt pins.
"""

import json
import runpy
import sys

from ministack.services import stepfunctions

plain_event = stepfunctions._add_event
plain_callback = stepfunctions._invoke_with_callback


def event(execution, kind, details=None):
    if kind == "TaskScheduled":
        # The state that is being executed; it is not passed to this function.
        task = sys._getframe(1).f_locals
        service, call = task["resource"].removeprefix("arn:aws:states:::").rsplit(":", 1)
        scheduled = {"resourceType": service, "resource": call, "region": "us-east-1"}
        scheduled["parameters"] = json.dumps(task["effective"])
        details = {"taskScheduledEventDetails": scheduled}
    added = plain_event(execution, kind, details)
    added["previousEventId"] = added["id"] - 1
    return added


def callback(resource, arguments, token, state):
    seconds = state.get("TimeoutSeconds")
    if isinstance(seconds, str):
        task = sys._getframe(1).f_locals
        seconds = stepfunctions._jsonata_state_field(
            state, "TimeoutSeconds", "number", task["raw_input"], task["ctx"]
        )
    if seconds is not None:
        state = {**state, "TimeoutSeconds": seconds * stepfunctions._SFN_WAIT_SCALE}
    return plain_callback(resource, arguments, token, state)


stepfunctions._add_event = event
stepfunctions._invoke_with_callback = callback
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
