import pytest

from prompts.evaluation.many import for_each


@pytest.mark.parametrize("at_once", [1, 3])
def test_each_thing_is_done_once_and_the_first_error_ends_it(at_once):
    done, told = [], []
    for_each(range(20), done.append, at_once=at_once, report=told.append)
    assert sorted(done) == list(range(20)) and told[-1:] in ([], [20])

    with pytest.raises(ZeroDivisionError):
        for_each([1, 0, 1], lambda number: 1 / number, at_once=at_once, report=told.append)
