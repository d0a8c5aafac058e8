"""Articles that wait on disk until they are shown: a list of ten thousand costs no more memory
than one of a few hundred."""

from __future__ import annotations

import contextlib
import pickle
from array import array
from collections.abc import Iterator
from typing import IO

from digest.errors import DigestError
from digest.model.article import Article

_HELD = 256
"""So few are held, without a file."""


class Spool:
    """Articles by the number of their turn, in a temporary file without a name once they are many.

    24 bytes of each stay in memory. ``ids`` are the articles' own, as numbers; ``order`` says
    which are to be shown and when, and is filled by whoever knows. Used as a context, which ends
    the file. Raises DigestError where there is no room for it.
    """

    def __init__(self) -> None:
        self.ids = array("Q")
        self.order = array("Q")
        self._held: list[Article] = []
        self._starts = array("Q", (0,))
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.clear()
        if self._file is not None:
            with contextlib.suppress(OSError):  # what was not written yet has no reader now
                self._file.close()
            self._file = None

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Article]:
        """The articles in ``order``."""
        return map(self.get, self.order)

    def put(self, article: Article) -> None:
        """Takes an article; its number is how many there were before."""
        self.ids.append(int(article.id, 16))
        self._held.append(article)
        if self._file is not None or len(self._held) > _HELD:
            with _room():
                self._write()

    def get(self, number: int) -> Article:
        """The article of that number, as it was put in."""
        if self._file is None:
            return self._held[number]
        start = self._starts[number]
        with _room():  # what waits to be written is written first
            self._file.seek(start)
        written = self._file.read(self._starts[number + 1] - start)
        article: Article = pickle.loads(written)  # noqa: S301 - our own, in a file without a name
        return article

    def _write(self) -> None:
        if self._file is None:
            import tempfile

            self._file = tempfile.TemporaryFile(prefix="digest-")  # noqa: SIM115 - ends with us
        for article in self._held:
            written = pickle.dumps(article, pickle.HIGHEST_PROTOCOL)
            self._file.write(written)
            self._starts.append(self._starts[-1] + len(written))
        self._held.clear()


@contextlib.contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        import tempfile

        raise DigestError(
            f"no room for the articles until they are shown: {error.strerror or error}",
            tempfile.gettempdir(),
            "free some space, or name another folder in TMPDIR",
        ) from error
