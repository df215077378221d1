"""The simulated customer: played turn by turn, by a state machine or by a language model held to its persona."""
