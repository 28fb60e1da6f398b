output "topic_arn" {
  description = "The topic that people are subscribed to."
  value       = aws_sns_topic.alerts.arn
}
