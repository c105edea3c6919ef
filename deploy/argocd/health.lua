-- The health of an object of s3.cloud37.dev as Argo CD shows it: what kstatus says, and Suspended where it is paused.
local status = obj.status or {}
local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

local function isTrue(name)
  return conditions[name] ~= nil and conditions[name].status == "True"
end

-- Until then, all that the conditions say is about an older spec.
local isSeen = status.observedGeneration == obj.metadata.generation
local ready = conditions["Ready"]
local why = "Not looked at yet"
if isSeen and ready ~= nil then
  why = (ready.reason or "Ready") .. ": " .. (ready.message or "")
end

if isSeen and isTrue("Ready") then
  if isTrue("Unsupported") then
    why = "Unsupported: " .. conditions["Unsupported"].message
  end
  return { status = "Healthy", message = why }
end
if isSeen and isTrue("Stalled") then
  return { status = "Degraded", message = why }
end
if (obj.metadata.annotations or {})["s3.cloud37.dev/paused"] == "true" then
  return { status = "Suspended", message = "Paused by annotation" }
end
return { status = "Progressing", message = why }
