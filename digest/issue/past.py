"""The memory of a newsletter, read from the issues themselves.

What stands outside Hold in an issue.md was issued; what issue.lock proposed and the document
does not have was cut; what stands in Hold waits. Documents as digest and most editors write
them are only scanned; the few that need CommonMark's full rules are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from digest.errors import DocumentError, LockError
from digest.issue.entry import read_entry, read_headline
from digest.issue.entry import Blocks as _Blocks
from digest.issue.head import read_head, split_head
from digest.issue.inline import read_also
from digest.issue.lines import split_lines
from digest.issue.lock import Lock, parse_lock, read_window
from digest.issue.match import all_items, also_keys
from digest.issue.merge import cut_keys
from digest.issue.parse import parse_issue
from digest.issue.propose import HeldItem
from digest.model import Issue, Window
from digest.window import Past, PastWindow
