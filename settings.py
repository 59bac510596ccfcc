"""Settings: the environment, read once at the door and handed in as one frozen value."""

import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from telephony.simulator.credentials import SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Settings:
    """Everything a process needs to know of its surroundings. See docs/settings.md."""

    database_url: str
    port: int
    public_url: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_auth_token_secondary: str | None
    twilio_api_base_url: str | None
    patient_number: str
    nurse_number: str
    pharmacy_profile: Path
    bot_url: str
    actions_url: str
    bot_token: str
    secret_key: str
    data_key: str | None
    simulator_port: int
    var: Path

    @property
    def simulated(self) -> bool:
        """Whether the phones are simulated: no real Twilio credentials were given."""
        return self.twilio_account_sid == SIMULATOR_ACCOUNT_SID

    @property
    def one_worker(self) -> bool:
        """SQLite has one machine and one worker process; PostgreSQL may have many."""
        return self.database_url.startswith("sqlite")

    @property
    def auth_tokens(self) -> list[str]:
        """Tokens that may have signed a webhook: the one in use, and one during rotation."""
        return [t for t in (self.twilio_auth_token, self.twilio_auth_token_secondary) if t]


def read_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment. Raises SystemExit with one sentence if it makes no sense."""
    var = Path(env.get("HEARTHLINE_VAR", ROOT / "var"))
    port = int(env.get("PORT", "8000"))
    simulator_port = int(env.get("SIMULATOR_PORT", "8010"))
    sid, token = env.get("TWILIO_ACCOUNT_SID"), env.get("TWILIO_AUTH_TOKEN")
    if bool(sid) != bool(token):
        raise SystemExit("Set both TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or neither.")
    base_url = env.get("TWILIO_API_BASE_URL")
    if not sid:
        base_url = base_url or f"http://127.0.0.1:{simulator_port}"
    return Settings(
        database_url=env.get("DATABASE_URL", f"sqlite:///{var / 'hearthline.db'}"),
        port=port,
        public_url=env.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        twilio_account_sid=sid or SIMULATOR_ACCOUNT_SID,
        twilio_auth_token=token or SIMULATOR_AUTH_TOKEN,
        twilio_auth_token_secondary=env.get("TWILIO_AUTH_TOKEN_SECONDARY"),
        twilio_api_base_url=base_url,
        patient_number=env.get("PATIENT_NUMBER", "+15550100100"),
        nurse_number=env.get("NURSE_NUMBER", "+15550100110"),
        pharmacy_profile=Path(env.get("PHARMACY_PROFILE", ROOT / "pharmacy.toml")),
        bot_url=env.get("BOT_URL", "http://127.0.0.1:5005"),
        actions_url=env.get("ACTIONS_URL", "http://127.0.0.1:5055/webhook"),
        bot_token=env.get("BOT_TOKEN") or _local_secret(var, "bot_token"),
        secret_key=env.get("SECRET_KEY") or _local_secret(var, "secret_key"),
        data_key=env.get("DATA_KEY"),
        simulator_port=simulator_port,
        var=var,
    )


def _local_secret(var: Path, name: str) -> str:
    """A secret of this machine's own, made at first need and readable by its owner alone."""
    path = var / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written whole under another name first: a crash must not leave an empty secret behind.
        fresh = path.with_name(f"{name}.{os.getpid()}")
        fresh.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        fresh.write_text(secrets.token_urlsafe(32), encoding="ascii")
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    if not (secret := path.read_text(encoding="ascii").strip()):
        raise SystemExit(f"The secret {path.name} is empty: remove that file and start again.")
    return secret
