# What watches: a small state machine that counts the jobs of a queue every five minutes, and a page that shows it all.

locals {
  metrics_namespace = "FTM/${var.name}"

  watch_machine = templatefile("${path.module}/templates/watch.asl.json", { namespace = local.metrics_namespace })
  dashboard     = templatefile("${path.module}/templates/dashboard.json", local.watched)
}
