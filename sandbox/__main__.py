"""Starts the workspace: `python -m sandbox --help`."""

from __future__ import annotations

import argparse
import os
import sys

import uvicorn
from pydantic import ValidationError

from sandbox import manifest, workspace
from sandbox.app import build_app
from sandbox.clock import Clock


def main() -> int:
    args = _arguments()
    try:
        app = build_app(
            workspace.load(args.workspace),
            manifest=manifest.load(args.manifest),
            token=os.environ.get("SLACK_BOT_TOKEN") or "xoxb-sandbox",
            signing_secret=os.environ.get("SLACK_SIGNING_SECRET") or "sandbox-signing-secret",
            app_url=args.app_url,
            clock=Clock(),
            own_url=f"http://{args.host}:{args.port}" if args.port else None,
        )
    except (OSError, ValidationError) as fault:
        print(f"sandbox: {fault}", file=sys.stderr)
        return 2
    print(f"A Slack workspace to look at: http://{args.host}:{args.port}/", flush=True)
    uvicorn.run(app, host=args.host, port=args.port, log_level="warning", timeout_graceful_shutdown=1)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description="A stand-in Slack workspace for one app.")
    parser.add_argument("--workspace", default="examples/workspace.yml", help="people and channels (YAML)")
    parser.add_argument("--manifest", default="manifest.yml", help="the app's manifest (YAML or JSON)")
    parser.add_argument("--app-url", default="http://127.0.0.1:3000/slack/events", help="where the app listens")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8910)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
