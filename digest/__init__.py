"""digest: builds a newsletter digest from feeds, pages, files and mail."""

__version__ = "0.1.0"
