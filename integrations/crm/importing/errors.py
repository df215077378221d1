"""What can be wrong with a whole file."""


class UnreadableFileError(ValueError):
    """Nothing of the file can come in: a sentence for people that says what is wrong and what to do."""


class MappingError(ValueError):
    """The mapping names a column or field that is not there: a sentence that says which are."""
