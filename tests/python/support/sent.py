"""The statements that this process sends through dbt's adapters."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.adapters.base.impl import BaseAdapter


def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Takes every statement that is sent from now on."""
    sent: list[str] = []
    execute = BaseAdapter.execute

    def recorded(self: Any, sql: str, *arguments: Any, **named: Any) -> Any:
        sent.append(sql)
        return execute(self, sql, *arguments, **named)

    monkeypatch.setattr(BaseAdapter, "execute", recorded)
    return sent
