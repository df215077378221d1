"""Several people answer the same calls blind, compare, agree; and how far people and machine agree at all."""
