"""Access: `route_rules` (who may call what), `policy` (decides), `middleware` (asks it of every request)."""
