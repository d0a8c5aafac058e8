"""Our own templates' bytecode, kept as Python keeps that of our modules.

Compiling the templates of an issue takes a sixth of `digest render`. A file of bytecode is code
that no sandbox holds, so it lies in this package's ``__pycache__``, where whoever may write can
change digest itself: never in a workspace, which may come from anywhere. Users' own templates
are compiled each time. What Python is told of its bytecode holds here too
(``PYTHONDONTWRITEBYTECODE``, ``PYTHONPYCACHEPREFIX``); where nothing can be written, nothing is.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import BytecodeCache
    from jinja2.bccache import Bucket

# What decides, beside a template's source, what it is compiled to.
_COMPILERS = ("bounds.py", "templates.py")
_HASH_BYTES = 32


def make_cache(ours: Path) -> BytecodeCache | None:
    """The cache for templates below ``ours``; None where there can be none."""
    from jinja2 import BytecodeCache, __version__
    from jinja2.loaders import split_template_path

    if sys.implementation.cache_tag is None:
        return None
    package = Path(__file__).parent
    try:
        compilers = b"".join((package / name).read_bytes() for name in _COMPILERS)
    except OSError:  # an installation without its sources
        return None
    maker = hashlib.sha256(MAGIC_NUMBER + __version__.encode() + compilers).digest()

    class Cache(BytecodeCache):
        def get_cache_key(self, name: str, filename: str | None = None) -> str:
            """A file's name; "" for what is not ours.

            A name that goes by detours is not kept either: there is no end of them.
            """
            if filename is None or not Path(filename).is_relative_to(ours):
                return ""
            if "/".join(split_template_path(name)) != name:
                return ""
            key = hashlib.sha256(f"{name}\0{filename}".encode()).hexdigest()[:24]
            return cache_from_source(str(package / f"template-{key}.py"))

        def get_source_checksum(self, source: str) -> str:
            return hashlib.sha256(maker + source.encode("utf-8")).hexdigest()

        def load_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError, ValueError, EOFError, TypeError):
                content = Path(bucket.key).read_bytes()
                if content[:_HASH_BYTES] == bytes.fromhex(bucket.checksum):
                    bucket.code = marshal.loads(content[_HASH_BYTES:])  # noqa: S302 (see above)

        def dump_bytecode(self, bucket: Bucket) -> None:
            if bucket.key and not sys.dont_write_bytecode:
                content = bytes.fromhex(bucket.checksum) + marshal.dumps(bucket.code)
                # Whole or not at all, and silent where the folder is not ours to write.
                SourceFileLoader("", bucket.key).set_data(bucket.key, content)

    return Cache()
