"""digest.toml as objects."""

from digest.config.schema import (
    Check,
    Delivery,
    Gather,
    Keyword,
    Learning,
    Newsletter,
    Ranking,
    Schedule,
    Settings,
    Slot,
    Source,
    Stories,
    Summaries,
    Theme,
    Topic,
    WindowPolicy,
)

__all__ = [
    "Check",
    "Delivery",
    "Gather",
    "Keyword",
    "Learning",
    "Newsletter",
    "Ranking",
    "Schedule",
    "Settings",
    "Slot",
    "Source",
    "Stories",
    "Summaries",
    "Theme",
    "Topic",
    "WindowPolicy",
]
