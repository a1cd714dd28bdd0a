"""Airflow: the report's notebook, executed by Airflow's own PapermillOperator, one task for each environment.

Airflow and `agentcore-probe[report]` have virtual environments of their own, because they need different versions of the same
packages. Airflow finds the other one as a kernel:

    /srv/agentcore/.venv/bin/python -m ipykernel install --name agentcore-probe --prefix /srv/airflow/.venv

A task fails if its environment could not be observed. Only the executed notebook is written; the page, the index and the
history are made by the command.
"""

import os
from datetime import UTC, datetime

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk import DAG

PROJECT = os.environ.get("AGENTCORE_PROJECT", "/srv/agentcore")
ENVIRONMENTS = os.environ.get("AGENTCORE_ENVIRONMENTS", "prod stage").split()

with DAG(
    "agentcore_notebooks",
    schedule="17 3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
):
    for environment in ENVIRONMENTS:
        PapermillOperator(
            task_id=environment,
            input_nb=f"{PROJECT}/notebooks/verification.ipynb",
            output_nb=f"{PROJECT}/executed/{environment}-{{{{ ts_nodash }}}}.ipynb",
            kernel_name="agentcore-probe",
            parameters={"environment": environment},
            # The operator has no working directory, by which the notebook finds `environments/`.
            pre_execute=lambda context: os.chdir(PROJECT),
        )
