"""The prompts that come with the product, and their place in a client's workspace."""
