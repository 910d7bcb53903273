"""Which Airflow user may do what by the web page and the REST API; what the DAGs do themselves does not pass here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

if TYPE_CHECKING:
    from airflow.api_fastapi.auth.managers.base_auth_manager import ResourceMethod
    from airflow.api_fastapi.auth.managers.models.resource_details import (
        AssetDetails,
        DagDetails,
        VariableDetails,
    )
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

_ANSWER = (DagAccessEntity.HITL_DETAIL, "PUT")
_START = (DagAccessEntity.RUN, "POST")
_PEOPLE = {"user": {_ANSWER, _START}, "op": {_ANSWER, _START}}
_KEEPS_IT_RUNNING = {
    (None, "PUT"),  # pause a DAG
    (DagAccessEntity.RUN, "PUT"),
    (DagAccessEntity.TASK_INSTANCE, "PUT"),
}
_QUESTIONS = ("hold", "release")
"""DAGs whose only task is a question: a sweep starts them, and a person answers."""


class AuthManager(SimpleAuthManager):
    """Airflow's simple logins, with no more rights than each role needs.

    Nobody writes an XCom. A run that holds a question is not started, cleared, marked or deleted by people: the sweep
    asks again where that is needed. Variables and events of assets belong to the administrator.
    """

    def is_authorized_dag(
        self,
        *,
        method: ResourceMethod,
        user: SimpleAuthManagerUser,
        access_entity: DagAccessEntity | None = None,
        details: DagDetails | None = None,
    ) -> bool:
        """Say whether a user may do this to a DAG, or to a part of one; only the administrator changes all at once."""
        allowed = super().is_authorized_dag(method=method, user=user, access_entity=access_entity, details=details)
        if method == "GET" or not allowed:
            return allowed
        if access_entity == DagAccessEntity.XCOM:
            return False
        role = (user.role or "").lower()
        if role == "admin":
            return True
        act = (access_entity, method)
        if details is None or details.id is None:
            return False
        if details.id in _QUESTIONS:
            return act == _ANSWER
        return act in _PEOPLE[role] or (role == "op" and act in _KEEPS_IT_RUNNING)

    def is_authorized_variable(
        self, *, method: ResourceMethod, user: SimpleAuthManagerUser, details: VariableDetails | None = None
    ) -> bool:
        """Say whether a user may do this to a variable; no DAG reads one."""
        return _is_administrator(user)

    def is_authorized_asset(
        self, *, method: ResourceMethod, user: SimpleAuthManagerUser, details: AssetDetails | None = None
    ) -> bool:
        """Say whether a user may do this to an asset: look, unless they are the administrator."""
        allowed = super().is_authorized_asset(method=method, user=user, details=details)
        return allowed and (method == "GET" or _is_administrator(user))


def _is_administrator(user: SimpleAuthManagerUser) -> bool:
    return (user.role or "").lower() == "admin"
