#!/usr/bin/env python3
"""A complete exec backend for Signpost: people in a JSON file, questions and answers as JSON.

people.py FILE QUESTION    with the question's JSON on standard input, the answer's on standard output
Exit codes: 0 answered, 1 "no", anything else: something is broken (the traceback goes to standard error).
"""

import base64
import hashlib
import hmac
import json
import re
import sys


def addresses_of(person):
    """In comparable form: case-folded, and numbers as digits with the country code."""
    emails = [{"medium": "email", "address": one.casefold()} for one in person.get("emails", [])]
    phones = [{"medium": "msisdn", "address": re.sub(r"\D", "", one)} for one in person.get("phones", [])]
    return emails + phones


def id_of(person):
    return {"type": "localpart", "value": person["user"]}


def user(people, localpart):
    return next((person for person in people if person["user"] == localpart), None)


def auth(people, question):
    person = user(people, question["localpart"])
    if person is None or not person.get("password"):
        sys.exit(1)
    salt, known = (base64.b64decode(part) for part in person["password"].split(":"))
    given = hashlib.scrypt(question["password"].encode(), salt=salt, n=16384, r=8, p=1, dklen=len(known))
    success = hmac.compare_digest(given, known)
    return {"auth": {"success": success, "profile": {"display_name": person["name"]}}}


def directory(people, question):
    term = question["search_term"].casefold()
    limit = question["limit"]

    def texts_of(person):
        if question["by"] == "name":
            return [person["name"]]
        return [one["address"] for one in addresses_of(person)]

    found = [person for person in people if any(term in text.casefold() for text in texts_of(person))]
    results = [{"user_id": person["user"], "display_name": person["name"]} for person in found[:limit]]
    return {"limited": len(found) > limit, "results": results}


def find(people, asked):
    found = (person for person in people if asked in addresses_of(person))
    return next(({**asked, "id": id_of(person)} for person in found), None)


def single(people, question):
    return {"lookup": find(people, question) or {}}


def bulk(people, question):
    found = (find(people, asked) for asked in question["lookup"])
    return {"lookup": [one for one in found if one]}


def profile(people, question):
    person = user(people, question["localpart"])
    if person is None:
        sys.exit(1)
    roles = person.get("roles", [])
    return {"profile": {"display_name": person["name"], "threepids": addresses_of(person), "roles": roles}}


def everybody(people, _question):
    """One line a person, so that Signpost need not hold all of them at once."""
    for person in people:
        entry = {"key": person["user"], "id": id_of(person), "display_name": person["name"]}
        print(json.dumps({**entry, "threepids": addresses_of(person)}))


questions = {
    "auth": auth,
    "directory": directory,
    "single": single,
    "bulk": bulk,
    "profile": profile,
    "list": everybody,
}

_, file, name = sys.argv
with open(file, encoding="utf-8") as opened:
    answer = questions[name](json.load(opened), json.load(sys.stdin))
if answer is not None:
    print(json.dumps(answer))
