// Buttons that copy the text of a field. Without script the field stands there to be selected.
const TOLD_FOR = 4000; // milliseconds

// Where the page may not write to the clipboard, the text is shown and marked, so that one key chord copies it.
function mark(field) {
  const folded = field.closest("details");
  if (folded) {
    folded.open = true;
  }
  field.focus();
  field.select();
}

export async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    mark(field);
    return false;
  }
}

for (const place of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(place.dataset.copies);
  const told = place.querySelector("[role='status']");
  let waiting = 0;
  place.hidden = false;
  place.querySelector("button").addEventListener("click", async () => {
    told.textContent = (await copy(field)) ? "Copied" : "Marked: press Ctrl and C to copy";
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      told.textContent = "";
    }, TOLD_FOR);
  });
}

// A form that is sent once the text of one of its fields is copied.
for (const form of document.querySelectorAll("form[data-copies-before-sending]")) {
  const field = document.getElementById(form.dataset.copiesBeforeSending);
  let copied = false;
  form.addEventListener("submit", async (event) => {
    if (copied) {
      return;
    }
    event.preventDefault();
    copied = true;
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // The next page shows the text to be selected.
    }
    form.requestSubmit(event.submitter);
  });
}
