"""``python -m gatelift``."""

from gatelift.cli.main import run

run()
