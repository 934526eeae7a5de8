"""The crawl room: addresses become feed entries, entries become articles; nothing here writes to a store."""
