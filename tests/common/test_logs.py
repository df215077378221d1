from salesiq.common.logs import without_query_string


def test_a_logged_request_keeps_its_path_and_loses_its_query():
    event = without_query_string(None, "info", {"request": "GET /api/v1/sales/recordings?search=John+Smith"})
    assert event["request"] == "GET /api/v1/sales/recordings"


def test_questions_in_other_events_stay():
    assert without_query_string(None, "info", {"event": "is it done?"})["event"] == "is it done?"


def test_names_in_a_query_do_not_reach_the_log(client, db, caplog):
    client.get("/login?next=/who-is-john-smith&q=john.smith@example.com")
    logged = [str(record.msg) for record in caplog.records]
    assert any("GET /login" in line for line in logged)
    assert not any("john.smith" in line for line in logged)
