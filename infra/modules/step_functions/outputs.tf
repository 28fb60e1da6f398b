output "quarter_machine_arn" {
  description = "The state machine of one quarter."
  value       = aws_sfn_state_machine.this["quarter"].arn
}

output "quarters_machine_arn" {
  description = "The state machine over several quarters."
  value       = aws_sfn_state_machine.this["quarters"].arn
}
