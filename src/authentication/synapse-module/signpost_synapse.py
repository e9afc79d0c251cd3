"""Lets Synapse check passwords with Signpost.

Needs Synapse 1.76 or newer, and none beside Matrix Authentication Service. In homeserver.yaml:

    modules:
      - module: signpost_synapse.PasswordProvider
        config:
          endpoint: http://127.0.0.1:8090
          # What authentication.provider.secret says in signpost.yaml, or the file that holds it:
          secret_path: /etc/matrix-synapse/signpost-secret
          # Take the name of the directory over: "new" accounts only, at every sign-in ("always"), or "never".
          display_name: new
          # Make an account at the first sign-in of somebody whom the directory knows.
          register: true

Callbacks: https://element-hq.github.io/synapse/latest/modules/password_auth_provider_callbacks.html
"""

import json
import logging
from typing import Any, Awaitable, Callable, Dict, Optional, Tuple

from synapse.logging.context import make_deferred_yieldable
from synapse.module_api import ModuleApi, UserID
from twisted.internet import defer, reactor
from twisted.web.client import readBody
from twisted.web.http_headers import Headers

logger = logging.getLogger(__name__)

PATH = "/_matrix-internal/identity/v1/check_credentials"
DISPLAY_NAME = ("new", "always", "never")

# What Synapse wants to have: the Matrix ID, and what to do once the session exists.
SignedIn = Optional[Tuple[str, Optional[Callable[[Any], Awaitable[None]]]]]


class ConfigError(Exception):
    """Synapse shows the text and does not start."""


class Config:
    def __init__(self, endpoint: str, secret: Optional[str], display_name: str, register: bool):
        self.endpoint = endpoint
        self.secret = secret
        self.display_name = display_name
        self.register = register


class PasswordProvider:
    def __init__(self, config: Config, api: ModuleApi):
        self._config = config
        self._api = api
        api.register_password_auth_provider_callbacks(
            auth_checkers={("m.login.password", ("password",)): self.check_auth},
            check_3pid_auth=self.check_3pid_auth,
        )

    @staticmethod
    def parse_config(config: Dict[str, Any]) -> Config:
        known = {"endpoint", "secret", "secret_path", "display_name", "register"}
        unknown = ", ".join(sorted(set(config) - known))
        if unknown:
            raise ConfigError("signpost_synapse: unknown keys: " + unknown)
        endpoint = config.get("endpoint")
        if not isinstance(endpoint, str) or not endpoint.startswith(("http://", "https://")):
            raise ConfigError("signpost_synapse: endpoint has to be the URL of Signpost")
        if "secret" in config and "secret_path" in config:
            raise ConfigError("signpost_synapse: give secret or secret_path, not both")
        secret = config.get("secret")
        if "secret_path" in config:
            with open(config["secret_path"], encoding="utf-8") as file:
                secret = file.read().rstrip("\r\n")
        display_name = config.get("display_name", "new")
        if display_name not in DISPLAY_NAME:
            raise ConfigError("signpost_synapse: display_name is one of " + ", ".join(DISPLAY_NAME))
        return Config(endpoint.rstrip("/"), secret, display_name, bool(config.get("register", True)))

    async def check_auth(self, username: str, login_type: str, login_dict: Dict[str, Any]) -> SignedIn:
        """`username` is what was typed: a localpart or a Matrix ID, in any case."""
        password = login_dict.get("password")
        typed = self._api.get_qualified_user_id(username)
        if not isinstance(password, str) or not password or not self._api.is_mine(typed):
            return None
        # The spelling that the account has; without one, the spelling that it would get.
        user_id = await self._api.check_user_exists(typed) or typed.lower()
        return await self._sign_in({"id": user_id, "password": password})

    async def check_3pid_auth(self, medium: str, address: str, password: str) -> SignedIn:
        if not password:
            return None
        return await self._sign_in({"medium": medium, "address": address, "password": password})

    async def _sign_in(self, credentials: Dict[str, str]) -> SignedIn:
        auth = await self._ask(credentials)
        user_id = auth.get("mxid", credentials.get("id"))
        if auth.get("success") is not True or not isinstance(user_id, str) or not self._api.is_mine(user_id):
            return None
        if "id" in credentials and user_id != credentials["id"]:
            logger.warning("Signpost answered about another user than the one it was asked about")
            return None
        name = (auth.get("profile") or {}).get("display_name")
        existing = await self._api.check_user_exists(user_id)
        if existing is None:
            if not self._config.register:
                return None
            wanted = name if self._config.display_name != "never" else None
            user_id = await self._api.register_user(user_id[1:].split(":", 1)[0], displayname=wanted)
        elif name and self._config.display_name == "always":
            await self._api.set_displayname(UserID.from_string(existing), name)
        return existing or user_id, None

    async def _ask(self, credentials: Dict[str, str]) -> Dict[str, Any]:
        """What Signpost says; an empty answer when it says nothing, so that Synapse asks its own database."""
        headers = Headers({"Content-Type": ["application/json"], "Accept": ["application/json"]})
        if self._config.secret:
            headers.addRawHeader("Authorization", "Bearer " + self._config.secret)
        body = json.dumps({"user": credentials}).encode("utf-8")
        try:
            # Not post_json_get_json: at level DEBUG that one logs the whole body, and with it the password.
            client = self._api.http_client
            response = await client.request("POST", self._config.endpoint + PATH, data=body, headers=headers)
            text = await _in_time(readBody(response))
            if response.code != 200:
                # Nothing of the text: it is Signpost's, and whatever it holds is for Signpost's log.
                logger.error("Signpost answered a question about a password with HTTP %d", response.code)
                return {}
            auth = json.loads(text.decode("utf-8")).get("auth")
            return auth if isinstance(auth, dict) else {}
        except Exception as error:
            logger.error("Signpost could not be asked about a password: %s", type(error).__name__)
            return {}


READ_SECONDS = 20


async def _in_time(deferred: "defer.Deferred[bytes]") -> bytes:
    """Synapse limits the wait for the head of an answer only."""
    deferred.addTimeout(READ_SECONDS, reactor)
    return await make_deferred_yieldable(deferred)
