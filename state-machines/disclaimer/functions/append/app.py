"""Adds a text to a message while WorkMail sends it: stores the changed message in S3, and tells WorkMail where it is."""

import base64
import email
import email.policy
import html
import os
import re

import boto3

TEXT = os.environ["TEXT"].strip()
# All header fields that the function does not change stay as they are, because WorkMail refuses other ones.
POLICY = email.policy.SMTP.clone(refold_source="none")
# A change would break the signature, and an encrypted message cannot be changed.
SEALED = {"multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}

messages = boto3.client("workmailmessageflow")
storage = boto3.client("s3")


class Unchangeable(Exception):
    """Why no text can be added to a message."""


def lambda_handler(event, context):
    message_id = event["messageId"]
    raw = messages.get_raw_message_content(messageId=message_id)["messageContent"].read()
    try:
        changed = with_text(raw)
        if changed is not None:
            put(message_id, changed)
    except Unchangeable as reason:
        return answer(False, str(reason))
    return answer(True, "added" if changed is not None else "it was there before")


def answer(has_text, reason):
    # The log has the reason, but nothing of the message.
    print(f"has the text: {has_text}, {reason}")
    return {"hasText": has_text, "reason": reason}


def put(message_id, changed):
    # A repeated call writes the same object again. The name of an object may have no dots here.
    bucket = os.environ["BUCKET"]
    storage.put_object(Bucket=bucket, Key=message_id, Body=changed)
    content = {"s3Reference": {"bucket": bucket, "key": message_id}}
    try:
        messages.put_raw_message_content(messageId=message_id, content=content)
    except messages.exceptions.MessageFrozen:
        raise Unchangeable("WorkMail allows no change of this message: MessageFrozen")
    except messages.exceptions.MessageRejected:
        raise Unchangeable("WorkMail does not accept the changed message: MessageRejected")


def with_text(raw):
    """The message with the text; None if it has the text already, for example after a call that was repeated."""
    message = email.message_from_bytes(raw, policy=POLICY)
    if any(part.get_content_type() in SEALED for part in own_parts(message)):
        raise Unchangeable("it is signed or encrypted")
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    bodies = [(part, text_of(part)) for part in bodies if part is not None]
    if not bodies:
        raise Unchangeable("it has no text")
    if all(one_line(text_for(part)) in one_line(text) for part, text in bodies):
        return None
    for part, text in bodies:
        replace(part, with_end(part, text))
    if "MIME-Version" not in message:
        message["MIME-Version"] = "1.0"
    return message.as_bytes()


def own_parts(part):
    """The parts of a message, without those of the messages that are attached to it."""
    yield part
    if part.get_content_maintype() == "multipart":
        for inner in part.iter_parts():
            yield from own_parts(inner)


def charset_of(part):
    charset = part.get_content_charset("us-ascii")
    return "utf-8" if charset == "us-ascii" else charset


def text_of(part):
    try:
        return part.get_payload(decode=True).decode(charset_of(part))
    except (LookupError, ValueError):
        raise Unchangeable("its text cannot be read")


def is_html(part):
    return part.get_content_subtype() == "html"


def text_for(part):
    return html.escape(TEXT, quote=False).replace("\n", "<br>") if is_html(part) else TEXT


def one_line(text):
    return " ".join(text.split())


def with_end(part, text):
    if not is_html(part):
        return text.rstrip() + "\r\n\r\n" + TEXT + "\r\n"
    paragraph = f"<p>{text_for(part)}</p>"
    ends = list(re.finditer(r"</body\s*>", text, re.IGNORECASE))
    at = ends[-1].start() if ends else len(text)
    return text[:at] + paragraph + text[at:]


def replace(part, text):
    # In base64, any text has only ASCII characters and short lines, as WorkMail recommends.
    encoded = base64.encodebytes(text.encode("utf-8")).decode("ascii")
    part.set_payload(encoded.replace("\n", "\r\n"))
    if "Content-Type" not in part:
        part["Content-Type"] = "text/plain"
    part.set_param("charset", "utf-8", replace=True)
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "base64"
