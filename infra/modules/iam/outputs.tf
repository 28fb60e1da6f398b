output "roles" {
  description = "ARNs of the roles: worker, dagster, vllm, execution, machine, states."
  value       = { for key, role in aws_iam_role.this : key => role.arn }
  # Whoever gets a role may use it at once: Step Functions tries its permission to write logs.
  depends_on = [aws_iam_role_policy.this]
}

output "instance_profile_arn" {
  description = "What EC2 machines that run containers are given."
  value       = aws_iam_instance_profile.machine.arn
  depends_on  = [aws_iam_role_policy_attachment.machine]
}
