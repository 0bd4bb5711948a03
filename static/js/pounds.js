// Amounts as people write and read them: what sharedservices/common/money.py and arrangements/returns/words.py say on the
// server, said here as it is typed. A browser test holds both to one table.

const MINUS = "\u2212";
const LARGEST = 100_000_000_000;
const SCALES = { "": 0, k: 3, thousand: 3, m: 6, million: 6 };
// The white space that Python knows, and no other.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const SPELLING = /^([-\u2212]?)£?([-\u2212]?)(\d[\d,]*(?:\.\d+)?|\.\d+)([a-z]*)$/;
const THOUSANDS = /^\d{1,3}(,\d{3})+(\.\d+)?$/;

/** Every pound shown: £410,000; a fall with a minus sign. */
export function pounds(amount) {
  return `${amount < 0 ? MINUS : ""}£${grouped(Math.abs(amount))}`;
}

/** Whole pounds from any usual spelling. Throws an Error, with a sentence that names the value and the rule, for anything else. */
export function readPounds(text) {
  const shown = Array.from(trimmed(text)).slice(0, 40).join("");
  const found = SPELLING.exec(text.replace(SPACE, "").toLowerCase());
  const [, sign, minus, number, scale] = found ?? [];
  if (!found || !Object.hasOwn(SCALES, scale) || (sign && minus) || (number.includes(",") && !THOUSANDS.test(number))) {
    throw new Error(`“${shown}” is not an amount in pounds. Write it like 410,000, £410k or 0.41m.`);
  }
  const [whole, part = ""] = number.replaceAll(",", "").split(".");
  const places = SCALES[scale];
  if (/[1-9]/.test(part.slice(places))) {
    throw new Error(`“${shown}” is not in whole pounds. Leave out the pence.`);
  }
  const digits = (whole + part.slice(0, places).padEnd(places, "0")).replace(/^0+(?=\d)/, "");
  if (digits.length > 15 || Number(digits) > LARGEST) {
    throw new Error(`“${shown}” is more than £100 billion. Check the amount and its unit.`);
  }
  const amount = Number(digits);
  return amount && (sign || minus) ? -amount : amount;
}

/** An amount in full and how it stands to an earlier one: £410,000, up £60,000 (17.1%) on 2013/14. */
export function comparedWith(amount, before, when) {
  const change = amount - before;
  if (!change) {
    return `${pounds(amount)}, the same as ${when}`;
  }
  const share = before > 0 && amount >= 0 ? ` (${tenthsOfAPerCent(Math.abs(change), before)})` : "";
  return `${pounds(amount)}, ${change > 0 ? "up" : "down"} ${pounds(Math.abs(change))}${share} on ${when}`;
}

/** An amount beside last year's answer: an amount, or else its words, or nothing. */
export function echoed(amount, { lastAmount, lastWords, when }) {
  if (lastAmount !== undefined) {
    return comparedWith(amount, lastAmount, when);
  }
  return lastWords ? `${pounds(amount)}; ${when}: ${lastWords}` : pounds(amount);
}

function tenthsOfAPerCent(part, whole) {
  const tenths = (2_000n * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole));
  if (part && !tenths) {
    return "under 0.1%";
  }
  const rest = tenths % 10n;
  return `${grouped(tenths / 10n)}${rest ? `.${rest}` : ""}%`;
}

function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

function trimmed(text) {
  const ends = SPACE.source;
  return text.replace(new RegExp(`^${ends}|${ends}$`, "g"), "");
}
