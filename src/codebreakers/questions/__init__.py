"""One file a question: the heart of the house."""
