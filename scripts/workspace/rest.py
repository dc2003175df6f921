"""The REST half: the workspace, jobs and command calls that Python models need, and control."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from dataclasses import asdict
from typing import Any

from workspace.engine import Engine

Json = dict[str, Any]
Answer = tuple[int, Any]
# A short run has ended when the client first asks, so that it need not wait to ask again.
WAIT_SECONDS = 20.0


def _last_line(error: str) -> str:
    return error.strip().splitlines()[-1] if error.strip() else ""


class Runs:
    """Python runs by number, each in its own thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="python-run")
        self._lock = threading.Lock()
        self._runs: list[Future[str | None]] = []

    def start(self, source: str, name: str) -> int:
        """Start a run; returns its number."""
        with self._lock:
            self._runs.append(self._pool.submit(self._engine.run_python, source, name))
            return len(self._runs)

    def ended(self, number: int) -> tuple[bool, str]:
        """Whether the run has ended, and its traceback or ''. Waits a little."""
        try:
            return True, self._runs[number - 1].result(WAIT_SECONDS) or ""
        except TimeoutError:
            return False, ""


class Rest:
    """Answers REST calls by method and path below /api/<version>/."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._notebooks: dict[str, str] = {}
        self._runs = Runs(engine)
        ok: Json = {}
        self._calls: dict[str, Callable[[Json], Answer]] = {
            "GET preview/scim/v2/Me": lambda _: (200, {"id": "1", "userName": "local@example.com"}),
            "POST workspace/mkdirs": lambda _: (200, ok),
            "POST workspace/import": self._import,
            "GET workspace/get-status": self._status,
            "POST jobs/runs/submit": self._submit,
            "GET jobs/runs/get": self._run,
            "GET jobs/runs/get-output": self._output,
            "POST jobs/runs/cancel": lambda _: (200, ok),
            "GET clusters/get": lambda asked: (200, {**asked, "state": "RUNNING"}),
            "GET libraries/cluster-status": lambda asked: (200, {**asked, "library_statuses": []}),
            "POST contexts/create": lambda _: (200, {"id": "context"}),
            "GET contexts/status": lambda _: (200, {"id": "context", "status": "Running"}),
            "POST contexts/destroy": lambda _: (200, {"id": "context"}),
            "POST commands/execute": self._command,
            "GET commands/status": self._command_status,
            "POST stand-in/refuse": self._refuse,
            "GET stand-in/refuse": lambda _: (200, {"rules": engine.faults.show()}),
            "DELETE stand-in/refuse": self._refuse_nothing,
            "GET stand-in/log": self._log,
        }

    def call(self, method: str, path: str, asked: Json) -> Answer:
        """Answer a call; `path` starts after /api/<version>/, `asked` is query and body in one."""
        if path.startswith("connector-service/feature-flags"):
            return 200, {"flags": [], "ttl_seconds": 3600}
        if path.startswith("telemetry"):
            return 200, {"errors": [], "numSuccess": 0, "numProtoSuccess": 0}
        if path.startswith("permissions/"):
            return 200, {}
        call = self._calls.get(f"{method} {path}")
        if call is None:
            return 404, _problem("ENDPOINT_NOT_FOUND", f"The stand-in has no {method} {path}")
        try:
            return call(asked)
        except (KeyError, IndexError) as error:
            return 400, _problem("INVALID_PARAMETER_VALUE", f"Unknown or missing: {error}")
        except ValueError as error:
            return 400, _problem("INVALID_PARAMETER_VALUE", str(error))

    # ---- notebooks and runs

    def _import(self, asked: Json) -> Answer:
        self._notebooks[asked["path"]] = base64.b64decode(asked["content"]).decode()
        return 200, {}

    def _status(self, asked: Json) -> Answer:
        number = 1 + list(self._notebooks).index(asked["path"])
        return 200, {"path": asked["path"], "object_type": "NOTEBOOK", "object_id": number}

    def _submit(self, asked: Json) -> Answer:
        path = asked["tasks"][0]["notebook_task"]["notebook_path"]
        return 200, {"run_id": self._runs.start(self._notebooks[path], path)}

    def _run_state(self, number: int) -> tuple[Json, str]:
        ended, error = self._runs.ended(number)
        if not ended:
            return {"life_cycle_state": "RUNNING"}, ""
        # A failed task ends as INTERNAL_ERROR, on which the adapter asks for the traceback.
        if error:
            message = {"state_message": _last_line(error)}
            return {
                "life_cycle_state": "INTERNAL_ERROR",
                "result_state": "FAILED",
                **message,
            }, error
        return {"life_cycle_state": "TERMINATED", "result_state": "SUCCESS"}, ""

    def _run(self, asked: Json) -> Answer:
        number = int(asked["run_id"])
        state, _ = self._run_state(number)
        task = {"run_id": number, "task_key": "task", "state": state}
        run = {"run_id": number, "job_id": number, "state": state, "run_page_url": ""}
        return 200, {**run, "tasks": [task]}

    def _output(self, asked: Json) -> Answer:
        number = int(asked["run_id"])
        state, error = self._run_state(number)
        metadata = {"run_id": number, "state": state}
        return 200, {"error": _last_line(error), "error_trace": error, "metadata": metadata}

    def _command(self, asked: Json) -> Answer:
        return 200, {"id": str(self._runs.start(asked["command"], "/command"))}

    def _command_status(self, asked: Json) -> Answer:
        ended, error = self._runs.ended(int(asked["commandId"]))
        if not ended:
            return 200, {"id": asked["commandId"], "status": "Running"}
        results = {"resultType": "text", "data": ""}
        if error:
            results = {"resultType": "error", "cause": error, "summary": _last_line(error)}
        return 200, {"id": asked["commandId"], "status": "Finished", "results": results}

    # ---- control of the stand-in itself

    def _refuse(self, asked: Json) -> Answer:
        self._engine.faults.add(asked)
        return 200, {"rules": self._engine.faults.show()}

    def _refuse_nothing(self, _: Json) -> Answer:
        self._engine.faults.clear()
        return 200, {"rules": []}

    def _log(self, asked: Json) -> Answer:
        entries = self._engine.log.since(int(asked.get("since", 0)))
        return 200, {"entries": [asdict(entry) for entry in entries]}


def _problem(code: str, message: str) -> Json:
    return {"error_code": code, "message": message}
