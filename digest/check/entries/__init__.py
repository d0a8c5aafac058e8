"""What each finding says, why it matters and what to do, by what it is about."""
