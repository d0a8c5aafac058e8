"""Newsletters of the past as issues: what an editor's earlier documents say, put in our order.

Readers take bytes of one form (Markdown, HTML, mail, JSON) and give pieces in reading order;
``arrange`` makes sections and items of the pieces. Pure: files are read in ``digest.bring``.
"""
