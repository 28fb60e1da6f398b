"""What several tests share that is no fake: small quarters, stores with published themes, a browser."""
