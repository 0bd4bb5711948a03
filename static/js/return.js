// A return's page: says each amount in full as it is typed, saves by Ctrl+Enter, goes to what is to be done first, and
// warns before what was typed is left behind. Without it the page does the same, once it is saved.

import { echoed, readPounds } from "./pounds.js";
import { wirePasting } from "./pasting.js";

const FIGURE = "figure";
const SOURCE_HINT = "Such as “Council return, e-mail of 3 March”.";
const WHY_HINT = "Say in a line why there is no figure.";

const TO_BE_LOOKED_AT = [
  ".register-moved input:checked",
  ".register-doubts button",
  ".register-doubts ~ * [name$='-reason']",
  "form#answers [aria-invalid=true]",
].join();

let isSent = false; // what was typed is on its way: it isn't sent twice, nor is there a warning before leaving

const page = document.querySelector(".register-return");
const form = document.querySelector("form#answers");

/** The line's fields and what describes them. */
function partsOf(line) {
  const field = (name) => line.querySelector(`[name$="-${name}"]:not([type=radio])`); // which take a side
  const [amount, outcome, note] = ["amount", "outcome", "note"].map(field);
  return amount && { line, amount, outcome, note, echo: about(amount, "echo"), hint: about(note, "hint") };
}

function about(field, what) {
  return document.getElementById(`${field.id}_${what}`);
}

function wireLine(parts) {
  const { line, amount, outcome, note, echo, hint } = parts;
  const { lastAmount, lastWords, yearBefore } = line.dataset;
  const last = { lastAmount: lastAmount === undefined ? undefined : Number(lastAmount), lastWords, when: yearBefore };
  let chosenByTyping = false;
  let kept = "";

  function say(words, isWrong = false) {
    if (echo.textContent !== words) {
      echo.textContent = words;
    }
    echo.classList.toggle("register-line__echo--wrong", isWrong);
  }

  // While it is typed, what can't be read yet isn't wrong yet.
  function echoAmount({ isDone }) {
    if (!amount.value.trim()) {
      say("");
      return;
    }
    try {
      say(echoed(readPounds(amount.value), last));
    } catch (error) {
      say(isDone ? error.message : "", isDone);
    }
  }

  function followOutcome() {
    const isFigure = ["", FIGURE].includes(outcome.value);
    if (!isFigure && !amount.disabled) {
      kept = amount.value;
      amount.value = "";
    } else if (isFigure && amount.disabled) {
      amount.value = kept;
    }
    amount.disabled = !isFigure;
    echoAmount({ isDone: true });
    return isFigure;
  }

  amount.addEventListener("input", () => {
    if (amount.value.trim() && !outcome.value) {
      outcome.value = FIGURE;
      chosenByTyping = true;
    } else if (!amount.value.trim() && chosenByTyping) {
      outcome.value = "";
      chosenByTyping = false;
    }
    echoAmount({ isDone: false });
  });
  amount.addEventListener("change", () => echoAmount({ isDone: true }));
  outcome.addEventListener("change", () => {
    chosenByTyping = false;
    hint.textContent = followOutcome() ? SOURCE_HINT : WHY_HINT;
  });
  wireChoices(line, { answer: [amount, outcome], note: [note] });
  followOutcome();
  if (amount.matches("[aria-invalid=true]")) {
    say(""); // the server has said what is wrong
  }
}

/** Where a line moved on meanwhile: choosing a side puts it into the form; typing anew makes it one's own. */
function wireChoices(line, fields) {
  for (const choice of line.querySelectorAll("input[type=radio]")) {
    choice.addEventListener("change", () => {
      const put = { outcome: choice.dataset.outcome, amount: choice.dataset.amount, note: choice.dataset.note };
      for (const field of Object.values(fields).flat()) {
        const value = put[field.name.split("-").at(-1)];
        if (value !== undefined) {
          field.disabled = false;
          field.value = value;
          field.dispatchEvent(new Event("change"));
        }
      }
    });
  }
  for (const [part, of] of Object.entries(fields)) {
    const mine = line.querySelector(`input[name$="-take-${part}"][value="mine"]`);
    for (const field of mine ? of : []) {
      field.addEventListener("input", () => {
        mine.checked = true;
      });
    }
  }
}

/** What is to be looked at; else the first empty field of the line that the address names, or of the page; else what is next. */
function goToWhatIsFirst(lines) {
  if (document.activeElement !== document.body) {
    return;
  }
  const named = lines.find(({ line }) => `#${line.id}` === location.hash);
  const first =
    document.querySelector(TO_BE_LOOKED_AT) ??
    (named && (emptyOf(named) ?? named.amount)) ??
    lines.map(emptyOf).find(Boolean) ??
    (location.hash === "#saved" ? document.querySelector(".register-next") : null);
  first?.focus();
}

function emptyOf({ amount, outcome, note }) {
  return [amount, outcome, note].find((field) => !field.value && !field.disabled && !(field === outcome && amount.value));
}

/** Ctrl+Enter saves the answers; in the field of a query it presses the button beside the field. */
function saveByKey(event) {
  const isOfPage = page.contains(event.target) || event.target === document.body;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !isOfPage) {
    return;
  }
  const asked = event.target.form ?? event.target.closest("form") ?? form;
  const button = [...asked.elements].find(({ type }) => type === "submit");
  event.preventDefault();
  if (button && !isSent) {
    asked.requestSubmit(button);
  }
}

/** Asks before leaving a page on which something was typed and not saved. */
function guardWhatWasTyped() {
  const typed = () => JSON.stringify([...new FormData(form)].filter(([name]) => name.startsWith("line-")));
  const asRead = typed();
  const wasRefused = document.querySelector(".register-line--look") !== null;
  document.addEventListener("submit", (event) => {
    isSent ||= event.target === form || "takesAnswersAlong" in event.target.dataset;
  });
  addEventListener("pageshow", () => {
    isSent = false;
  });
  addEventListener("beforeunload", (event) => {
    if (!isSent && (wasRefused || typed() !== asRead)) {
      event.preventDefault();
    }
  });
}

if (page && form) {
  const lines = [...form.querySelectorAll("[data-line]")].map(partsOf).filter(Boolean);
  lines.forEach(wireLine);
  if (lines.length) {
    guardWhatWasTyped();
    wirePasting(form, lines);
  }
  document.addEventListener("keydown", saveByKey);
  // Once the browser has gone to what the address names: doing so takes the focus away.
  whenShown(() => goToWhatIsFirst(lines));
}

function whenShown(deed) {
  const soon = () => requestAnimationFrame(() => setTimeout(deed));
  if (document.readyState === "complete") {
    soon();
  } else {
    addEventListener("load", soon, { once: true });
  }
}
