"""The barest app that stores a lead: one INSERT a request through Baton's own engine, committed, then 202.

A batch is one INSERT of as many rows.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from bench import serving
from storage.database import Database, parse_url

KEPT = Table("kept", MetaData(), Column("id", Integer, primary_key=True), Column("body", String, nullable=False))
KEEP = insert(KEPT)


def build(database: Database) -> FastAPI:
    """`POST /v1/leads`: stored, then answered."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with database.engine.begin() as connection:
            await connection.run_sync(KEPT.metadata.create_all)
        yield
        await database.close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/leads")
    async def take(request: Request) -> JSONResponse:
        told: Any = await request.json()
        items = told if isinstance(told, list) else told.get("items", [told])
        async with database.write() as session:
            await (await session.connection()).execute(KEEP, [{"body": json.dumps(one)} for one in items])
        return JSONResponse({"status": "accepted"}, 202)

    return app


async def main() -> None:
    await serving.asgi_app(build(Database(parse_url(os.environ["DATABASE_URL"]))))


if __name__ == "__main__":
    serving.run(main())
