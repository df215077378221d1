"""What we ask language models, and how well they answer.

Knows no call and no CRM record: rooms above register what fills a prompt.
"""
