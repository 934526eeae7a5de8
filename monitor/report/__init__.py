"""What officers read: a digest composed from tagged articles, and the shapes it comes in."""
