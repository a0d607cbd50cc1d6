-- Adds to a counter and to the sums of its hour and its day: to all of them or to none.
--
-- KEYS  values of the user's counters, their names, hours and days of this one; the record of the Idempotency-Key,
--       where one was sent, and how many records the user has made of late
-- ARGV  name, step, channel of the live values; how many counters, hours and days are kept; fingerprint of the request,
--       seconds for which its record is kept, and how many may be made meanwhile
--
-- Returns a word and the value, as text: a Lua number is a double, exact only up to 2^53. HINCRBY itself is exact.
local values, names, hours, days, record, records = unpack(KEYS)
local name, step, channel, most, hours_kept, days_kept, fingerprint, lifetime, most_records = unpack(ARGV)
local MOST_DROPPED = 1000

if record then
  local known = redis.call('GET', record)
  if known then
    if string.sub(known, 1, #fingerprint) ~= fingerprint then
      return {'reused'}
    end
    return {'replayed', string.sub(known, #fingerprint + 1)}
  end
  if tonumber(redis.call('GET', records) or 0) >= tonumber(most_records) then
    return {'keys', tostring(redis.call('TTL', records))}
  end
end

local is_new = redis.call('HEXISTS', values, name) == 0
if is_new and redis.call('HLEN', values) >= tonumber(most) then
  return {'full'}
end

local now = tonumber(redis.call('TIME')[1])
local hour, day = math.floor(now / 3600), math.floor(now / 86400)
local sums = {{values, name}, {hours, hour}, {days, day}}
for position, sum in ipairs(sums) do
  local answer = redis.pcall('HINCRBY', sum[1], sum[2], step)
  if type(answer) == 'table' and answer.err then
    local back = string.sub(step, 1, 1) == '-' and string.sub(step, 2) or '-' .. step
    for undone = 1, position - 1 do
      redis.call('HINCRBY', sums[undone][1], sums[undone][2], back)
    end
    return string.find(answer.err, 'overflow', 1, true) and {'overflow'} or answer
  end
end
if is_new then
  redis.call('ZADD', names, 0, name)
end

-- No more than that many are ever there; what is older than what is kept, and still there, is not shown.
local function drop(series, kept, latest)
  if redis.call('HLEN', series) > tonumber(kept) then
    local old = {}
    for _, each in ipairs(redis.call('HKEYS', series)) do
      if tonumber(each) <= latest - kept and #old < MOST_DROPPED then
        old[#old + 1] = each
      end
    end
    if #old > 0 then
      redis.call('HDEL', series, unpack(old))
    end
  end
end
drop(hours, hours_kept, hour)
drop(days, days_kept, day)

local value = redis.call('HGET', values, name)
if record then
  redis.call('SET', record, fingerprint .. value, 'EX', lifetime)
  if redis.call('INCR', records) == 1 then
    redis.call('EXPIRE', records, lifetime)
  end
end
redis.call('PUBLISH', channel, value)
return {'counted', value}
