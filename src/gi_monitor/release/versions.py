"""How the versions of a release are numbered (spec 3.3)."""

from __future__ import annotations

from typing import Literal, NamedTuple

Change = Literal["definitions", "figures", "text"]


class Version(NamedTuple):
    """MAJOR.MINOR.PATCH of the dataset of one release; a later version is greater."""

    major: int
    minor: int
    patch: int

    @classmethod
    def of(cls, text: str) -> Version:
        """Read ``1.0.0``."""
        return cls(*map(int, text.split(".")))

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @property
    def changes(self) -> Literal["first"] | Change:
        """What it changed about the version before it."""
        if self == FIRST:
            return "first"
        if self.patch:
            return "text"
        return "figures" if self.minor else "definitions"

    def after(self, change: Change) -> Version:
        """The next one: major when a definition or column changed, minor for figures, patch for text or metadata."""
        match change:
            case "definitions":
                return Version(self.major + 1, 0, 0)
            case "figures":
                return Version(self.major, self.minor + 1, 0)
            case "text":
                return Version(self.major, self.minor, self.patch + 1)


FIRST = Version(1, 0, 0)
