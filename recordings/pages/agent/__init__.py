"""The pages of one agent: their own under /my, and the same for those who may see them."""
