"""What `/openapi.json` says of intake, and `/docs`, which shows it."""

from typing import Any, Literal

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handlers.intake.answers import ANSWERS, ProblemDocument
from handlers.intake.docs_page import page
from handlers.intake.guard import LARGEST_BODY
from handlers.intake.incoming import MODELS, MOST_ITEMS, Kind
from handlers.intake.problems import MEDIA_TYPE

Described = tuple[type[BaseModel], Literal["validation", "serialization"]]
REF = "#/components/schemas/{model}"

SUMMARIES: dict[Kind, tuple[str, str]] = {
    "leads": ("Tell of leads", "Stores what is new about each lead, scores it, and hands it over once it qualifies."),
    "signals": ("Tell what leads did", "Stores dated things that known leads did, and scores these leads again."),
    "outcomes": ("Tell what became of leads", "Stores what sales reached with known leads."),
}
REPEATS = (
    f' One JSON object, or `{{"items": [...]}}` with up to {MOST_ITEMS}, of which each gets its own answer. The same'
    " facts again, or the same `webhook-id`, change nothing."
)
EXAMPLES: dict[Kind, dict[str, Any]] = {
    "leads": {
        "source": "webinar",
        "external_id": "A-1001",
        "email": "ana.silva@acme.example",
        "first_name": "Ana",
        "last_name": "Silva",
        "title": "VP Operations",
        "company": {"name": "Acme", "industry": "Manufacturing", "employees": 450, "country": "US"},
        "signals": [{"id": "s-1", "kind": "webinar_attended", "at": "2026-11-20T15:00:00Z"}],
    },
    "signals": {
        "lead": {"email": "ana.silva@acme.example"},
        "id": "s-2",
        "kind": "page_view",
        "at": "2026-11-20T16:00:00Z",
        "url": "https://acme.example/pricing",
    },
    "outcomes": {
        "lead": {"source": "webinar", "external_id": "A-1001"},
        "outcome": "won",
        "at": "2026-11-20T16:30:00Z",
        "amount": 12000,
        "currency": "EUR",
    },
}
PROBLEMS = {
    400: "The connection closed before the body was complete.",
    401: "Neither signed nor with the right token.",
    408: "The body did not arrive in time.",
    413: f"The body is larger than {LARGEST_BODY} bytes.",
    422: "Nothing was stored; `errors` names every field that cannot be taken.",
    503: "Too busy, out of reach, or not set up. Try again after `Retry-After` seconds.",
}
HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    503: {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}, "description": "Seconds."}},
}
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "`BATON_INTAKE_TOKEN`"},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks, with `webhook-id` and `webhook-timestamp`; signed by `BATON_INTAKE_SECRET`.",
    },
}


def described(kind: Kind) -> dict[str, Any]:
    """What a route says of itself: body, answers and refusals, by the names of their models."""
    summary, description = SUMMARIES[kind]
    item, told = _ref(MODELS[kind]), ANSWERS[kind]
    items = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": item, "maxItems": MOST_ITEMS}},
        "required": ["items"],
        "additionalProperties": False,
    }
    body = {"schema": {"anyOf": [item, items]}, "example": EXAMPLES[kind]}
    return {
        "summary": summary,
        "description": description + REPEATS,
        "responses": {
            202: _answer("Stored.", "application/json", {"anyOf": [_ref(told.alone), _ref(told.batch)]}),
            **{code: _problem(code, words) for code, words in PROBLEMS.items()},
        },
        "openapi_extra": {
            "requestBody": {"required": True, "content": {"application/json": body}},
            "security": [{scheme: []} for scheme in SECURITY],
        },
    }


def publish(app: FastAPI) -> None:
    """Puts the models that routes name into `/openapi.json`, and serves `/docs`, which needs nothing from elsewhere."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        schema = plain()
        components = schema.setdefault("components", {})
        components.setdefault("schemas", {}).update(_schemas())
        components["securitySchemes"] = SECURITY
        return schema

    app.openapi = whole  # type: ignore[method-assign]

    async def docs() -> HTMLResponse:
        return HTMLResponse(
            page(app.openapi()), headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        )

    app.add_api_route("/docs", docs, include_in_schema=False)


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}


def _answer(description: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _problem(code: int, description: str) -> dict[str, Any]:
    answer = _answer(description, MEDIA_TYPE, _ref(ProblemDocument))
    return answer | ({"headers": HEADERS[code]} if code in HEADERS else {})


def _schemas() -> dict[str, Any]:
    told = {answer for kinds in ANSWERS.values() for answer in (kinds.alone, kinds.batch)} | {ProblemDocument}
    inbound: list[Described] = [(model, "validation") for model in MODELS.values()]
    outbound: list[Described] = [(model, "serialization") for model in told]
    schemas: dict[str, Any] = models_json_schema([*inbound, *outbound], ref_template=REF)[1]["$defs"]
    return dict(sorted(schemas.items()))
