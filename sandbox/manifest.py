"""What the app is and may do, as its manifest says (Slack's manifest schema, version 2)."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

SCOPE_OF_EVENT = MappingProxyType(
    {
        "app_mention": "app_mentions:read",
        "dnd_updated_user": "dnd:read",
        "member_joined_channel": "channels:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "user_change": "users:read",
    }
)
"""Events an app hears only with the scope beside them."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DisplayInformation(_Section):
    name: str = Field(min_length=1, max_length=35)
    description: str = Field(default="", max_length=140)
    long_description: str = Field(default="", max_length=4000, pattern=r"^([\s\S]{175,})?$")
    background_color: str = Field(default="", pattern=r"^(#[0-9A-Fa-f]{3}([0-9A-Fa-f]{3})?)?$")


class AppHome(_Section):
    home_tab_enabled: bool = False
    messages_tab_enabled: bool = False
    messages_tab_read_only_enabled: bool = False


class BotUser(_Section):
    display_name: str = Field(min_length=1, max_length=80)
    always_online: bool = False


class Shortcut(_Section):
    name: str = Field(min_length=1, max_length=24)
    type: Literal["global", "message"]
    callback_id: str = Field(min_length=1, max_length=255)
    description: str = Field(min_length=1, max_length=150)


class SlashCommand(_Section):
    command: str = Field(pattern=r"^/", min_length=2, max_length=32)
    description: str = Field(min_length=1, max_length=2000)
    url: str = Field(default="", max_length=3000)
    usage_hint: str = Field(default="", max_length=1000)
    should_escape: bool = False


class Features(_Section):
    app_home: AppHome = AppHome()
    bot_user: BotUser
    shortcuts: tuple[Shortcut, ...] = Field(default=(), max_length=10)
    slash_commands: tuple[SlashCommand, ...] = Field(default=(), max_length=50)
    unfurl_domains: tuple[str, ...] = Field(default=(), max_length=5)
    assistant_view: Any = None
    agent_view: Any = None
    functions: Any = None
    workflow_steps: Any = None


class Scopes(_Section):
    bot: tuple[str, ...] = Field(default=(), max_length=255)
    user: tuple[str, ...] = ()
    bot_optional: tuple[str, ...] = ()
    user_optional: tuple[str, ...] = ()


class OAuthConfig(_Section):
    scopes: Scopes = Scopes()
    redirect_urls: tuple[str, ...] = ()
    token_management_enabled: bool = False
    pkce_enabled: bool = False


class EventSubscriptions(_Section):
    request_url: str = Field(default="", max_length=3500)
    bot_events: tuple[str, ...] = Field(default=(), max_length=100)
    user_events: tuple[str, ...] = ()
    metadata_subscriptions: Any = None


class Interactivity(_Section):
    is_enabled: bool
    request_url: str = ""
    message_menu_options_url: str = ""


class Settings(_Section):
    event_subscriptions: EventSubscriptions = EventSubscriptions()
    interactivity: Interactivity = Interactivity(is_enabled=False)
    allowed_ip_address_ranges: tuple[str, ...] = ()
    incoming_webhooks: Any = None
    org_deploy_enabled: bool = False
    socket_mode_enabled: bool = False
    is_hosted: bool = False
    token_rotation_enabled: bool = False
    siws_links: Any = None
    hermes_app_type: Any = None
    function_runtime: Any = None
    is_mcp_enabled: bool = False


class Manifest(_Section):
    """One app's manifest; sections Slack knows and this workspace does not use are accepted unread."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Any = Field(default=None, alias="$schema")
    metadata: Any = Field(default=None, alias="_metadata")
    display_information: DisplayInformation
    features: Features
    oauth_config: OAuthConfig = OAuthConfig()
    settings: Settings = Settings()
    app_directory: Any = None
    functions: Any = None
    workflows: Any = None
    types: Any = None
    datastores: Any = None
    outgoing_domains: Any = None
    external_auth_providers: Any = None
    mcp_servers: Any = None

    @model_validator(mode="after")
    def _has_addresses(self) -> Self:
        settings = self.settings
        missing = [one.command for one in self.features.slash_commands if not one.url]
        if settings.interactivity.is_enabled and not settings.interactivity.request_url:
            missing.append("interactivity")
        if settings.event_subscriptions.bot_events and not settings.event_subscriptions.request_url:
            missing.append("event_subscriptions")
        if missing and not settings.socket_mode_enabled:
            raise ValueError(f"without socket mode these need a URL: {', '.join(missing)}")
        return self

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.oauth_config.scopes.bot)

    def command(self, name: str) -> SlashCommand | None:
        """The slash command of that name; none without the `commands` scope, for then none are installed."""
        if "commands" not in self.scopes:
            return None
        return next((one for one in self.features.slash_commands if one.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        if "commands" not in self.scopes:
            return None
        return next((one for one in self.features.shortcuts if one.callback_id == callback_id), None)

    def hears(self, event: str) -> bool:
        """Whether the app is told of that event: subscribed, and with the scope it takes."""
        scope = SCOPE_OF_EVENT.get(event)
        return event in self.settings.event_subscriptions.bot_events and (scope is None or scope in self.scopes)


def load(path: str | Path) -> Manifest:
    """Reads a manifest file (YAML or JSON); raises pydantic's ValidationError naming every key Slack would refuse."""
    return Manifest.model_validate(YAML(typ="safe").load(Path(path).read_text(encoding="utf-8")))
