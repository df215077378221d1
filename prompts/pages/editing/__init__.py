"""Writing a prompt in the browser: a form without code, checked and previewed while it is written."""
