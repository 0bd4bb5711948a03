// A list follows its filters as they are typed and ticked: the same address is asked for, and what differs is put in place.
// Without script, or where the register can't be reached, the form's own buttons do the same with a page of its own.

const PATIENCE = 250; // milliseconds after the last letter
const form = document.querySelector("form[data-narrowing]");
const found = document.querySelector("#found");

let asking = new AbortController();
let waiting;
let run; // the field that is being typed into: until it is left, its letters are one step for the back button

if (form && found) {
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    const typing = event.target.matches("input[type=text], input[type=search]");
    waiting = setTimeout(() => follow(event.target, typing), typing ? PATIENCE : 0);
  });
  form.addEventListener("focusout", () => { run = undefined; });
  window.addEventListener("popstate", () => { clearTimeout(waiting); ask(location.href, putAll); });
}

function follow(field, typing) {
  const unread = [...form.querySelectorAll("[data-asked]")].find((one) => !one.validity.valid);
  if (unread) {
    found.textContent = `The list stays as it was. ${unread.dataset.asked}`;
    return;
  }
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
  const address = location.pathname + (query && `?${query}`);
  if (address === location.pathname + location.search) return;
  const sameStep = typing && run === field;
  run = typing ? field : undefined;
  history[sameStep ? "replaceState" : "pushState"](null, "", address);
  ask(address, putFilters);
}

// An answer that comes after another question is not looked at.
async function ask(address, put) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  results().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (signal.aborted) return;
    if (answer.ok) {
      put(page);
      putList(page);
    } else {
      found.textContent = `The list stays as it was. ${page.querySelector("main p")?.textContent.trim() ?? ""}`;
    }
  } catch (error) {
    if (signal.aborted) return;
    found.textContent = "The list could not be brought up to date. Press “Apply filters” to try again.";
  }
  results().removeAttribute("aria-busy");
}

const results = () => document.querySelector("#results");

function putList(page) {
  document.title = page.title;
  for (const id of ["heading", "about", "results"]) {
    document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  }
  found.textContent = page.querySelector("#found").textContent;
}

// Each filter keeps its controls, and so the focus, where they are the same; only the counts in their words change.
function putFilters(page) {
  for (const now of form.querySelectorAll("[data-filter]")) {
    const next = page.querySelector(`form[data-narrowing] [data-filter="${now.dataset.filter}"]`);
    if (!next) continue;
    if (controls(now) === controls(next)) {
      for (const kind of ["label", "option"]) {
        const words = next.querySelectorAll(kind);
        now.querySelectorAll(kind).forEach((one, at) => { one.textContent = words[at].textContent.trim(); });
      }
    } else {
      keepingFocus(() => now.replaceChildren(...next.childNodes));
    }
  }
}

function putAll(page) {
  const open = new Set([...form.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
  keepingFocus(() => form.replaceChildren(...page.querySelector("form[data-narrowing]").childNodes));
  for (const summary of form.querySelectorAll("details > summary")) {
    summary.parentElement.open ||= open.has(summary.textContent);
  }
}

const controls = (part) => [...part.querySelectorAll("input, option")].map((one) => `${one.id} ${one.value}`).join();

function keepingFocus(change) {
  const id = form.contains(document.activeElement) && document.activeElement.id;
  change();
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}
