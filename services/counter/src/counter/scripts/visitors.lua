-- KEYS  values of the user's counters; the visitors of this one in all, and of some days running
-- ARGV  name; from, to, each the number of a day since 1970 or ''; how many days are kept, shown when `from` is '', and
--       shown at most; the number of the first of those days
-- Returns a word, the visitors in all, the first day, and the visitors of each from it on.
local values, all = unpack(KEYS)
local name, from, to, kept, shown, most, first = unpack(ARGV)
if redis.call('HEXISTS', values, name) == 0 then
  return {'missing'}
end

local next = math.floor(tonumber(redis.call('TIME')[1]) / 86400) + 1
to = math.min(tonumber(to) or next, next)
from = tonumber(from) or to - shown
if to - from > tonumber(most) then
  return {'long'}
end
from = math.max(from, next - kept)
to = math.max(to, from)

local counts = {}
for day = from, to - 1 do
  local key = day >= tonumber(first) and KEYS[3 + day - first]
  if not key then
    return redis.error_reply('CLOCK of the caller is more than a day away')
  end
  counts[#counts + 1] = redis.call('PFCOUNT', key)
end
return {'found', redis.call('PFCOUNT', all), from, counts}
