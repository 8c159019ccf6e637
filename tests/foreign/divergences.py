"""Where foreign implementations of AWS answer in another way than AWS and the simulator do: by backend and lesson, which
cells cannot come out as the lesson says, and why. All of it is theirs; what was ours is mended."""

NO_POLICIES = "it weighs no policy: everybody has every right"
NO_SIMULATION = "it has no SimulateCustomPolicy"
NO_BOUNDARY = "it has no PutUserPermissionsBoundary, and what comes after it in the cell is lost"
AFTER = "it needs a variable of a cell that fails above"
UNITS = "it counts an item's bytes and capacity units otherwise than DynamoDB"

DIVERGENCES = {}
