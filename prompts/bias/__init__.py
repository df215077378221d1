"""Bias checks: the same case with other people in it must come out alike."""

from prompts.bias.errors import BiasError
from prompts.bias.services import start_bias_check, stop_bias_check
from prompts.bias.variants import ATTRIBUTES, groups_of

__all__ = ["ATTRIBUTES", "BiasError", "groups_of", "start_bias_check", "stop_bias_check"]
