"""Personal data that was spoken: found so that it can be masked. Nothing here keeps what it finds, only its place."""
