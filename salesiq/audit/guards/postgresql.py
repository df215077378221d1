"""The trail's triggers on PostgreSQL.

Events are linked by a deferred constraint trigger, at commit. So the lock on a tenant's chain is the last one that a
transaction takes and is held for a moment only: transactions that lock a call and file an event, in whatever order,
do not wait for each other, and a long one keeps nobody from looking. One run links all events of the transaction,
chain by chain in the order of their ids, so that two transactions which file in several tenants do not either.

An event that is a whole transaction, as a look is, comes with the number 0: its commit is not waited for on the disk.
A crash of the database server can then lose the looks of its last moments (three times wal_writer_delay, 0.6 s), which
leaves the chain whole, since what is written to the log later is lost first; and no change, for those wait.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_FUNCTIONS = {
    "audit_link": """
DECLARE
    unlinked record;
    link record;
BEGIN
    FOR unlinked IN
        SELECT id, chain_id, payload_hash FROM audit_auditevent WHERE sequence IS NULL ORDER BY chain_id, at, id
    LOOP
        SELECT length, head INTO link FROM audit_auditchain WHERE id = unlinked.chain_id FOR UPDATE;
        IF NOT FOUND THEN
            INSERT INTO audit_auditchain (id, length, head) VALUES (unlinked.chain_id, 0, repeat('0', 64))
                ON CONFLICT DO NOTHING;
            SELECT length, head INTO link FROM audit_auditchain WHERE id = unlinked.chain_id FOR UPDATE;
        END IF;
        UPDATE audit_auditevent
            SET sequence = link.length + 1,
                previous_hash = link.head,
                hash = encode(sha256(convert_to(
                    link.head || ':' || (link.length + 1) || ':' || unlinked.payload_hash, 'UTF8')), 'hex')
            WHERE id = unlinked.id AND sequence IS NULL
            RETURNING sequence, hash INTO link;
        IF FOUND THEN
            UPDATE audit_auditchain SET length = link.sequence, head = link.hash WHERE id = unlinked.chain_id;
        END IF;
    END LOOP;
    RETURN NULL;
END""",
    "audit_refuse": """
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END""",
    "audit_check_event": """
DECLARE
    same audit_auditevent%ROWTYPE;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.sequence = 0 THEN
            NEW.sequence := NULL;
            PERFORM set_config('synchronous_commit', 'off', true);
        END IF;
        IF NEW.sequence IS NOT NULL OR NEW.previous_hash <> '' OR NEW.hash <> '' THEN
            RAISE EXCEPTION 'The audit trail gives an event its place itself.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    same := NEW;
    same.sequence := OLD.sequence; same.previous_hash := OLD.previous_hash; same.hash := OLD.hash;
    IF OLD.sequence IS NOT NULL OR same IS DISTINCT FROM OLD OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'The audit trail is append-only: events cannot be changed.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END""",
    "audit_check_chain": """
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.length <> 0 OR NEW.head <> repeat('0', 64)) THEN
        RAISE EXCEPTION 'A chain of the audit trail begins empty.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NOT (NEW.id = OLD.id AND NEW.length = OLD.length + 1 AND EXISTS (
        SELECT 1 FROM audit_auditevent
        WHERE chain_id = NEW.id AND sequence = NEW.length AND hash = NEW.head AND previous_hash = OLD.head
    )) THEN
        RAISE EXCEPTION 'The end of a chain moves only with a new event.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END""",
}
# Name: table, kind and time, condition, function.
_TRIGGERS = {
    "audit_event_links": (
        "audit_auditevent",
        "CONSTRAINT TRIGGER {} AFTER INSERT ON {} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW",
        "audit_link",
    ),
    "audit_event_checked": (
        "audit_auditevent",
        "TRIGGER {} BEFORE INSERT OR UPDATE ON {} FOR EACH ROW",
        "audit_check_event",
    ),
    "audit_event_stays": ("audit_auditevent", "TRIGGER {} BEFORE DELETE ON {} FOR EACH ROW", "audit_refuse"),
    "audit_events_stay": ("audit_auditevent", "TRIGGER {} BEFORE TRUNCATE ON {} FOR EACH STATEMENT", "audit_refuse"),
    "audit_chain_checked": (
        "audit_auditchain",
        "TRIGGER {} BEFORE INSERT OR UPDATE ON {} FOR EACH ROW",
        "audit_check_chain",
    ),
    "audit_chain_stays": ("audit_auditchain", "TRIGGER {} BEFORE DELETE ON {} FOR EACH ROW", "audit_refuse"),
    "audit_chains_stay": ("audit_auditchain", "TRIGGER {} BEFORE TRUNCATE ON {} FOR EACH STATEMENT", "audit_refuse"),
}

INSTALL = [
    *(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
        for name, body in _FUNCTIONS.items()
    ),
    *(
        f"CREATE {head.format(name, table)} EXECUTE FUNCTION {function}()"
        for name, (table, head, function) in _TRIGGERS.items()
    ),
]
REMOVE = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, (table, _, _) in _TRIGGERS.items()]

_FOUND = """
SELECT t.tgname, p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgname = ANY(%s) AND t.tgenabled IN ('O', 'A')
"""


def find_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that are not there, are switched off, or call something else."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [list(_TRIGGERS)])
        found = {name: (function, source) for name, function, source in cursor.fetchall()}
    expected = {name: (function, _FUNCTIONS[function]) for name, (_, _, function) in _TRIGGERS.items()}
    return [name for name in expected if found.get(name) != expected[name]]
