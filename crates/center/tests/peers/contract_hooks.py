"""What schemathesis does besides guessing: it signs in, and names things that exist.

TESSERA_CONTRACT holds, as JSON: `token` for the Authorization header, or `login` ({url, body, field}) by which one is had
anew whenever the last one was ended by a request; `known`, values by the names of path parameters and fields of bodies, of
which every second request takes one; and `seed`.
"""

import json
import os
import random

import requests
import schemathesis

given = json.loads(os.environ["TESSERA_CONTRACT"])
known = given.get("known", {})
chance = random.Random(given["seed"])


def with_known(value):
    if isinstance(value, dict):
        return {
            name: chance.choice(known[name]) if name in known and chance.random() < 0.5 else with_known(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [with_known(inner) for inner in value]
    return value


@schemathesis.hook
def before_call(context, case, **kwargs):
    for name in list(case.path_parameters or {}):
        if name in known and chance.random() < 0.5:
            case.path_parameters[name] = chance.choice(known[name])
    if isinstance(case.body, (dict, list)):
        case.body = with_known(case.body)


if "login" in given or "token" in given:

    @schemathesis.auth(refresh_interval=3600)
    class Caller:
        def get(self, case, context):
            if "token" in given:
                return given["token"]
            login = given["login"]
            answer = requests.post(login["url"], json=login["body"], timeout=30)
            answer.raise_for_status()
            return answer.json()[login["field"]]

        def set(self, case, data, context):
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {data}"
