"""The questions put together; every figure in a profile is a finding."""
