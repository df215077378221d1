"""Signing in: passwords, second factors, lock-out, sessions, single sign-on."""
