#!/bin/sh
# Makes both environments from uv.lock: .venv (the app) and .venv-bot (Rasa). Safe to run again;
# takes a second when nothing has changed. Nothing is installed outside this folder.
set -eu
cd "$(dirname "$0")"
export UV_PYTHON_DOWNLOADS=never

python_of() { # python_of 3.12: the path of that interpreter, or one clear sentence
    for candidate in "python$1" "$HOME/.pyenv/versions/$1".*/bin/python; do
        if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "import sys; assert sys.version_info[:2] == ($(echo "$1" | tr . ,))" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "Hearthline needs Python $1, which was not found. Get it with 'pyenv install $1' or your system's package python$1 (with python$1-venv), then run make again." >&2
    exit 1
}

app_python=$(python_of 3.12)
bot_python=$(python_of 3.11)

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    uv=.tools/uv/bin/uv
    [ -x "$uv" ] || { "$app_python" -m venv .tools/uv && .tools/uv/bin/pip install -q uv; }
fi

UV_PROJECT_ENVIRONMENT=.venv "$uv" sync --quiet --frozen --group dev --python "$app_python"
UV_PROJECT_ENVIRONMENT=.venv-bot "$uv" sync --quiet --frozen --only-group bot --python "$bot_python"
