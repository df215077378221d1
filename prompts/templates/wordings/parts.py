"""What patterns of all languages are made of."""

# Kind, words of which one must be there (their first five letters, folded), and the pattern itself.
Pattern = tuple[str, str, str]

GAP = r"(?:\W+\w+){0,%d}?\W+"
# Up to three, or six, words between two others.
NEAR, FAR = GAP % 3, GAP % 6
