"""What Slack says when it refuses a call."""

from slack_sdk.errors import SlackApiError


def said(error: SlackApiError) -> str:
    """Slack's own word, such as `invalid_auth`; `http 503` where something in between answers in its place."""
    data = getattr(error.response, "data", None)
    if isinstance(data, dict) and data.get("error"):
        return str(data["error"])
    # where the body should be JSON and is not, the SDK hands over aiohttp's own answer: there it is `status`
    return f"http {getattr(error.response, 'status_code', None) or getattr(error.response, 'status', 'error')}"
