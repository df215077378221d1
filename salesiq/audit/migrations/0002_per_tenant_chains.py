"""One chain of hashes per tenant, kept by triggers, instead of one for the whole installation.

Events of before are filed again, each in the chain of its tenant, in their old order. An event's former number stays
readable as its id (00000000-0000-0000-0000-00000000002a is number 42), so that its former hash can be computed again:
salesiq/audit/former.py walks them in that order. Where the walk must end is recorded in an event `migrated` of the
installation's own chain: number and hash of the last link, and whether the former chain was whole when it was moved.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import salesiq.common.models
from salesiq.audit import chain, former, guards

BATCH = 2000


def refile(apps, schema_editor):
    Former = apps.get_model("audit", "FormerEvent")
    FormerChain = apps.get_model("audit", "FormerChain")
    events = Former.objects.order_by("sequence")
    last = events.last()
    if last is None:
        return
    writer = _Writer(apps)
    walk = former.Walk()
    for row in events.iterator(chunk_size=BATCH):
        walk.add(row, number=row.sequence, recorded_hash=row.hash)
        writer.add(row, id=uuid.UUID(int=row.sequence), client_id=row.client_id)
    head = FormerChain.objects.filter(pk=1).first()
    expected = (head.length, head.head) if head else (last.sequence, last.hash)
    writer.add(
        former.Migrated(length=expected[0], head=expected[1], whole=walk.ends_with(*expected)),
        id=salesiq.common.models.new_id(),
        client_id=None,
    )
    writer.close()


def refuse_to_lose_events(apps, schema_editor):
    if apps.get_model("audit", "AuditEvent").objects.exists():
        raise RuntimeError("Events of several chains cannot be put back into one. Restore a backup instead.")


class _Writer:
    def __init__(self, apps):
        self.Event = apps.get_model("audit", "AuditEvent")
        self.Chain = apps.get_model("audit", "AuditChain")
        self.ends, self.batch = {}, []

    def add(self, row, *, id, client_id):
        key = client_id or chain.INSTALLATION
        length, head = self.ends.get(key, (0, chain.GENESIS))
        copied = ("at", "actor_id", "actor_name", "action", "object_type", "object_id", "address", "details")
        event = self.Event(
            id=id, client_id=client_id, chain_id=key, **{name: getattr(row, name) for name in copied}
        )
        event.payload_hash = chain.payload_hash(chain.own_fields(event))
        event.sequence, event.previous_hash = length + 1, head
        event.hash = chain.link_hash(head, length + 1, event.payload_hash)
        self.ends[key] = (event.sequence, event.hash)
        self.batch.append(event)
        if len(self.batch) >= BATCH:
            self.flush()

    def flush(self):
        self.Event.objects.bulk_create(self.batch)
        self.batch = []

    def close(self):
        self.flush()
        self.Chain.objects.bulk_create(
            [self.Chain(id=key, length=length, head=head) for key, (length, head) in self.ends.items()]
        )


def install_guards(apps, schema_editor):
    guards.install(schema_editor.connection)


def remove_guards(apps, schema_editor):
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0001_initial"),
        ("people", "0003_privacy_officer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel("AuditEvent", "FormerEvent"),
        migrations.RenameModel("AuditChain", "FormerChain"),
        migrations.CreateModel(
            name="AuditChain",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("length", models.PositiveBigIntegerField(default=0)),
                ("head", models.CharField(default="0" * 64, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=salesiq.common.models.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("actor_name", models.CharField(max_length=200, verbose_name="who")),
                ("action", models.CharField(max_length=60, verbose_name="action")),
                ("object_type", models.CharField(blank=True, max_length=60, verbose_name="kind of object")),
                ("object_id", models.CharField(blank=True, max_length=64, verbose_name="object")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="address")),
                ("details", models.JSONField(default=dict, verbose_name="details")),
                ("payload_hash", models.CharField(max_length=64, verbose_name="hash of its own fields")),
                ("sequence", models.PositiveBigIntegerField(null=True, verbose_name="number")),
                (
                    "previous_hash",
                    models.CharField(blank=True, max_length=64, verbose_name="hash of the event before"),
                ),
                ("hash", models.CharField(blank=True, max_length=64, verbose_name="hash")),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "chain",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="audit.auditchain",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.client",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit event",
                "verbose_name_plural": "audit trail",
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["client", "-at"], name="audit_by_client"),
                    models.Index(fields=["object_id", "-at"], name="audit_by_object"),
                    models.Index(fields=["actor", "-at"], name="audit_by_actor"),
                    models.Index(
                        condition=models.Q(("sequence__isnull", True)),
                        fields=["chain", "at"],
                        name="audit_unlinked",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "sequence"), name="audit_one_event_per_place")
                ],
            },
        ),
        migrations.RunPython(refile, refuse_to_lose_events),
        migrations.DeleteModel("FormerEvent"),
        migrations.DeleteModel("FormerChain"),
        migrations.RunPython(install_guards, remove_guards),
    ]
