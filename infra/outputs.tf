output "next" {
  description = "What to type next."
  value       = <<-EOT
    # Give WRDS this address, if it asks for one: ${module.network.outgoing_address}
    # Each address of alert_emails has got a mail: agree in it.

    # The UI, on http://127.0.0.1:3000 (needs the Session Manager plugin)
    TASK=$(aws ecs list-tasks --region ${var.aws_region} --cluster ${module.dagster.cluster} --service-name ${module.dagster.services.webserver} --query 'taskArns[0]' --output text)
    RUNTIME=$(aws ecs describe-tasks --region ${var.aws_region} --cluster ${module.dagster.cluster} --tasks $TASK --query "tasks[0].containers[?name=='webserver'].runtimeId" --output text)
    aws ssm start-session --region ${var.aws_region} --target ecs:${module.dagster.cluster}_$${TASK##*/}_$RUNTIME --document-name AWS-StartPortForwardingSession --parameters portNumber=3000,localPortNumber=3000

    # A shell with all settings, for a working day: start it, wait a minute, open it, end it
    SHELL_TASK=$(aws ecs run-task --region ${var.aws_region} --cluster ${module.dagster.cluster} --task-definition ${var.name}-dagster-run --launch-type FARGATE --enable-execute-command --network-configuration 'awsvpcConfiguration={subnets=[${module.network.private_subnets[0]}],securityGroups=[${module.network.security_groups["dagster"]}]}' --overrides '{"containerOverrides": [{"name": "run", "command": ["sleep", "28800"]}]}' --query 'tasks[0].taskArn' --output text)
    aws ecs execute-command --region ${var.aws_region} --cluster ${module.dagster.cluster} --task $SHELL_TASK --container run --interactive --command /bin/bash
    aws ecs stop-task --region ${var.aws_region} --cluster ${module.dagster.cluster} --task $SHELL_TASK

    # Transcripts, phone at hand: in that shell
    ftm prefetch ${var.quarters.first}

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
  description = "Cluster and services of web server and daemon."
  value       = { cluster = module.dagster.cluster, services = module.dagster.services }
}

output "viewers_address" {
  description = "Where the host name of the UI for viewers must point to; null where there is none."
  value       = module.dagster.viewers_address
}

output "operators_policy_arn" {
  description = "The IAM policy to attach to those who run the pipeline."
  value       = module.iam.operators_policy_arn
}

output "vllm" {
  description = "Cluster and service of vLLM."
  value       = { cluster = module.vllm.cluster, service = module.vllm.service }
}
