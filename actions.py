"""The actions process: rasa-sdk's server with our custom actions, on loopback, in one process.

`python -m rasa_sdk` would spawn workers that know nothing of our database and listen on every
address; here the same server runs inside this process.
"""

import os
from urllib.parse import urlsplit

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor

from conversation import actions_api
from house import open_database
from logs import set_up_logging
from records.durable import DbosWork
from settings import read_settings


def main() -> None:
    """Serve the custom actions at ACTIONS_URL's host and port until told to stop."""
    settings = read_settings()
    actions_api.use(open_database(settings, DbosWork(settings.database_url)))
    executor = ActionExecutor()
    executor.register_package("bot.actions")
    app = create_app(executor)
    set_up_logging("actions")
    place = urlsplit(settings.actions_url)
    app.run(
        host=place.hostname or "127.0.0.1",
        port=place.port or 5055,
        single_process=True,
        access_log=False,
        motd=False,
    )


os.environ.setdefault("SANIC_HOST", "127.0.0.1")
if __name__ == "__main__":
    main()
