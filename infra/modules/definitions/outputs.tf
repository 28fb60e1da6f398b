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

output "quarter_machine" {
  description = "Definition for states:CreateStateMachine: one quarter."
  value       = local.quarter_machine
}

output "quarters_machine" {
  description = "Definition for states:CreateStateMachine: several quarters."
  value       = local.quarters_machine
}

output "alarms" {
  description = "Requests of cloudwatch:PutMetricAlarm, a list."
  value       = local.alarms
}

output "event_rules" {
  description = "Rules of EventBridge, a list: pattern, and what is sent or kept."
  value       = local.event_rules
}

# Not a request of their own: the module dagster's task and whoever makes log groups need them.

output "dagster_environment" {
  description = "Environment of every container of Dagster's image."
  value       = local.dagster_environment_list
}

output "dagster_secrets" {
  description = "Its secrets: names, and ARNs."
  value       = local.dagster_secrets_list
}

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
  }
}
