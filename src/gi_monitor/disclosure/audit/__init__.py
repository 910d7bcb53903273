"""The audit: what an attacker can compute of every suppressed figure, and what more to suppress (spec 3.2)."""
