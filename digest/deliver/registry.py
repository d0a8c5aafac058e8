"""Providers by name: ours, and those of other packages."""

from __future__ import annotations

import difflib
import importlib
from importlib.metadata import entry_points
from typing import cast

from digest.config.schema import Delivery as Target
from digest.deliver.protocol import Provider, ProviderFactory, Surroundings
from digest.errors import ConfigError, UsageError

GROUP = "digest.providers"
# The same form as an entry point's value, so that ours take no other path than foreign ones.
_OURS = {"smtp": "digest.deliver.smtp:SmtpProvider"}


def provider_names() -> list[str]:
    """Every provider that can be named in digest.toml, sorted."""
    return sorted({*_OURS, *(entry.name for entry in entry_points(group=GROUP))})


def open_provider(name: str, target: Target, surroundings: Surroundings) -> Provider:
    """The provider for ``[delivery.name]``, not yet connected.

    Raises UsageError for a provider that is not installed, ConfigError for a setting that
    the provider cannot work with.
    """
    return _find_factory(name, target.provider)(name, target, surroundings)


def choose_target(targets: dict[str, Target], name: str | None) -> tuple[str, Target]:
    """The delivery target that ``--via`` names, or the only one there is.

    Raises UsageError with the known names.
    """
    known = ", ".join(sorted(targets)) or "none"
    if name is None:
        if len(targets) == 1:
            return next(iter(targets.items()))
        if not targets:
            raise UsageError(
                "digest.toml has no delivery target",
                where="send",
                fix="add a table such as [delivery.weekly] with provider, host and port",
            )
        raise UsageError(
            "several delivery targets", where="send", fix=f"choose one with --via: {known}"
        )
    if name in targets:
        return name, targets[name]
    near = difflib.get_close_matches(name, targets, n=1)
    fix = f"did you mean {near[0]}?" if near else f"known targets: {known}"
    raise UsageError(f"no delivery target of that name: {name}", where="--via", fix=fix)


def _find_factory(target_name: str, provider: str) -> ProviderFactory:
    if provider in _OURS:
        module, _, attribute = _OURS[provider].partition(":")
        return cast(ProviderFactory, getattr(importlib.import_module(module), attribute))
    for entry in entry_points(group=GROUP, name=provider):
        try:
            return cast(ProviderFactory, entry.load())
        except (ImportError, AttributeError) as error:
            raise UsageError(
                f"the provider {provider} cannot be loaded: {error}",
                where=f"delivery.{target_name}.provider",
                fix=f"reinstall the package that brings it ({entry.value})",
            ) from error
    names = provider_names()
    near = difflib.get_close_matches(provider, names, n=1)
    mistake = UsageError(
        f"no provider of that name: {provider}",
        where=f"delivery.{target_name}.provider",
        fix=f"did you mean {near[0]}?" if near else f"known providers: {', '.join(names)}",
    )
    raise ConfigError((mistake,))
