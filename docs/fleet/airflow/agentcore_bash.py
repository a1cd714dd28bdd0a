"""Airflow: four parts of the environments at a time with the command, then the index.

`agentcore-probe[report,fleet]` is in a virtual environment of its own, because Airflow needs other versions of the same packages.
Its folder `bin` is on PATH, such as by a link: ln -s /srv/agentcore/.venv/bin/agentcore-probe /usr/local/bin
"""

import os
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

PROJECT = os.environ.get("AGENTCORE_PROJECT", "/srv/agentcore")
REPORTS = os.environ.get("AGENTCORE_REPORTS", "s3://my-reports/agentcore")
PARTS = 4

with DAG(
    "agentcore_access",
    schedule="17 3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
):
    # Findings (exit code 1) and environments that could not run (2, 3, 4) do not keep the index from being made.
    parts = [
        BashOperator(
            task_id=f"part_{number}",
            bash_command=f'agentcore-probe report all --shard {number}/{PARTS} --out "$REPORTS" || [ $? -le 4 ]',
            env={"REPORTS": REPORTS},
            append_env=True,
            cwd=PROJECT,
            retries=1,
            execution_timeout=timedelta(hours=1),
        )
        for number in range(1, PARTS + 1)
    ]
    index = BashOperator(
        task_id="index",
        bash_command='agentcore-probe index --out "$REPORTS"',
        env={"REPORTS": REPORTS},
        append_env=True,
        cwd=PROJECT,
    )
    parts >> index
