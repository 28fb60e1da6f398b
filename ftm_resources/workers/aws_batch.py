"""Run the workers of a batch plan on AWS Batch: one array job, watched until every container has ended.

A submission is a batch manifest in the store: the plan's own, or one that lists what was missing afterwards. The
job's name is made from the manifest's, so whoever comes back after a crash finds the job that is running or has
ended, and a submission whose answer got lost is not made twice. A container's place in the array is its batch's line
in the manifest.

What AWS Batch says ended well must be done by the workers' checkpoints too; who publishes then checks the data.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ftm_resources.contract import layout
from ftm_resources.contract.asset import Asset
from ftm_resources.errors import BatchFailed, SettingError
from ftm_resources.progress import Say
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.aws_batch_client import (
    ENDED,
    MACHINE_LOST,
    RETRY_SECONDS,
    AWSBatch,
    Child,
    Job,
    pauses,
)
from ftm_resources.workers.checkpoint import is_done, read_checkpoint
from ftm_resources.workers.launcher import WORKER_THREADS, Launched
from ftm_resources.workers.plan import Batch, BatchPlan, manifests_of, write_plan
from ftm_resources.workers.progress import BatchProgress

SECONDS_BETWEEN_WORDS = 5 * 60.0  # while nothing changes
SECONDS_TO_END_A_JOB = 20.0  # whoever cancels waits for it
MOST_FAILURES_SHOWN, MOST_LAST_WORDS, MOST_FIRMS_SHOWN = 10, 3, 20

STATES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", *ENDED)


@dataclass(frozen=True)
class BatchLauncher:
    """Workers as containers of an AWS Batch job queue, on the GPUs behind it."""

    queue: str
    definition: str
    firms: int = 200  # of a batch
    timeout_seconds: int = 2 * 60 * 60  # of one attempt at a batch
    dollars_per_gpu_hour: float = 1.006  # for the estimate: g5.xlarge on demand in us-east-1. Spot is cheaper
    allow_failures: bool = True

    def preflight(self, store: ObjectStore) -> None:
        """Raise SettingError unless the store is a bucket and the queue takes jobs of the definition."""
        for name, value in {"FTM_BATCH_JOB_QUEUE": self.queue, "FTM_BATCH_JOB_DEFINITION": self.definition}.items():
            if not value:
                raise SettingError("FTM_LAUNCHER=batch", f"it needs {name}", "Set it to the one your workers run with")
        if not isinstance(store, BucketStore):
            raise SettingError(
                "FTM_LAUNCHER=batch",
                f"its containers can't see the folder {store.url}",
                "Set FTM_STORE=s3://your-bucket",
            )
        AWSBatch(self.queue, self.definition, lambda message: None).check()

    def firms_per_batch(self, n_firms: int) -> int:
        """What one container gets: enough to be worth starting it, little enough to be done within the hour."""
        return self.firms

    def run_all(self, store: ObjectStore, plan: BatchPlan, asset: Asset, on_progress: Say) -> Launched:
        """Run what is missing of the plan, or find the job that already does, and watch it to its end.

        Raises BatchFailed, also when AWS can't be asked any more; jobs then go on. A cancelled run ends its job.
        """
        aws = AWSBatch(self.queue, self.definition, on_progress)
        try:
            submission, job_id = self._running_or_new(aws, store, plan, asset, on_progress)
            if job_id is not None:
                job = _watch(aws, store, submission, asset, job_id, on_progress)
                _raise_failures(aws, store, submission, asset, job)
        except BaseException as interruption:
            # Ctrl-C, or Terminate in the UI; an Exception leaves the job running, for the next run to find.
            if not isinstance(interruption, Exception):
                self._end_jobs(store, plan, asset, on_progress)
            raise
        try:
            return self._launched(aws, _jobs_of(aws, store, plan, asset))
        except BatchFailed as error:  # the work is done, and worth more than knowing what it took
            on_progress(f"{asset} {plan.quarter}: what it took can't be shown: {error}")
            return Launched()

    def _running_or_new(
        self, aws: AWSBatch, store: ObjectStore, plan: BatchPlan, asset: Asset, say: Say
    ) -> tuple[BatchPlan, str | None]:
        """The plan's latest submission and its job, or a new one for what is missing. No job: nothing is."""
        submission = _submissions(store, plan)[-1]
        known = aws.find(f"{_name_begins(asset, plan.quarter)}*")
        _end_strangers(aws, store, [job for job in known if job["jobName"] != _name(asset, submission)], say)
        mine = [job["jobId"] for job in known if job["jobName"] == _name(asset, submission)]
        job = aws.describe(mine[:1])[0] if mine else None
        if job is not None and not _has_ended(job):
            say(f"{asset} {plan.quarter}: found job {job['jobId']}, which an earlier run submitted")
            return submission, str(job["jobId"])
        missing = _missing(aws, store, plan, submission, job)
        if not missing:
            say(f"{asset} {plan.quarter}: all {len(plan.batches)} batches were done before")
            return submission, None
        if job is not None or missing != submission.batches:
            submission = write_plan(store, missing)
        return submission, self._submit(aws, store, submission, asset, say)

    def _submit(self, aws: AWSBatch, store: ObjectStore, submission: BatchPlan, asset: Asset, say: Say) -> str:
        batches = submission.batches
        job_id = aws.submit(
            _name(asset, submission),
            len(batches),
            _environment(store, submission, self.allow_failures),
            {
                "ftm-asset": asset.name,
                "ftm-quarter": submission.quarter,
                "ftm-plan": submission.plan_id,
                "ftm-queue": self.queue,  # infra/ lets a container end only jobs with its own deployment's
            },
            self.timeout_seconds,
        )
        firms = sum(len(batch.firm_ids) for batch in batches)
        say(
            f"{asset} {submission.quarter}: submitted job {job_id}, {len(batches)} batches of together {firms:,} "
            f"firms: {aws.job_link(job_id)}"
        )
        return job_id

    def _end_jobs(self, store: ObjectStore, plan: BatchPlan, asset: Asset, say: Say) -> None:
        """End the plan's jobs: nobody is waiting for them any more."""
        aws = AWSBatch(self.queue, self.definition, say, SECONDS_TO_END_A_JOB)
        try:
            for job in _jobs_of(aws, store, plan, asset):
                if job["status"] not in ENDED:
                    aws.terminate(job["jobId"], "its run was cancelled")
                    say(f"{asset} {plan.quarter}: ended job {job['jobId']}. What its workers finished is kept")
        except BatchFailed as error:
            say(f"{asset} {plan.quarter}: its jobs may go on: {error}")

    def _launched(self, aws: AWSBatch, jobs: Sequence[Job]) -> Launched:
        """What all submissions of the plan took, as far as AWS Batch still knows them."""
        children = [child for job in aws.describe([job["jobId"] for job in jobs]) for child in aws.children(job)]
        gpu_minutes = sum(child.minutes * child.gpus for child in children)
        figures: dict[str, float] = {
            "batch_jobs": len(jobs),
            "batch_attempts": sum(child.attempts for child in children),
            "spot_interruptions": sum(child.spot_interruptions for child in children),
            "container_minutes": round(sum(child.minutes for child in children), 2),
            "gpu_minutes": round(gpu_minutes, 2),
            "estimated_cost_usd": round(gpu_minutes / 60 * self.dollars_per_gpu_hour, 4),
            "assumed_usd_per_gpu_hour": self.dollars_per_gpu_hour,
        }
        links = {}
        if jobs:
            links = {"batch_job": aws.job_link(str(jobs[0]["jobId"])), "worker_log": aws.log_link(children[-1])}
        return Launched(figures, links)


