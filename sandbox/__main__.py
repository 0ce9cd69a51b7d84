"""Starts the workspace: `python -m sandbox --help`."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import socket
import sys

import uvicorn
from pydantic import ValidationError

from sandbox import manifest, workspace
from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.notices import Notices

RARELY = (50_000, 20, 100)
"""Everything that was said is kept: to look through it all for what may go takes a fifth of a busy workspace's time."""


def main() -> int:
    args = _arguments()
    try:
        plan, installed = workspace.load(args.workspace), manifest.load(args.manifest)
        listener = socket.create_server((args.host, args.port))
    except (OSError, ValidationError) as fault:
        print(f"sandbox: {fault}", file=sys.stderr)
        return 2
    address = f"http://{args.host}:{listener.getsockname()[1]}"
    app = build_app(
        plan,
        manifest=installed,
        token=os.environ.get("SLACK_BOT_TOKEN") or "xoxb-sandbox",
        signing_secret=os.environ.get("SLACK_SIGNING_SECRET") or "sandbox-signing-secret",
        app_url=args.app_url,
        clock=Clock(),
        own_url=address,
        paced=not args.unpaced,
    )
    print(f"A Slack workspace to look at: {address}/", flush=True)
    gc.set_threshold(*RARELY)
    server = Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1), app.state.slack.notices)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0


class Server(uvicorn.Server):
    """Ends the pages' streams first: they would keep it waiting."""

    def __init__(self, config: uvicorn.Config, notices: Notices) -> None:
        super().__init__(config)
        self._notices = notices

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._notices.close()
        await super().shutdown(sockets)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description="A stand-in Slack workspace for one app.")
    parser.add_argument("--workspace", default="examples/workspace.yml", help="people and channels (YAML)")
    parser.add_argument("--manifest", default="manifest.yml", help="the app's manifest (YAML or JSON)")
    parser.add_argument("--app-url", default="http://127.0.0.1:3000/slack/events", help="where the app listens")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8910, help="0 takes any free one")
    parser.add_argument("--unpaced", action="store_true", help="take calls as fast as they come, as no Slack does")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
