"""What the API's description says of keys and scopes."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object

from salesiq.people.api.authentication import KeyAuthentication
from salesiq.people.scopes import KeyScope


class DescribedSchema(AutoSchema):
    """Each operation tells in words which scope a key needs for it."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation: Any = super().get_operation(*args, **kwargs)
        scope_for = getattr(self.view, "scope_for", None)
        if operation and scope_for:
            told = f"A key needs the scope `{scope_for(self.method).value}`."
            operation["description"] = f"{operation.get('description', '')}\n\n{told}".strip()
        return operation


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes signing in by key: which scopes an operation takes stands beside the scheme."""

    target_class = KeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        scheme: dict[str, Any] = build_bearer_security_scheme_object(
            header_name="Authorization", token_prefix=self.target.authenticate_header("")
        )
        return {**scheme, "bearerFormat": "siq_…", "description": _describe_scopes()}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        scope_for = getattr(auto_schema.view, "scope_for", None)
        return {self.name: [scope_for(auto_schema.method).value] if scope_for else []}


def _describe_scopes() -> str:
    lines = "\n".join(f"- `{scope.value}`: {scope.label}" for scope in KeyScope)
    return f"An API key. An operation needs the scope named with it, and the role of the key's user.\n\n{lines}"
