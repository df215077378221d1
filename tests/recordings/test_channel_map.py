import io

from django.core.files import File

from recordings.services import AnalysisOptions, CallDetails, receive_recording
from tests.factories import make_client
from tests.recordings.factories import make_sound


def receive(client, source, **options):
    upload = File(io.BytesIO(make_sound()), name="call.wav")
    upload.size = len(upload.file.getvalue())
    details = CallDetails(source=source)
    receipt = receive_recording(
        client=client, upload=upload, created_by=None, details=details, options=AnalysisOptions(**options)
    )
    return receipt.call.agent_channel


def test_a_source_tells_on_which_channel_its_agents_are(db):
    assert receive(make_client(agent_channels={"pbx": 1}), "pbx") == 1


def test_what_a_door_says_goes_before_the_map_of_the_source(db):
    assert receive(make_client(agent_channels={"pbx": 1}), "pbx", agent_channel=0) == 0


def test_a_source_nobody_mapped_leaves_it_to_the_words(db):
    assert receive(make_client(agent_channels={"pbx": 1}), "import") is None
