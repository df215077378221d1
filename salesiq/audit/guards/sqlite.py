"""The trail's triggers on SQLite. It has one writer at a time, so that an event is linked as it is written."""

from django.db.backends.base.base import BaseDatabaseWrapper

from salesiq.audit.chain import sha256

_OWN = (
    "id", "at", "client_id", "actor_id", "actor_name", "action", "object_type", "object_id", "address", "details",
    "payload_hash", "chain_id",
)  # fmt: skip
_CHANGED = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _OWN)

_TRIGGERS = {
    "audit_event_links": """
AFTER INSERT ON audit_auditevent BEGIN
    INSERT INTO audit_auditchain (id, length, head)
        SELECT NEW.chain_id, 0, hex(zeroblob(32))
        WHERE NOT EXISTS (SELECT 1 FROM audit_auditchain WHERE id = NEW.chain_id);
    UPDATE audit_auditevent SET (sequence, previous_hash, hash) = (
        SELECT length + 1, head, audit_sha256(head || ':' || (length + 1) || ':' || NEW.payload_hash)
        FROM audit_auditchain WHERE id = NEW.chain_id
    ) WHERE id = NEW.id;
    UPDATE audit_auditchain SET (length, head) = (SELECT sequence, hash FROM audit_auditevent WHERE id = NEW.id)
        WHERE id = NEW.chain_id;
END""",
    # “Exists” bars INSERT OR REPLACE, which deletes the row of that key without asking the triggers below.
    "audit_event_begins": """
BEFORE INSERT ON audit_auditevent
WHEN NEW.sequence IS NOT NULL OR NEW.previous_hash <> '' OR NEW.hash <> ''
    OR EXISTS (SELECT 1 FROM audit_auditevent WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only: an event with a place of its own is refused.'); END""",
    "audit_event_unchanged": f"""
BEFORE UPDATE ON audit_auditevent WHEN OLD.sequence IS NOT NULL OR {_CHANGED}
BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only: UPDATE is refused.'); END""",
    "audit_event_stays": """
BEFORE DELETE ON audit_auditevent
BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE is refused.'); END""",
    "audit_chain_begins": """
BEFORE INSERT ON audit_auditchain
WHEN NEW.length <> 0 OR NEW.head <> hex(zeroblob(32)) OR EXISTS (SELECT 1 FROM audit_auditchain WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only: a chain that does not begin empty is refused.'); END""",
    "audit_chain_moves_on": """
BEFORE UPDATE ON audit_auditchain
WHEN NOT (NEW.id = OLD.id AND NEW.length = OLD.length + 1 AND EXISTS (
    SELECT 1 FROM audit_auditevent
    WHERE chain_id = NEW.id AND sequence = NEW.length AND hash = NEW.head AND previous_hash = OLD.head
))
BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only: an end without its event is refused.'); END""",
    "audit_chain_stays": """
BEFORE DELETE ON audit_auditchain
BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only: DELETE is refused.'); END""",
}  # fmt: skip

_STATEMENTS = {name: f"CREATE TRIGGER {name} {body.strip()}" for name, body in _TRIGGERS.items()}
INSTALL = list(_STATEMENTS.values())
REMOVE = [f"DROP TRIGGER IF EXISTS {name}" for name in _STATEMENTS]


def find_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that are not there or were rewritten."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = dict(cursor.fetchall())
    return [name for name, statement in _STATEMENTS.items() if found.get(name) != statement]


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Give a new connection the hash that the triggers compute; without it nothing can be appended."""
    connection.connection.create_function("audit_sha256", 1, sha256, deterministic=True)
