"""What each command does; `bot/cli.py` and `bot/policy_cli.py` say how it is called."""
