"""Users in the back office: who has a second factor, who is locked out, and help for both."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from unfold.decorators import display

from salesiq.people.admin import UserAdmin
from salesiq.people.backoffice import signed_in
from salesiq.people.models import User
from salesiq.people.signals import object_touched
from salesiq.signin.lockout import failing_since, unlock
from salesiq.signin.second_factor import FACTORS
from salesiq.signin.sessions import end_sessions

# Rows of every tenant, secrets among them: what people need of these stands on the screen of users.
for model in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
admin.site.unregister(User)


# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = _


@admin.register(User)
class SignInUserAdmin(UserAdmin):
    """The screen of users with what signing in adds."""

    list_display = [*UserAdmin.list_display, "has_second_factor", "is_locked_out"]
    actions = ["reset_second_factor", "let_in_again", "end_all_sessions"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        attempts = AccessAttempt.objects.filter(username=OuterRef("username"), attempt_time__gte=failing_since())
        sums = attempts.order_by().values("username").annotate(sum=Sum("failures_since_start")).values("sum")
        rows: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)),
                locked_here=Exists(attempts.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT)),
                failures=Subquery(sums),
            )
        )
        return rows

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Who is switched off, or gets other rights, is signed out for good: switched on again, they sign in again."""
        super().save_model(request, obj, form, change)
        if change and set(form.changed_data) & set(self.rights):
            sessions = UserSession.objects.filter(user=obj)
            end_sessions(user=obj, sessions=sessions, actor=signed_in(request), request=request)

    @admin.display(description=_("Second factor"), boolean=True)
    def has_second_factor(self, user: Any) -> bool:
        return bool(user.factor)

    @display(description=_lazy("Signing in"), label={"locked": "danger"})
    def is_locked_out(self, user: Any) -> tuple[str, Any] | None:
        locked = user.locked_here or (user.failures or 0) >= settings.LOCKOUT_FAILURES_ANYWHERE
        return ("locked", _("Locked out")) if locked else None

    @admin.action(description=_("Reset the second factor"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """For a lost phone: the factor and its recovery codes go, and so do the sessions."""
        for user in users:
            Authenticator.objects.filter(user=user).delete()
            end_sessions(
                user=user, sessions=UserSession.objects.filter(user=user), actor=signed_in(request), request=request
            )
            self._file(request, user, "second_factor_reset")
        self._tell(
            request,
            ngettext_lazy("%(n)d second factor was reset.", "%(n)d second factors were reset.", "n"),
            len(users),
        )

    @admin.action(description=_("Let in again after wrong attempts"), permissions=["change"])
    def let_in_again(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            if unlock(user=user):
                self._file(request, user, "unlocked")
        self._tell(
            request, ngettext_lazy("%(n)d user may sign in again.", "%(n)d users may sign in again.", "n"), len(users)
        )

    @admin.action(description=_("End all sessions"), permissions=["change"])
    def end_all_sessions(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            sessions = UserSession.objects.filter(user=user)
            end_sessions(user=user, sessions=sessions, actor=signed_in(request), request=request)
        self._tell(
            request, ngettext_lazy("%(n)d user was signed out.", "%(n)d users were signed out.", "n"), len(users)
        )

    def _file(self, request: HttpRequest, user: User, action: str) -> None:
        object_touched.send(User, target=user, action=action, actor=signed_in(request), request=request, details={})

    def _tell(self, request: HttpRequest, words: Any, count: int) -> None:
        self.message_user(request, words % {"n": count}, messages.SUCCESS)
