// Puts one row right without loading the whole page: the answer to the row's form is the page as it stands then, of which only
// what has changed is put in place. What was typed in other rows stays. Without this file the forms work as forms do.

const KEPT_UP_TO_DATE = ["import-counts", "import-stale", "import-effect", "import-confirm", "import-changes", "import-left-out"];

function takeOver(there) {
  for (const id of KEPT_UP_TO_DATE) {
    const opened = document.querySelector(`#${id} details`)?.open;
    document.getElementById(id).replaceWith(there.getElementById(id));
    const details = document.querySelector(`#${id} details`);
    if (details && opened) {
      details.open = true;
    }
  }
}

function takeOverMessages(there) {
  document.querySelector("ul.messagelist")?.remove();
  const said = there.querySelector("ul.messagelist");
  if (said) {
    said.setAttribute("role", "alert");
    document.getElementById("content").prepend(said);
  }
}

// The rows to fix: those that are right now go, the one sent is replaced, new ones come; the others stay as they are.
function takeOverRows(there, sent) {
  const head = document.getElementById("import-faults-head");
  head.textContent = there.getElementById("import-faults-head").textContent;
  const rows = document.querySelector("#import-faults [data-rows]");
  const theirs = there.querySelector("#import-faults [data-rows]");
  if (!theirs) {
    document.getElementById("import-faults").replaceWith(there.getElementById("import-faults"));
    return;
  }
  const mine = new Map([...rows.children].map((row) => [row.dataset.row, row]));
  const stand = [...theirs.children].map((row) => (row.dataset.row !== sent && mine.get(row.dataset.row)) || row);
  rows.replaceChildren(...stand);
}

function focusAfter(place, sent) {
  const rows = [...document.querySelectorAll("#import-faults [data-row]")];
  const next = rows.find((row) => row.dataset.row === sent) ?? rows[Math.min(place, rows.length - 1)];
  const target = next?.querySelector("button, input:not([type=hidden]), select") ?? document.getElementById("import-faults-head");
  if (!next) {
    target.tabIndex = -1;
  }
  target.focus();
}

document.querySelector("[data-import]").addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-row-form]")) {
    return;
  }
  event.preventDefault();
  const row = form.closest("[data-row]");
  const place = [...row.parentElement.children].indexOf(row);
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form, event.submitter),
  }).catch(() => null);
  if (!answer?.ok) {
    location.reload();
    return;
  }
  const there = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!there.getElementById("import-faults")) {
    location.reload();
    return;
  }
  takeOver(there);
  takeOverMessages(there);
  takeOverRows(there, row.dataset.row);
  focusAfter(place, row.dataset.row);
});
