"""Measures what digest promises about speed: ``make bench``, explained in bench/README.md."""
