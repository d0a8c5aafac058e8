"""Every error that digest raises on purpose.

::

    DigestError                     exit 1
      UsageError                    exit 2
        WorkspaceNotFound           exit 2
        ConfigError                 exit 2   carries all mistakes at once
      SourceError                   becomes a SourceReport; the run goes on
        FetchError
        FeedError
        ArticleError
      DocumentError                 exit 1   issue.md
      LockError                     exit 1   issue.lock, or another run holds the workspace
      MergeError                    exit 1
      TemplateError                 exit 1
      CheckFailed                   exit 1
      DeliveryRefused               exit 3   nothing left the house
      CredentialMissing             exit 4
      DeliveryUnknown               exit 5   it may have arrived; never repeated by itself

The text is made in one place: ``str(error)`` is ``where: message; fix``.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar


class DigestError(Exception):
    """Something that the user can understand and mend.

    ``where`` names the input (a path with its line, an address, an option), ``fix`` says what
    to do about it. ``exit_status`` is the process's exit status when nothing catches the error.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, where: object | None = None, fix: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        text = self.message if self.where is None else f"{self.where}: {self.message}"
        return f"{text}; {self.fix}" if self.fix else text


class UsageError(DigestError):
    """The command's words are off, or contradict each other."""

    exit_status = 2


class WorkspaceNotFound(UsageError):
    """No digest.toml from the current folder upwards."""


class ConfigError(UsageError):
    """digest.toml has mistakes: all of them, in the order of their lines."""

    def __init__(self, mistakes: tuple[DigestError, ...]) -> None:
        first = mistakes[0]
        super().__init__(first.message, first.where, first.fix)
        self.mistakes = mistakes

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)


class SourceError(DigestError):
    """An input could not be read; the rest of the run goes on.

    ``status`` is the word of the source report (``failed``, ``not-a-feed``, ``blocked``, …).
    """

    def __init__(
        self,
        message: str,
        where: object | None = None,
        fix: str | None = None,
        *,
        status: str = "failed",
    ) -> None:
        super().__init__(message, where, fix)
        self.status = status


class FetchError(SourceError):
    """The network did not give what was asked for.

    ``http_status`` is the answer's, where there was one; ``retry_at`` the instant before which
    the host wants no further request. ``asked`` is false when no request was made, for what an
    earlier answer said.
    """

    def __init__(
        self,
        message: str,
        where: object | None = None,
        fix: str | None = None,
        *,
        status: str = "failed",
        http_status: int | None = None,
        retry_at: datetime | None = None,
        asked: bool = True,
    ) -> None:
        super().__init__(message, where, fix, status=status)
        self.http_status = http_status
        self.retry_at = retry_at
        self.asked = asked


class FeedError(SourceError):
    """The bytes are not a feed, or one that cannot be repaired."""


class ArticleError(SourceError):
    """The bytes are not an article."""


class DocumentError(DigestError):
    """issue.md cannot be read as an issue."""


class LockError(DigestError):
    """issue.lock is unreadable, or the workspace is in use by another run."""


class NewerLockError(LockError):
    """issue.lock is of a newer digest: nothing is written over what this one cannot read."""


class MergeError(DigestError):
    """A proposal and the editor's document cannot be brought together."""


class TemplateError(DigestError):
    """A template has a mistake."""


class CheckFailed(DigestError):
    """``digest check`` found errors."""


class DeliveryRefused(DigestError):
    """Already sent, not tested, stale: nothing left the house."""

    exit_status = 3


class CredentialMissing(DigestError):
    """A secret that digest.toml refers to is not there."""

    exit_status = 4


class DeliveryUnknown(DigestError):
    """The message may have arrived; it is never repeated by itself."""

    exit_status = 5


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during work that was kept as far as it came; the text says how far, and how to
    go on."""
