"""SQL that both databases need and Django lacks."""

from typing import Any

from django.db.models import CharField, FloatField, Func


class DaysBetween(Func):
    """Whole days from the second date to the first."""

    output_field = FloatField()
    arg_joiner = " - "
    template = "(%(expressions)s)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        parts = [Func(part, function="JULIANDAY", output_field=FloatField()) for part in self.get_source_expressions()]
        return super(DaysBetween, DaysBetween(*parts)).as_sql(compiler, connection, **context)


class JsonText(Func):
    """What stands at a path of keys in a JSON column, as text on both databases; true and false as JSON spells them."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        column, params = compiler.compile(self.get_source_expressions()[0])
        keys = (key.replace('"', "") for key in self.extra["keys"])
        path = "$" + "".join(f'."{key}"' for key in keys)
        sql = (
            f"CASE JSON_TYPE({column}, %s) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' "
            f"ELSE CAST(JSON_EXTRACT({column}, %s) AS TEXT) END"
        )
        return sql, (*params, path, *params, path)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        column, params = compiler.compile(self.get_source_expressions()[0])
        return f"({column} #>> %s)", (*params, list(self.extra["keys"]))
