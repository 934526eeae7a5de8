"""A press-review desk for Vietnamese social-security communications.

Feeds come in at the bottom as records, rise once through crawl and tag into the store, and come down as coverage and digests::

    Source ──▶ FeedEntry ──▶ Article ──▶ TaggedArticle ──▶ Coverage ──▶ Digest
    config     crawl.feeds   crawl.extract   tag           store        report

The main path is four files: ``records.py`` (what flows), ``steps.py`` (who does it), ``pipeline.py`` (in which order) and
``pipelines/daily.yaml`` (the order itself).
"""

__version__ = "2026.11.0"
