/** Times as one person sees them: in their own zone, in words, with Slack's date tokens. */

const DAY = 86_400;
const HALF_A_YEAR = 183 * DAY;
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const formatters = new Map();

function formatter(zone) {
  if (!formatters.has(zone)) {
    const fields = { hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" };
    const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
    let made;
    try {
      made = new Intl.DateTimeFormat("en-US", { ...fields, ...clock, timeZone: zone || "UTC" });
    } catch {
      made = new Intl.DateTimeFormat("en-US", { ...fields, ...clock, timeZone: "UTC" });
    }
    formatters.set(zone, made);
  }
  return formatters.get(zone);
}

/** Calendar fields of a unix time in a zone; `day` counts days since 1970 so that two of them can be compared. */
export function zoned(seconds, zone) {
  const parts = {};
  for (const { type, value } of formatter(zone).formatToParts(seconds * 1000)) parts[type] = Number(value);
  const { year, month, day: date, hour, minute, second } = parts;
  const midnight = Date.UTC(year, month - 1, date);
  return {
    year,
    month,
    date,
    hour,
    minute,
    second,
    day: midnight / 1000 / DAY,
    weekday: new Date(midnight).getUTCDay(),
  };
}

const two = (number) => String(number).padStart(2, "0");

function ordinal(number) {
  const teens = number % 100 >= 11 && number % 100 <= 13;
  return number + (teens ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[number % 10] ?? "th"));
}

export function clockTime(seconds, zone, withSeconds = false) {
  const at = zoned(seconds, zone);
  const tail = withSeconds ? `:${two(at.second)}` : "";
  return `${at.hour % 12 || 12}:${two(at.minute)}${tail} ${at.hour < 12 ? "AM" : "PM"}`;
}

function relativeDay(at, today) {
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[at.day - today.day] ?? null;
}

function ago(seconds, now) {
  const gap = Math.abs(now - seconds);
  const units = [
    [365 * DAY, "year"],
    [30 * DAY, "month"],
    [DAY, "day"],
    [3600, "hour"],
    [60, "minute"],
    [1, "second"],
  ];
  const [size, unit] = units.find(([length]) => gap >= length) ?? [1, "second"];
  const count = Math.floor(gap / size);
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds > now ? `in ${words}` : `${words} ago`;
}

function dateWords(seconds, zone, now) {
  const at = zoned(seconds, zone);
  const year = Math.abs(now - seconds) < HALF_A_YEAR ? "" : `, ${at.year}`;
  const month = MONTHS[at.month - 1];
  const weekday = WEEKDAYS[at.weekday];
  const sameYear = at.year === zoned(now, zone).year;
  return {
    date_num: `${at.year}-${two(at.month)}-${two(at.date)}`,
    date_slash: `${two(at.month)}/${two(at.date)}/${at.year}`,
    date: `${month} ${ordinal(at.date)}${year}`,
    date_short: `${month.slice(0, 3)} ${at.date}${year}`,
    date_long: `${weekday}, ${month} ${ordinal(at.date)}${year}`,
    date_long_full: `${month} ${at.date}, ${at.year}`,
    day_divider: `${weekday}, ${month} ${ordinal(at.date)}${sameYear ? "" : `, ${at.year}`}`,
    time: clockTime(seconds, zone),
    time_secs: clockTime(seconds, zone, true),
    ago: ago(seconds, now),
  };
}

const PRETTY = {
  date_pretty: "date",
  date_short_pretty: "date_short",
  date_long_pretty: "date_long",
  day_divider_pretty: "day_divider",
};

/** Fills Slack's date tokens; null when the time or a token cannot be read, so that the caller shows the fallback. */
export function formatTokens(format, seconds, zone, now) {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12) return null;
  const words = dateWords(seconds, zone, now);
  const near = relativeDay(zoned(seconds, zone), zoned(now, zone));
  let known = false;
  const filled = format.replace(/\{(\w+)\}/g, (whole, token, offset) => {
    const plain = PRETTY[token] ?? token;
    if (!(plain in words)) return whole;
    known = true;
    if (!PRETTY[token] || !near) return words[plain];
    return offset === 0 ? near[0].toUpperCase() + near.slice(1) : near;
  });
  return known ? filled : null;
}

export function dayLabel(seconds, zone, now) {
  return formatTokens("{day_divider_pretty}", seconds, zone, now);
}

export function momentLabel(seconds, zone, now) {
  return formatTokens("{date_short_pretty} at {time}", seconds, zone, now);
}

/** The unix time of a wall clock reading ("2026-11-22T15:04") in a zone. */
export function fromWallClock(reading, zone) {
  const guess = Date.parse(`${reading}:00Z`) / 1000;
  if (!Number.isFinite(guess)) return null;
  const offsetAt = (seconds) => {
    const at = zoned(seconds, zone);
    return Date.UTC(at.year, at.month - 1, at.date, at.hour, at.minute, at.second) / 1000 - seconds;
  };
  return guess - offsetAt(guess - offsetAt(guess));
}

export function toWallClock(seconds, zone) {
  const at = zoned(seconds, zone);
  return `${at.year}-${two(at.month)}-${two(at.date)}T${two(at.hour)}:${two(at.minute)}`;
}
