"""`assistant jobs list|retry`: what was posted and is not taken in yet."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import AsJson
from api.cli.terminal import one_line, say, say_json, tell
from api.problems import ExitCode

app = typer.Typer(
    help="List posted jobs that are not done, and retry them.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_jobs(as_json: AsJson = False) -> None:
    """List jobs that wait, and the articles of jobs that are in quarantine.

    An article is put there when the process that ingests ended over it several times. It is kept until it is retried.
    """
    from api.wire.jobs import waiting_jobs_body
    from assistant.settings import load_settings
    from corpus.store import open_store

    with open_store(load_settings().data_folder) as store:
        body = waiting_jobs_body(store.jobs.waiting())
    if as_json:
        say_json(body)
        return
    for job in body.data:
        say(f"{job.id}  {job.kind}  {job.status}  {job.done} of {job.total} done")
        for name in job.quarantined:
            say(f"  in quarantine: {one_line(name)}")
    if not body.data:
        tell("No job waits.")


@app.command("retry")
def retry_job(
    job_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `jobs list` shows.")],
) -> None:
    """Take the articles of a job out of quarantine; the service tries them again."""
    from assistant.settings import load_settings
    from corpus.store import open_store

    with open_store(load_settings().data_folder) as store:
        retried = store.jobs.retry(job_id)
    say(f"{retried} to be tried again.")
    if not retried:
        tell("Nothing of this job is in quarantine; `assistant jobs list` shows what is.")
        raise typer.Exit(ExitCode.SOME_LEFT_OUT)
