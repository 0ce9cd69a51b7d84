"""An OpenAPI description as one plain page: no script, nothing loaded from elsewhere."""

import json
import re
from html import escape
from typing import Any

Schema = dict[str, Any]

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d1c1d; }
code, pre { font: 14px/1.5 ui-monospace, monospace; background: #f4f4f4; border-radius: 4px; padding: .1em .3em; }
pre { padding: 1rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ddd; }
section { margin: 3rem 0; }
@media (prefers-color-scheme: dark) {
  body { background: #1a1d21; color: #d1d2d3; } a { color: #4da3ff; } code, pre { background: #2b2e33; }
  th, td { border-color: #444; }
}
"""


def page(description: Schema) -> str:
    """The whole page for one OpenAPI document; text in it is escaped."""
    info = description["info"]
    operations = [
        _operation(path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    models = [_model(name, schema) for name, schema in description.get("components", {}).get("schemas", {}).items()]
    title = escape(f"{info['title']} {info['version']}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><h1>{title}</h1>'
        f'<p>The same for machines: <a href="openapi.json">openapi.json</a></p>'
        f"{''.join(operations)}<h2>Models</h2>{''.join(models)}</body></html>"
    )


def _operation(path: str, method: str, operation: Schema) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    answers = "".join(
        f"<tr><td>{escape(code)}</td><td>{_prose(answer['description'])}</td><td>{_kind_of_content(answer)}</td></tr>"
        for code, answer in sorted(operation["responses"].items())
    )
    return (
        f"<section><h2><code>{method.upper()} {escape(path)}</code> {escape(operation.get('summary', ''))}</h2>"
        f"<p>{_prose(operation.get('description', ''))}</p>"
        + (f"<p>Body: {_kind(body['schema'])}</p>" if "schema" in body else "")
        + (f"<pre>{escape(json.dumps(body['example'], indent=2))}</pre>" if "example" in body else "")
        + f"<table><tr><th>Answer</th><th></th><th></th></tr>{answers}</table></section>"
    )


def _model(name: str, schema: Schema) -> str:
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{' *' if field in required else ''}</td>"
        f"<td>{_kind(of)}</td><td>{_prose(of.get('description', ''))}</td></tr>"
        for field, of in schema.get("properties", {}).items()
    )
    table = f"<table>{rows}</table>" if rows else f"<p>{_kind(schema)}</p>"
    heading = f"<h3>{escape(name)}</h3><p>{_prose(schema.get('description', ''))}</p>"
    return f'<section id="{escape(name)}">{heading}{table}</section>'


def _kind_of_content(answer: Schema) -> str:
    return ", ".join(_kind(content.get("schema", {})) for content in answer.get("content", {}).values())


def _kind(schema: Schema) -> str:
    """What a schema takes, in a few words: `text`, `list of Signal`, `A or B`."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema and "properties" not in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"] if choice != {"type": "null"})
    if "enum" in schema or "const" in schema:
        return " or ".join(
            f"<code>{escape(json.dumps(value))}</code>" for value in schema.get("enum", [schema.get("const")])
        )
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if "items" in schema.get("properties", {}):
        return f'<code>{{"items": …}}</code>, a {_kind(schema["properties"]["items"])}'
    named = schema.get("format") or schema.get("type", "anything")
    return escape(" or ".join(named) if isinstance(named, list) else str(named))


def _prose(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))
