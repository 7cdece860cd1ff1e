"""Back-test: the model driven by published book-ins and scored against published figures."""