def _name_begins(asset: Asset, quarter: str) -> str:
    return f"ftm-{asset}-{quarter}-"


def _name(asset: Asset, submission: BatchPlan) -> str:
    """The job's name: the same for the same submission, and no other's."""
    written_at = submission.key.rpartition("/manifest_")[2].removesuffix(".jsonl")
    return f"{_name_begins(asset, submission.quarter)}{submission.plan_id}-{written_at}"


def _environment(store: ObjectStore, submission: BatchPlan, allow_failures: bool) -> dict[str, str]:
    batches = submission.batches
    return {
        "MANIFEST_S3_KEY": submission.key,
        "QUARTER": submission.quarter,
        "S3_BUCKET": store.url.removeprefix("s3://"),
        "DATA_SOURCE": "s3",
        "CHECKPOINT_INTERVAL": str(batches[0].firms_per_checkpoint),
        "ALLOW_FAILURES": str(allow_failures).lower(),
        **WORKER_THREADS,
        **({"BATCH_ID": batches[0].batch_id} if len(batches) == 1 else {}),
    }


def _submissions(store: ObjectStore, plan: BatchPlan) -> list[BatchPlan]:
    return manifests_of(store, plan.batches) or [plan]


def _jobs_of(aws: AWSBatch, store: ObjectStore, plan: BatchPlan, asset: Asset) -> list[Job]:
    """The jobs of the plan's submissions that AWS Batch still knows, newest first."""
    names = {_name(asset, submission) for submission in _submissions(store, plan)}
    return [job for job in aws.find(f"{_name_begins(asset, plan.quarter)}*") if job["jobName"] in names]


def _end_strangers(aws: AWSBatch, store: ObjectStore, others: list[Job], say: Say) -> None:
    """End jobs that still work on an earlier plan in this bucket: they would write over this one's files."""
    running = [job["jobId"] for job in others if job["status"] not in ENDED]
    for job in aws.describe(running):
        environment = {entry["name"]: entry["value"] for entry in job.get("container", {}).get("environment", [])}
        if environment.get("S3_BUCKET") == store.url.removeprefix("s3://"):
            aws.terminate(job["jobId"], "another plan has taken its place")
            say(f"ended job {job['jobId']} ({job['jobName']}): another plan has taken its place")
            _wait_for_end(aws, job["jobId"])


