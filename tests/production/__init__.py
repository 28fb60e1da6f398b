"""What needs AWS's stand-ins, Step Functions, containers, a real vLLM, or kills processes."""
