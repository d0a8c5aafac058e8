"""digest.toml as objects."""

from digest.config.schema import (
    Delivery,
    Gather,
    Newsletter,
    Schedule,
    Settings,
    Slot,
    Source,
    Summaries,
    Topic,
    WindowPolicy,
)

__all__ = [
    "Delivery",
    "Gather",
    "Newsletter",
    "Schedule",
    "Settings",
    "Slot",
    "Source",
    "Summaries",
    "Topic",
    "WindowPolicy",
]
