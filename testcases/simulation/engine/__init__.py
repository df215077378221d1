"""The scripted customer: what it understood, how it feels, what it says. Pure, and equal for an equal seed."""
