"""What Redis does in one step, in Lua."""
