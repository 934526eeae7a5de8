"""Tagging: an article in, the same article with relevance, topics, sentiment, voice and places out, each with its evidence.

``tagger.Tagger`` is the room's one door for steps; ``train`` fits and evaluates the models that it loads.
"""
