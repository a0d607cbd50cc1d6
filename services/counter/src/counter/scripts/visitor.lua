-- Adds a visitor to a counter, today and in all.
--
-- KEYS  values of the user's counters, their names; the visitors of this one in all, and of some days running
-- ARGV  name, visitor; how many counters and days are kept; the number of the first of those days since 1970
--
-- Returns a word, the visitors of today and those in all.
local values, names, all = unpack(KEYS)
local name, visitor, most, kept, first = unpack(ARGV)
local day = math.floor(tonumber(redis.call('TIME')[1]) / 86400)
local today = KEYS[4 + day - first]
if day < tonumber(first) or not today then
  return redis.error_reply('CLOCK of the caller is more than a day away')
end

if redis.call('HEXISTS', values, name) == 0 then
  if redis.call('HLEN', values) >= tonumber(most) then
    return {'full'}
  end
  redis.call('HSET', values, name, 0)
  redis.call('ZADD', names, 0, name)
end
redis.call('PFADD', all, visitor)
if redis.call('PFADD', today, visitor) == 1 then
  redis.call('EXPIREAT', today, (day + kept) * 86400)
end
return {'counted', redis.call('PFCOUNT', today), redis.call('PFCOUNT', all)}