def _wait_for_end(aws: AWSBatch, job_id: str) -> None:
    deadline = time.monotonic() + RETRY_SECONDS
    for pause in pauses():
        if _has_ended(aws.describe([job_id])[0]):
            return
        if time.monotonic() > deadline:
            raise BatchFailed(
                f"job {job_id}", "it was asked to end and has not", f"End it there: {aws.job_link(job_id)}"
            )
        time.sleep(pause)


def _missing(aws: AWSBatch, store: ObjectStore, plan: BatchPlan, submission: BatchPlan, job: Job | None) -> list[Batch]:
    """The batches that their checkpoints don't call done, or whose container AWS Batch says did not end well."""
    children = aws.children(job) if job is not None else []
    ended_badly = {submission.batches[child.index].batch_id for child in children if child.problem is not None}
    return [batch for batch in plan.batches if batch.batch_id in ended_badly or not is_done(store, batch)]


def _watch(aws: AWSBatch, store: ObjectStore, submission: BatchPlan, asset: Asset, job_id: str, say: Say) -> Job:
    """Wait until every container of the job has ended, and say how it goes."""
    what = f"{asset} {submission.quarter}"
    progress = BatchProgress(store, submission.batches)
    said: tuple[object, ...] = ()
    said_at = machine_at = complained_at = time.monotonic()
    for pause in pauses():
        job = aws.describe([job_id])[0]
        counts, now = _counts(job), time.monotonic()
        if (news := (counts, progress.look())) != said or now - said_at > SECONDS_BETWEEN_WORDS:
            told = ", ".join(f"{count} {state.lower()}" for state, count in counts.items())
            say(f"{what}: batches: {told}; {progress.told()}")
            said, said_at = news, now
        if _has_ended(job):
            return job
        if set(counts) - {"RUNNABLE", *ENDED}:
            machine_at = complained_at = now
        if now - complained_at > SECONDS_BETWEEN_WORDS:
            reasons = "Spot has none, or the compute environment's limit is reached"
            say(f"{what}: no machine for {(now - machine_at) / 60:.0f} min: {reasons}. {aws.job_link(job_id)}")
            said_at = complained_at = now
        time.sleep(pause)
    raise AssertionError("pauses never end")


def _counts(job: Job) -> dict[str, int]:
    """How many containers are in which state."""
    summary = job.get("arrayProperties", {}).get("statusSummary") or {job["status"]: 1}
    return {state: summary[state] for state in STATES if summary.get(state)}


def _has_ended(job: Job) -> bool:
    """Whether all containers have ended, whatever AWS Batch says of the array: that can stay pending for long."""
    size = job.get("arrayProperties", {}).get("size", 1)
    counts = _counts(job)
    return job["status"] in ENDED or sum(counts.get(state, 0) for state in ENDED) == size


def _raise_failures(aws: AWSBatch, store: ObjectStore, submission: BatchPlan, asset: Asset, job: Job) -> None:
    """Raise BatchFailed unless every container ended well and its batch is done."""
    failed: list[tuple[Child, Batch, str]] = []
    for child in aws.children(job):
        batch = submission.batches[child.index]
        problem = child.problem
        if problem is None and not is_done(store, batch):
            problem = "its worker ended without error (exit code 0) and left it unfinished"
        if problem is not None:
            failed.append((child, batch, problem))
    if not failed:
        return
    lines = [f"{len(failed)} of {len(submission.batches)} batches failed on AWS Batch"]
    for number, (child, batch, problem) in enumerate(failed[:MOST_FAILURES_SHOWN]):
        lines.append(f"batch {batch.batch_id}: {problem}. Its log: {aws.log_link(child)}")
        if number < MOST_LAST_WORDS and (words := aws.last_words(child)):
            lines += ["  the end of its log:", *(f"    {word}" for word in words)]
    lines += [f"batch {batch.batch_id}: {problem[:60]}" for _, batch, problem in failed[MOST_FAILURES_SHOWN:]]
    lines += _failed_firms(store, [batch for _, batch, _ in failed])
    kept = (
        f"What the other {len(submission.batches) - len(failed)} finished is kept, and only what is missing runs again"
    )
    raise BatchFailed(
        f"{asset} {submission.quarter}",
        "\n".join(lines),
        f"{kept}. {asset.remedy(submission.quarter)}",
        may_pass=all(child.reason.startswith(MACHINE_LOST) for child, _, _ in failed),
    )


def _failed_firms(store: ObjectStore, batches: Sequence[Batch]) -> list[str]:
    """The firms that the workers of these batches noted as failed, each with its reason."""
    checkpoints = [checkpoint for batch in batches if (checkpoint := read_checkpoint(store, batch)) is not None]
    failures = [failure for checkpoint in checkpoints for failure in checkpoint.failures]
    told = [f"firm {f.firm_id}: {f.error_type}: {f.error_message}" for f in failures[:MOST_FIRMS_SHOWN]]
    more = len(failures) - len(told)
    return [*told, f"and {more} more firms: see {layout.progress(batches[0].quarter)}"] if more else told
