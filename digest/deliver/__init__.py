"""From rendered bytes to readers: recipients, providers, and the hand-off that never repeats."""
