"""Where managers write cases, run them, and send people to practise."""
