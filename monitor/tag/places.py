"""Places (first stub)."""
NAME = "places-2025.07"
def tags(article):
    """None yet."""
    return []
