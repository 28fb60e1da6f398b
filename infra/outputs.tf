output "next" {
  description = "What to type next."
  value       = <<-EOT
    # Give WRDS this address, if it asks for one: ${module.network.outgoing_address}
    # Each address of alert_emails has got a mail: agree in it.

    # The UI, on http://127.0.0.1:3000 (needs the Session Manager plugin)
    TASK=$(aws ecs list-tasks --region ${var.aws_region} --cluster ${module.dagster.cluster} --query 'taskArns[0]' --output text)
    RUNTIME=$(aws ecs describe-tasks --region ${var.aws_region} --cluster ${module.dagster.cluster} --tasks $TASK --query "tasks[0].containers[?name=='webserver'].runtimeId" --output text)
    aws ssm start-session --region ${var.aws_region} --target ecs:${module.dagster.cluster}_$${TASK##*/}_$RUNTIME --document-name AWS-StartPortForwardingSession --parameters portNumber=3000,localPortNumber=3000

    # Transcripts, phone at hand
    aws ecs execute-command --region ${var.aws_region} --cluster ${module.dagster.cluster} --task $TASK --container daemon --interactive --command "ftm prefetch ${var.quarters.first}"

    # One quarter
    aws stepfunctions start-execution --region ${var.aws_region} --state-machine-arn ${module.step_functions.quarter_machine_arn} --input '{"quarter": "${var.quarters.first}"}'
  EOT
}

output "store" {
  description = "What FTM_STORE is set to."
  value       = "s3://${module.storage.bucket}"
}

output "repositories" {
  description = "Where images are pushed to."
  value       = module.storage.repositories
}

output "outgoing_address" {
  description = "The address that WRDS sees."
  value       = module.network.outgoing_address
}

output "quarter_machine_arn" {
  description = "The state machine of one quarter."
  value       = module.step_functions.quarter_machine_arn
}

output "quarters_machine_arn" {
  description = "The state machine over several quarters."
  value       = module.step_functions.quarters_machine_arn
}

output "alert_topic_arn" {
  description = "The topic that people are subscribed to."
  value       = module.alerts.topic_arn
}

output "job_queues" {
  description = "The job queues."
  value       = module.batch.job_queues
}

output "dagster" {
  description = "Cluster and service of web server and daemon."
  value       = { cluster = module.dagster.cluster, service = module.dagster.service }
}

output "vllm" {
  description = "Cluster and service of vLLM."
  value       = { cluster = module.vllm.cluster, service = module.vllm.service }
}
