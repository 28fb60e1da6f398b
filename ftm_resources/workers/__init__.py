"""How a plan of batches is run: plan, checkpoints, and the launchers for this machine and for AWS Batch."""
