"""ministack, with what it leaves out of Step Functions and our tests need.

usage: python -m amended      as python -m ministack would be run

- A history says of each event which one led to it, and of each task that is called what it is called with. AWS
  writes both; without them nobody finds the token of a task that waits.
- The time-out of a task that waits for its token may be an expression, and passes as fast as everything else that
  SFN_WAIT_SCALE speeds up.

What is replaced are functions of the version that requirements.txt pins.
"""

import json
import runpy
import sys

from ministack.services import stepfunctions

plain_event = stepfunctions._add_event
plain_callback = stepfunctions._invoke_with_callback


def event(execution, kind, details=None):
    if kind == "TaskScheduled":
        # The state that is being executed; it is handed to nobody.
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
