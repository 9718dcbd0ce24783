"""Sentence roles: why a figure is what it is (原因说明), shortcomings (问题), what mends them (改进措施).

Prediction needs numpy alone; scikit-learn is imported only where a model is trained or measured
(:mod:`cnfin.roles.classifier`, :mod:`cnfin.roles.training`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnfin.roles.inputs import RoleInput, role_inputs

if TYPE_CHECKING:
    from cnfin.roles.classifier import RoleClassifier
    from cnfin.roles.model import ModelError, RoleModel, load_model

__all__ = ["ModelError", "RoleClassifier", "RoleInput", "RoleModel", "load_model", "role_inputs"]


def __getattr__(name: str) -> Any:
    if name in ("ModelError", "RoleModel", "load_model"):
        from cnfin.roles import model

        return getattr(model, name)
    if name == "RoleClassifier":
        from cnfin.roles.classifier import RoleClassifier

        return RoleClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
