"""The boundary at which a mistake of digest's own becomes one input's problem."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

from digest.errors import ArticleError, DigestError


@contextmanager
def own_mistakes(place: str) -> Iterator[None]:
    """Turns an exception that no reader meant into an ArticleError on ``place``.

    What people drop in is of every kind, and readers stand on libraries that meet some of it for
    the first time. A mistake there, or in a reader, must not cost an issue the other articles;
    so here, and only here, everything is caught. The message names the exception and the line,
    for a report.
    """
    try:
        yield
    except DigestError:
        raise
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise ArticleError(
            f"a fault of digest ({told}, {PurePath(frame.filename).name} line {frame.lineno})",
            place,
            "report it with this input and the version (digest --version)",
        ) from error
