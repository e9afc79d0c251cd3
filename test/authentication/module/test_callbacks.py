"""The module against the callbacks that Synapse documents, with Synapse's own Python and libraries."""

import asyncio
import json
import unittest
from unittest.mock import patch

import signpost_synapse
from signpost_synapse import ConfigError, PasswordProvider


class Response:
    def __init__(self, code, text):
        self.code = code
        self.text = text


class Client:
    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    async def request(self, method, uri, data=None, headers=None):
        self.asked.append((method, uri, json.loads(data), headers))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Api:
    def __init__(self, answer, users=()):
        self.http_client = Client(answer)
        self.users = set(users)
        self.names = []
        self.callbacks = None

    def register_password_auth_provider_callbacks(self, **callbacks):
        self.callbacks = callbacks

    def get_qualified_user_id(self, name):
        return name if name.startswith("@") else "@" + name + ":example.org"

    def is_mine(self, user_id):
        return user_id.endswith(":example.org")

    async def check_user_exists(self, user_id):
        return next((user for user in self.users if user.lower() == user_id.lower()), None)

    async def register_user(self, localpart, displayname=None):
        self.users.add("@" + localpart + ":example.org")
        self.names.append((localpart, displayname))
        return "@" + localpart + ":example.org"

    async def set_displayname(self, user, name):
        self.names.append((user.localpart, name))


def accepted(user_id="@anna:example.org", name="Anna Meier"):
    profile = {"display_name": name, "three_pids": []}
    return Response(200, json.dumps({"auth": {"success": True, "mxid": user_id, "profile": profile}}))


def provider(answer, users=(), **config):
    api = Api(answer, users)
    parsed = PasswordProvider.parse_config({"endpoint": "http://signpost:8090/", **config})
    return PasswordProvider(parsed, api), api


def sign_in(module, username="anna", password="right"):
    return run(module.check_auth(username, "m.login.password", {"password": password}))


def run(work):
    async def read(deferred):
        return deferred

    with patch.object(signpost_synapse, "readBody", lambda response: response.text.encode()), patch.object(
        signpost_synapse, "_in_time", read
    ):
        return asyncio.new_event_loop().run_until_complete(work)


class Callbacks(unittest.TestCase):
    def test_registers_for_passwords_and_addresses(self):
        module, api = provider(accepted())
        self.assertEqual(api.callbacks["auth_checkers"], {("m.login.password", ("password",)): module.check_auth})
        self.assertEqual(api.callbacks["check_3pid_auth"], module.check_3pid_auth)

    def test_makes_an_account_with_the_name_of_the_directory(self):
        module, api = provider(accepted())
        self.assertEqual(sign_in(module), ("@anna:example.org", None))
        self.assertEqual(api.names, [("anna", "Anna Meier")])
        method, uri, body, _ = api.http_client.asked[0]
        self.assertEqual((method, uri), ("POST", "http://signpost:8090" + signpost_synapse.PATH))
        self.assertEqual(body, {"user": {"id": "@anna:example.org", "password": "right"}})

    def test_makes_none_where_that_is_not_wanted(self):
        module, api = provider(accepted(), register=False)
        self.assertIsNone(sign_in(module))
        self.assertEqual(api.users, set())

    def test_answers_the_spelling_that_the_account_has(self):
        module, api = provider(accepted("@Anna:example.org"), ["@Anna:example.org"])
        self.assertEqual(sign_in(module, "ANNA"), ("@Anna:example.org", None))
        self.assertEqual(api.http_client.asked[0][2]["user"]["id"], "@Anna:example.org")
        self.assertEqual(api.names, [])
        module, api = provider(accepted())
        self.assertEqual(sign_in(module, "@ANNA:example.org"), ("@anna:example.org", None))

    def test_takes_the_name_over_as_configured(self):
        for config, users, names in [
            ("always", ["@anna:example.org"], [("anna", "Anna Meier")]),
            ("new", ["@anna:example.org"], []),
            ("never", [], [("anna", None)]),
        ]:
            module, api = provider(accepted(), users, display_name=config)
            sign_in(module)
            self.assertEqual(api.names, names)

    def test_signs_in_by_address(self):
        module, api = provider(accepted())
        answer = run(module.check_3pid_auth("email", "anna@school.example", "right"))
        self.assertEqual(answer, ("@anna:example.org", None))
        user = {"medium": "email", "address": "anna@school.example", "password": "right"}
        self.assertEqual(api.http_client.asked[0][2], {"user": user})

    def test_sends_the_secret(self):
        module, api = provider(accepted(), secret="s3cret")
        sign_in(module)
        self.assertEqual(api.http_client.asked[0][3].getRawHeaders("Authorization"), ["Bearer s3cret"])

    def test_asks_about_nobody_else(self):
        module, api = provider(accepted())
        self.assertIsNone(sign_in(module, "@anna:other.org"))
        self.assertIsNone(sign_in(module, password=""))
        self.assertIsNone(sign_in(module, password=None))
        self.assertEqual(api.http_client.asked, [])

    def test_lets_nobody_in_for_any_other_answer(self):
        for answer in [
            Response(200, '{"auth": {"success": false}}'),
            Response(200, '{"auth": {"success": "true"}}'),
            Response(200, "{}"),
            Response(200, "[]"),
            Response(200, "<html>"),
            Response(403, json.dumps({"auth": {"success": True}})),
            Response(502, ""),
            accepted("@bob:example.org"),
            accepted("@anna:other.org"),
            OSError("refused"),
        ]:
            module, api = provider(answer)
            self.assertIsNone(sign_in(module))
            self.assertEqual(api.users, set())

    def test_logs_no_password(self):
        for answer in [OSError("right"), Response(500, "right"), Response(200, "right")]:
            module, _ = provider(answer)
            with self.assertLogs("signpost_synapse", "DEBUG") as logs:
                sign_in(module)
            self.assertNotIn("right", "".join(logs.output))


class Configuration(unittest.TestCase):
    def test_says_what_is_wrong(self):
        for config in [{}, {"endpoint": "signpost"}, {"endpoint": "http://x", "policy": {}}]:
            with self.assertRaises(ConfigError):
                PasswordProvider.parse_config(config)
        for more in [{"display_name": "x"}, {"secret": "a", "secret_path": "b"}]:
            with self.assertRaises(ConfigError):
                PasswordProvider.parse_config({"endpoint": "http://x", **more})


if __name__ == "__main__":
    unittest.main()
