-- KEYS  the badge's name
-- Returns whether there was a badge.
local name = redis.call('GETDEL', KEYS[1])
if not name then
  return 0
end
return redis.call('DEL', 'quartet:shown:{' .. name .. '}')
