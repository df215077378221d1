"""Language models for people: what is connected, what it may be sent, what it costs."""
