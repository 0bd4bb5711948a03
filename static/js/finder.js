// The finder: a box over any page of the admin, opened by "/" or by the link in the header, which leads to its plain page
// where no script runs. A combobox with a listbox, as the ARIA Authoring Practices describe it.

const opener = document.getElementById("finder-opener");
const box = document.getElementById("finder");
const text = document.getElementById("finder-text");
const said = document.getElementById("finder-said");
const list = document.getElementById("finder-results");
const byKey = document.getElementById("finder-by-key");

const PAUSE = 120; // milliseconds without a key before the register is asked
const OFF = "finder-key-off"; // where the browser remembers that "/" is a letter like others
const HINT = "Type part of a name, a former name, a reference, a partner or a service.";

let results = [];
let chosen = -1;
let waiting = 0;
let asking = null;
let asked = ""; // what the results shown are of

function open() {
  if (!box.open) {
    box.showModal();
    said.textContent = said.textContent || HINT;
    text.select();
  }
}

function isTyping(target) {
  return target instanceof Element && Boolean(target.closest("input, textarea, select, [contenteditable], [role='textbox']"));
}

function choose(number) {
  chosen = number;
  [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
  const option = list.children[number];
  if (option) {
    text.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    text.removeAttribute("aria-activedescendant");
  }
}

function piece(name, words) {
  const part = document.createElement("span");
  part.className = `finder__${name}`;
  part.textContent = words;
  return part;
}

function show(found, words) {
  results = found;
  list.replaceChildren(
    ...found.map((one, at) => {
      const option = document.createElement("li");
      option.className = "finder__result";
      option.id = `finder-result-${at}`;
      option.setAttribute("role", "option");
      const parts = [piece("name", one.name), piece("reference", one.reference), piece("about", one.about)];
      if (one.published) {
        parts.push(piece("published", one.published));
      }
      option.append(...parts.flatMap((part) => [part, " "]), piece("leads", one.leads));
      option.addEventListener("click", () => follow(at));
      return option;
    }),
  );
  list.hidden = found.length === 0;
  text.setAttribute("aria-expanded", String(found.length > 0));
  said.textContent = words;
  choose(found.length ? 0 : -1);
}

function follow(number) {
  if (results[number]) {
    box.close();
    location.assign(results[number].url);
  }
}

async function ask() {
  clearTimeout(waiting);
  const words = text.value.trim();
  if (words === asked && !asking) {
    return;
  }
  asking?.abort();
  if (!words) {
    asked = "";
    show([], HINT);
    return;
  }
  const mine = new AbortController();
  asking = mine;
  try {
    const answer = await fetch(`${box.dataset.find}?${new URLSearchParams({ q: words })}`, { signal: mine.signal });
    if (!answer.ok || answer.redirected) {
      throw new Error(answer.statusText);
    }
    const found = await answer.json();
    asked = words;
    show(found.results, found.said);
  } catch (error) {
    if (error.name !== "AbortError") {
      asked = "";
      show([], "The register didn’t answer. Are you still signed in? Load the page again.");
    }
  } finally {
    if (asking === mine) {
      asking = null;
    }
  }
}

document.addEventListener("keydown", (event) => {
  const plain = event.key === "/" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
  if (plain && byKey.checked && !event.defaultPrevented && !isTyping(event.target) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    open();
  }
});

opener.addEventListener("click", (event) => {
  if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open();
  }
});

document.getElementById("finder-close").addEventListener("click", () => box.close());
box.addEventListener("click", (event) => {
  if (event.target === box) {
    box.close(); // the page behind was clicked
  }
});

text.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
});

text.addEventListener("keydown", async (event) => {
  const last = results.length - 1;
  if (event.key === "ArrowDown" && last >= 0) {
    choose(chosen >= last ? 0 : chosen + 1);
  } else if (event.key === "ArrowUp" && last >= 0) {
    choose(chosen <= 0 ? last : chosen - 1);
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    if (text.value.trim() !== asked) {
      await ask(); // what was typed last counts, not what is shown of before
    }
    follow(chosen);
    return;
  } else {
    return;
  }
  event.preventDefault();
});

try {
  byKey.checked = localStorage.getItem(OFF) === null;
} catch {
  // A browser that keeps nothing keeps the key.
}
byKey.addEventListener("change", () => {
  try {
    if (byKey.checked) {
      localStorage.removeItem(OFF);
    } else {
      localStorage.setItem(OFF, "yes");
    }
  } catch {
    // It holds until the page is left.
  }
  key.hidden = !byKey.checked;
});

const key = opener.querySelector("kbd");
key.hidden = !byKey.checked;
