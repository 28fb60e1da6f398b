output "roles" {
  description = "ARNs of the roles, by the names that main.tf lists."
  value       = { for key, role in aws_iam_role.this : key => role.arn }
  # Whoever gets a role may use it at once: Step Functions tries its permission to write logs.
  depends_on = [aws_iam_role_policy.this]
}

output "instance_profile_arns" {
  description = "What EC2 instances that run containers are given: gpu_machine, dagster_machine and vllm_machine."
  value       = { for key, profile in aws_iam_instance_profile.machine : key => profile.arn }
  depends_on  = [aws_iam_role_policy.this]
}

output "operators_policy_arn" {
  description = "The policy to attach to those who run the pipeline."
  value       = aws_iam_policy.operators.arn
}
