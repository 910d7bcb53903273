"""An attacker on the published editions, written from the specification alone. It checks the disclosure audit."""

from tests.attacker.judge import attack

__all__ = ["attack"]
