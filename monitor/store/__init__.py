"""What was read and what it was tagged as, kept: every line of SQL of the product is in this room.

``Store`` opens a database and gives transactions; the modules beside it are functions on one: ``articles`` (what was read),
``tags`` (what it is about), ``visits`` (how sources answer), ``runs`` (what was done, and the lock), ``counts``, ``search``.
"""

from monitor.store.database import Store

__all__ = ["Store"]
