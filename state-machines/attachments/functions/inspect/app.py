"""Finds programs among the attachments of a message, which it reads from WorkMail."""

import email
import email.policy
import io
import os
import zipfile

import boto3

EXTENSIONS = {part.strip().lower().lstrip(".") for part in os.environ["EXTENSIONS"].split(",") if part.strip()}
# An archive with more files is treated as a program, because no one looks through it.
MOST_FILES = 10_000

messages = boto3.client("workmailmessageflow")


def lambda_handler(event, context):
    answer = messages.get_raw_message_content(messageId=event["messageId"])
    programs = list(found(answer["messageContent"].read()))
    # The log has the number, but no name.
    print("programs:", len(programs))
    return {"hasProgram": bool(programs), "programs": programs}


def found(raw):
    """The names of the programs in a message, and in the messages and ZIP archives that are attached to it."""
    for part in email.message_from_bytes(raw, policy=email.policy.default).walk():
        if part.is_multipart():
            continue
        name = name_of(part)
        if is_program(name):
            yield name
        else:
            yield from in_archive(name, part.get_payload(decode=True) or b"")


def name_of(part):
    # A name that cannot be read is an empty one.
    try:
        return part.get_filename("")
    except (ValueError, LookupError, AttributeError, IndexError):
        return ""


def is_program(name):
    # Windows ignores dots and spaces at the end. Control characters change nothing but the look of a name.
    name = "".join(letter for letter in name if letter.isprintable()).rstrip(". ")
    _, dot, extension = name.rpartition(".")
    return bool(dot) and extension.lower() in EXTENSIONS


def in_archive(name, content):
    """The programs in a ZIP archive, whatever it is called. Names can be read without a password."""
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return
    if len(names) > MOST_FILES:
        yield name
    yield from filter(is_program, names)
