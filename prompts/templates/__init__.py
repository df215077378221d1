"""From a version's content and values to the messages a model is sent; pure, without the database.

`content` and `variables` say what a prompt is, `checking` what is wrong with it, `rendering` fills it.
"""
