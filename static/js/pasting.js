// Rows pasted from a spreadsheet: asks the server what goes where, fills the fields, and saves nothing.

const BOX = "pasted";

/** Pasting into the box fills the lines that the rows name; pasting a row into a line's amount fills that line. */
export function wirePasting(form, lines) {
  const box = document.getElementById(BOX);
  if (!box) {
    return;
  }
  const button = document.querySelector(`button[form="${form.id}"][value="paste"]`);
  box.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (text.includes("\t")) {
      event.preventDefault();
      box.value = text.replace(/[\r\n]+$/, "");
      fill(form, box);
    }
  });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    fill(form, box);
  });
  for (const { line, amount } of lines) {
    amount.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text/plain");
      if (text.includes("\t")) {
        event.preventDefault();
        box.closest("details").open = true;
        box.value = text.replace(/[\r\n]+$/, "");
        fill(form, box, line.id.replace("line-", ""));
      }
    });
  }
}

async function fill(form, box, into = "") {
  const shown = document.getElementById(`${BOX}-shown`);
  const sent = new FormData(form);
  sent.set("deed", "paste");
  sent.set("into", into);
  try {
    const response = await fetch(location.pathname, { method: "POST", body: sent, headers: { Accept: "application/json" } });
    if (!response.ok || !response.headers.get("Content-Type").startsWith("application/json")) {
      throw new Error(String(response.status));
    }
    const { fields, shown: told } = await response.json();
    shown.innerHTML = told; // the server's own template, which escapes what was pasted
    put(fields);
  } catch {
    shown.textContent = "The row could not be read, as the register did not answer. Try again, or type the answer into its line.";
  }
}

/** Outcomes before amounts: an outcome that isn't a figure empties the amount. */
function put(fields) {
  const names = Object.keys(fields).sort((one, other) => other.endsWith("-outcome") - one.endsWith("-outcome"));
  for (const name of names) {
    const field = document.querySelector(`[name="${name}"]`);
    if (field && !(field.disabled && !fields[name])) {
      field.value = fields[name];
      field.dispatchEvent(new Event("change"));
    }
  }
  const first = document.querySelector(`[name="${names[0]}"]`)?.closest("[data-line]");
  const to = first && [...first.querySelectorAll("[name$=-amount], [name$=-note]:not([type=radio])")];
  (to?.find((field) => !field.disabled && !field.value) ?? to?.find((field) => !field.disabled))?.focus();
}
