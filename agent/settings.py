"""One settings model: argument > `CHARTWARDEN_*` environment > config file > default.

A nested setting is `CHARTWARDEN_LIMITS__STEPS=4` in the environment and `[limits] steps = 4` in the TOML file that
`CHARTWARDEN_CONFIG` (or `config.toml` in the data directory) names.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from chartwarden.tools.errors import ConfigurationError
from chartwarden.tools.records.readings import Readings


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Limits(_Group):
    """What one question may cost."""

    steps: int = Field(8, ge=1)
    """Planner decisions."""
    calls: int = Field(24, ge=1)
    """Tool calls."""
    seconds: float = Field(120.0, gt=0)
    """Wall time; when it is over the answer is written from what was found."""
    prompt_tokens: int = Field(8_000, ge=1_000, le=32_000)
    """Budget of one prompt, in the model's own tokens."""
    generated_tokens: int = Field(2_000, ge=64)
    """Generated tokens of one question."""


class AuditSettings(_Group):
    """The audit log."""

    url: str = ""
    """SQLAlchemy URL; empty: `audit.db` in the data directory."""
    anchor: tuple[str, ...] = ()
    """Where checkpoints go beside the database: file paths on other volumes, or `syslog`."""
    checkpoint_entries: int = Field(500, ge=1)
    """Sign a checkpoint after this many entries."""
    checkpoint_minutes: float = Field(15.0, gt=0)
    """Sign a checkpoint at the latest after this many minutes."""
    keep_text_days: int = Field(6 * 365, ge=1)
    """How long question and answer texts are kept; the chain itself is kept for good."""


class ServerSettings(_Group):
    """A FHIR server as the source of records."""

    url: str = ""
    """Base URL of the FHIR R4 server; empty: the local store."""
    auth: Literal["none", "bearer", "basic", "smart"] = "none"
    """`smart`: SMART backend services with a signed JWT assertion."""
    token: SecretStr = SecretStr("")
    """Bearer token."""
    username: str = ""
    """For `basic`."""
    password: SecretStr = SecretStr("")
    """For `basic`."""
    client_id: str = ""
    """For `smart`: the registered client."""
    private_key: Path | None = None
    """PEM or JWK of the SMART backend client (RS384 or ES384)."""
    token_url: str = ""
    """Pinned token endpoint; empty: from the server's own SMART configuration, same origin only."""
    scopes: str = "system/*.rs"
    """What the client asks the token endpoint for; read-only."""
    ca_file: Path | None = None
    """PEM file of further certificate authorities (a hospital's own); TLS is verified always."""
    timeout_s: float = Field(30.0, gt=0)
    """Longest time of one request, the whole answer included."""
    max_bytes: int = Field(64 * 2**20, ge=2**16)
    """Most bytes of one search, decompressed."""
    max_pages: int = Field(200, ge=1)
    """Most pages of one search; beyond them the result is incomplete and says so."""
    cache_mb: int = Field(0, ge=0)
    """Read-through cache; 0: off."""
    cache_s: float = Field(60.0, gt=0)
    """How long a cached answer may be used."""


class ModelSettings(_Group):
    """The planner's model."""

    planner: Literal["auto", "rules", "model"] = "auto"
    """`auto`: the model where its weights and a GPU (or an endpoint) are found, else rules."""
    checkpoint: str = "google/medgemma-27b-it"
    """Hub id or folder."""
    revision: str = ""
    """Commit of the hub repository; empty: the pinned one, else the newest that is there."""
    adapter: str = ""
    """LoRA adapter folder or hub id."""
    quantization: Literal["none", "int8", "fp8", "nf4"] = "none"
    """Weight-only quantisation while loading."""
    device: str = "auto"
    """`auto`, `cuda`, `cuda:1`, `cpu`."""
    endpoint: tuple[str, ...] = ()
    """Base URLs of OpenAI-compatible servers (replicas); used instead of in-process weights."""
    endpoint_model: str = ""
    """The served model's name; empty: the only one there is."""
    api_key: SecretStr = SecretStr("")
    """For the endpoint."""
    fall_back_to_rules: bool = True
    """When a step of the model fails after its repair, let the rules planner take that step."""
    classifies_requests: bool = True
    """Let the model choose the class of a request where no rule of the gate decides; off: such requests get recorded
    facts only."""


class ImageSettings(_Group):
    """Images of the record."""

    encoder: str = "google/medsiglip-448"
    """Hub id or folder of the image and text encoder."""
    reader: str = "google/medgemma-1.5-4b-it"
    """Hub id or folder of the model that describes images, where a session permits it."""
    reader_endpoint: str = ""
    """OpenAI-compatible server of the reader; empty: in this process."""
    folders: tuple[Path, ...] = ()
    """Folders that `file:` URLs of the record may point into."""
    dicomweb: str = ""
    """Base URL of a DICOMweb server that holds the instances ImagingStudy names; no other is ever asked."""
    dicomweb_token: SecretStr = SecretStr("")
    """Bearer token of that server."""
    max_pixels: int = Field(120_000_000, ge=1_000)
    """Largest picture that is decoded."""
    max_bytes: int = Field(256 * 2**20, ge=1_000)
    """Largest file that is read."""


class Settings(BaseSettings):
    """Everything that can be set, once."""

    model_config = SettingsConfigDict(
        env_prefix="CHARTWARDEN_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        nested_model_default_partial_update=True,
        use_attribute_docstrings=True,
    )

    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("chartwarden", appauthor=False))
    """Everything a run keeps: records, audit log, keys, conversations."""
    store: str = ""
    """SQLAlchemy URL of the records; empty: `records.db` in the data directory."""
    search_timezone: str = "UTC"
    """IANA zone for dates without a zone, in queries and resources."""
    scopes: str = "patient/*.rs user/Patient.rs"
    """SMART v2 scopes of a session; `user/Patient.rs` lets the chat look a patient up by name."""
    allow_tracing: bool = False
    """Let LangSmith trace questions where the environment switches it on. Traces carry record text off this machine."""
    readings: Readings = Readings()
    limits: Limits = Limits()
    audit: AuditSettings = AuditSettings()
    server: ServerSettings = ServerSettings()
    model: ModelSettings = ModelSettings()
    images: ImageSettings = ImageSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the config file."""
        named = os.environ.get("CHARTWARDEN_CONFIG")
        arguments: dict[str, Any] = init_settings()
        folder = arguments.get("data_dir") or os.environ.get("CHARTWARDEN_DATA_DIR")
        default = Path(folder) if folder else platformdirs.user_data_path("chartwarden", appauthor=False)
        path = Path(named) if named else default / "config.toml"
        if named and not path.is_file():
            raise ConfigurationError(f"the config file {named!r} does not exist; pass the path of a TOML file")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)

    @property
    def store_url(self) -> str:
        """URL of the record store."""
        return self.store or f"sqlite:///{self.data_dir / 'records.db'}"

    @property
    def audit_url(self) -> str:
        """URL of the audit log."""
        return self.audit.url or f"sqlite:///{self.data_dir / 'audit.db'}"
