// Django names neither its pickers nor the outer columns of its tables of rows: a screen reader would say "combobox" alone.

const form = document.querySelector("#content-main form");
let heads = 0;

/** What says which field it is: its label, or the head of its column. */
function labelOf(select) {
  const cell = select.closest("td");
  const label = form.querySelector(`label[for="${select.id}"]`) ?? cell?.closest("table").tHead.rows[0].cells[cell.cellIndex];
  if (label && !label.id) {
    heads += 1;
    label.id = `picker-${heads}`;
  }
  return label?.id;
}

function nameAll() {
  for (const selection of form.querySelectorAll(".select2-selection:not([data-named])")) {
    const label = labelOf(selection.closest(".select2-container").previousElementSibling);
    if (label) {
      selection.dataset.named = "";
      selection.setAttribute("aria-labelledby", `${label} ${selection.getAttribute("aria-labelledby") ?? ""}`.trim());
      selection.querySelector("[role=textbox]")?.setAttribute("aria-labelledby", label);
    }
  }
  for (const typed of form.querySelectorAll(".select2-selection .select2-search__field:not([aria-labelledby])")) {
    const label = labelOf(typed.closest(".select2-container").previousElementSibling);
    if (label) {
      typed.setAttribute("aria-labelledby", label);
    }
  }
  for (const clear of form.querySelectorAll("ul > .select2-selection__clear:not([role])")) {
    clear.setAttribute("role", "listitem");
  }
  for (const head of form.querySelectorAll("thead th:empty")) {
    const words = head.matches(".original") ? "Row" : "Remove";
    head.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: words }));
  }
}

if (form) {
  nameAll();
  new MutationObserver(nameAll).observe(form, { childList: true, subtree: true });
}
