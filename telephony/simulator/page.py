"""The page with two phones: a server-rendered shell that plain ES modules fill."""

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

if TYPE_CHECKING:
    from .simulator import SimulatedTwilio

PHONES = (
    {"key": "patient", "title": "Patient", "placeholder": "Text the pharmacy"},
    {"key": "nurse", "title": "Nurse on call", "placeholder": "Text the nurse line"},
)

# One of each kind that the nurse line must tell apart.
EXAMPLES = (
    ("A question", "when will my supplies arrive"),
    ("A report", "I had to waste a dose"),
    ("An emergency", "cant catch my breath and my lips feel fat"),
    ("In Spanish", "me siento mareado y tengo escalofrios"),
    ("A wish", "can I talk to a nurse please"),
)


def blueprint(sim: "SimulatedTwilio") -> Blueprint:
    """The page, its files under /static, and /healthz."""
    routes = Blueprint(
        "page", __name__, template_folder="templates", static_folder="static",
        static_url_path="/static",
    )  # fmt: skip

    @routes.get("/")
    def home() -> str:
        return render_template(
            "simulator.html", phones=PHONES, examples=EXAMPLES, public_url=sim.public_url
        )

    @routes.get("/healthz")
    def health() -> dict[str, str]:
        return {"simulator": "ok"}

    return routes
