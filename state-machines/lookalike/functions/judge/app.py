"""Moves mail to the junk folder if the sender's domain looks like one of ours, but is not."""

import os

# One letter more, fewer, or different: examp1e.com, exampel.com, example-mail.com are the usual ones.
MOST_EDITS = 1
# Characters that look like another letter. The longest come first.
LOOKS_LIKE = [("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("5", "s"), ("3", "e")]


def lambda_handler(event, context):
    ours = {part.strip().lower() for part in os.environ["DOMAINS"].split(",") if part.strip()}
    looks_like_ours = any(is_lookalike(domain, ours) for domain in senders(event))
    # The log has the decision, but no address.
    print("lookalike:", looks_like_ours)
    action = "MOVE_TO_JUNK" if looks_like_ours else "DEFAULT"
    return {"actions": [{"allRecipients": True, "action": {"type": action}}]}


def senders(event):
    """The domains of the envelope's sender and of the header From. A bounce has none."""
    addresses = [event.get("envelope", {}).get("mailFrom", {}), event.get("sender") or {}]
    for address in addresses:
        _, at, domain = (address or {}).get("address", "").rpartition("@")
        if at and domain:
            yield domain.strip().rstrip(".").lower()


def is_lookalike(domain, ours):
    if any(domain == own or domain.endswith("." + own) for own in ours):
        return False
    return any(plain(domain) == plain(own) or edits(domain, own) <= MOST_EDITS for own in ours)


def plain(domain):
    for seen, meant in LOOKS_LIKE:
        domain = domain.replace(seen, meant)
    return domain


def edits(one, other):
    """The number of letters to add, remove, replace, or swap with the next one."""
    if abs(len(one) - len(other)) > MOST_EDITS:
        return MOST_EDITS + 1
    before, row = [], list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = last if i > 1 else [], row, [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if before and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]
