# Text, each as AWS's API takes it. `terraform output -json` gives all of it.

output "worker_job" {
  description = "Request of batch:RegisterJobDefinition."
  value       = local.worker_job
}

output "dagster_job" {
  description = "Request of batch:RegisterJobDefinition."
  value       = local.dagster_job
}

output "vllm_task" {
  description = "Request of ecs:RegisterTaskDefinition."
  value       = local.vllm_task
}

output "namer_job" {
  description = "Request of batch:RegisterJobDefinition: a job that asks the language model."
  value       = local.namer_job
}

output "dagster_tasks" {
  description = "Requests of ecs:RegisterTaskDefinition: webserver, viewer, daemon and run."
  value       = local.dagster_tasks
}

output "watch_machine" {
  description = "Definition for states:CreateStateMachine: counts the jobs of a queue."
  value       = local.watch_machine
}

output "dashboard" {
  description = "Body of cloudwatch:PutDashboard."
  value       = local.dashboard
}

output "quarter_machine" {
  description = "Definition for states:CreateStateMachine: one quarter."
  value       = local.quarter_machine
}

output "quarters_machine" {
  description = "Definition for states:CreateStateMachine: several quarters."
  value       = local.quarters_machine
}

output "reaper_machine" {
  description = "Definition for states:CreateStateMachine: takes the language model down."
  value       = local.reaper_machine
}

output "reaper_rule" {
  description = "What starts it: request of events:PutRule."
  value       = jsonencode(local.reaper_rule)
}

output "alarms" {
  description = "Requests of cloudwatch:PutMetricAlarm, by name."
  value       = local.watches.alarms
}

output "alert_rules" {
  description = "Rules of EventBridge that tell people: request of events:PutRule, and the message."
  value       = local.watches.alert_rules
}

output "log_rules" {
  description = "Rules of EventBridge that keep what happened: request of events:PutRule."
  value       = local.watches.log_rules
}

# No requests: what other modules must agree with.

output "log_groups" {
  description = "Names of the log groups that the definitions write to."
  value       = local.log_groups
}

output "vllm" {
  description = "What the machines and the load balancer of vLLM must fit."
  value = {
    instance_type = local.serve.gpu.instance_type
    port          = local.serve.port
    health_path   = local.serve.health_check.path
    tasks         = var.vllm_tasks
    # How long a connection may be silent before the answer comes.
    question_seconds = local.question_seconds
  }
}

output "metrics_namespace" {
  description = "Where our own metrics are kept in CloudWatch."
  value       = local.metrics_namespace
}
