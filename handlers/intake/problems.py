"""Refusals over HTTP, as RFC 9457 wants them: `application/problem+json`, with words for the sender."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from handlers.intake.faults import Fault

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that is not taken: the status, what to do about it, and every fault of its fields."""

    def __init__(
        self, status: int, detail: str, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.faults = faults
        self.headers = headers

    def response(self) -> Response:
        body: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.faults:
            body["errors"] = [asdict(fault) for fault in self.faults]
        return JSONResponse(body, self.status, self.headers, MEDIA_TYPE)


def not_taken(faults: Sequence[Fault]) -> Problem:
    """422, summed up for whoever reads only the first line."""
    first = f"{faults[0].field}: {faults[0].message}" if faults[0].field else faults[0].message
    more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
    return Problem(422, first + more, faults)


def unavailable(detail: str, retry_after: int) -> Problem:
    """503; `retry_after` in seconds."""
    return Problem(503, detail, headers={"Retry-After": str(retry_after)})


def answer_with_problems(app: FastAPI) -> None:
    """From now on, whatever the app refuses by itself (no such page, wrong method, a bug) is a problem document too."""

    async def refused(_request: Request, error: Exception) -> Response:
        status, detail, headers = 500, "Something went wrong here. Nothing was stored.", None
        if isinstance(error, HTTPException):
            status, detail, headers = error.status_code, str(error.detail), error.headers
        return Problem(status, detail, headers=headers).response()

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, refused)
