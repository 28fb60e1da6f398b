output "job_queues" {
  description = "Names of the job queues: gpu and dagster."
  value       = { gpu = aws_batch_job_queue.gpu.name, dagster = aws_batch_job_queue.dagster.name }
}
