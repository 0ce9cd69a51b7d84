"""Stories played while everything fails, and the invariants that must hold whatever died.

The harness judges from outside: its own SQL, and the sandbox over HTTP. Nothing here asks the code under test what to
expect.
"""
