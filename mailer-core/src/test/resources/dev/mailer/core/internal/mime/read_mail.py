# Reads mails, each behind its length in four bytes, and prints what it sees of each as a line of JSON.
import base64
import email
import email.policy
import json
import struct
import sys


def structure(part):
    if part.is_multipart():
        return part.get_content_type() + "(" + ",".join(structure(p) for p in part.iter_parts()) + ")"
    return part.get_content_type()


def leaf(part):
    content = part.get_payload(decode=True)
    file = part.get_content_disposition() is not None
    if not file and part.get_content_charset() != "utf-8":
        content = ("in " + str(part.get_content_charset())).encode()
    return {
        "type": part.get_content_type(),
        "name": part.get_filename() or "",
        "id": part.get("Content-ID", ""),
        "file": file,
        "content": base64.b64encode(content).decode(),
    }


def boxes(header):
    return [[a.display_name, a.addr_spec] for a in header.addresses]


def defects(part):
    found = [repr(d) for d in part.defects]
    for name, value in part.items():
        found += [name + ": " + repr(d) for d in value.defects]
    return found


while len(head := sys.stdin.buffer.read(4)) == 4:
    mail = email.message_from_bytes(sys.stdin.buffer.read(struct.unpack(">i", head)[0]), policy=email.policy.default)
    parts = list(mail.walk())
    print(
        json.dumps(
            {
                "defects": [d for p in parts for d in defects(p)],
                "fields": mail.keys(),
                "structure": structure(mail),
                "subject": mail["Subject"],
                "from": boxes(mail["From"]),
                "to": boxes(mail["To"]),
                "own": mail.get_all("X-Own", []),
                "leaves": [leaf(p) for p in parts if not p.is_multipart()],
            }
        ),
        flush=True,
    )
