"""Cut Twilio's OpenAPI description down to what the simulator speaks.

    python trim.py /path/to/twilio_api_v2010.json > twilio_api_v2010.json

Kept: the paths of Messages, Media and Calls, the schemas they reach, and the security scheme.
Left out of them: examples and Twilio's own `x-` notes. Nothing that judges is changed.
"""

import json
import sys
from pathlib import Path
from typing import Any

ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
PATHS = [
    f"{ACCOUNT}/Messages.json",
    f"{ACCOUNT}/Messages/{{Sid}}.json",
    f"{ACCOUNT}/Messages/{{MessageSid}}/Media.json",
    f"{ACCOUNT}/Messages/{{MessageSid}}/Media/{{Sid}}.json",
    f"{ACCOUNT}/Calls.json",
    f"{ACCOUNT}/Calls/{{Sid}}.json",
]
SCHEMAS = "#/components/schemas/"


def trim(full: dict[str, Any]) -> dict[str, Any]:
    """The trimmed description."""
    paths = _plain({path: full["paths"][path] for path in PATHS})
    names: set[str] = set()
    _collect(paths, full["components"]["schemas"], names)
    schemas = {name: _plain(full["components"]["schemas"][name]) for name in sorted(names)}
    return {
        **{key: full[key] for key in ("openapi", "info", "servers", "security")},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": full["components"]["securitySchemes"],
        },
    }


def _plain(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: _plain(value)
            for key, value in part.items()
            if key not in ("examples", "example") and not key.startswith("x-")
        }
    return [_plain(each) for each in part] if isinstance(part, list) else part


def _collect(part: Any, schemas: dict[str, Any], names: set[str]) -> None:
    if isinstance(part, dict):
        reference = part.get("$ref", "")
        name = reference.removeprefix(SCHEMAS)
        if reference.startswith(SCHEMAS) and name not in names:
            names.add(name)
            _collect(schemas[name], schemas, names)
        part = list(part.values())
    for each in part if isinstance(part, list) else []:
        _collect(each, schemas, names)


if __name__ == "__main__":
    found = trim(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    json.dump(found, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
