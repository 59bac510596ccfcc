"""The action server for the slow tests: our real actions on the database of the test.

`python -m tests.bot.door DATABASE_URL PORT`; the product's own door is actions.py at the root.
"""

import sys

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor

from conversation import actions_api
from records import Database, NullWork
from tests.bot.world import profile


def main(database_url, port):
    actions_api.use(Database(database_url, profile(), NullWork()))
    executor = ActionExecutor()
    executor.register_package("bot.actions")
    app = create_app(executor)
    app.run(host="127.0.0.1", port=int(port), single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
