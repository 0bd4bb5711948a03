// Above each group of boxes to tick: a field that leaves those whose words contain what is typed. Without script all are there.
let number = 0;

for (const boxes of document.querySelectorAll("[data-find-in-boxes]")) {
  const groups = [...boxes.querySelectorAll("details")];
  const wereOpen = new Map(groups.map((group) => [group, group.open]));
  const id = `find-in-boxes-${++number}`;

  const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: boxes.dataset.findInBoxes });
  const field = Object.assign(document.createElement("input"), { id, type: "search", autocomplete: "off" });
  const found = document.createElement("p");
  found.className = "help";
  found.setAttribute("role", "status");
  boxes.querySelector("legend").after(label, field, found);

  const words = (text) => text.toLowerCase().normalize("NFKD");
  const narrow = () => {
    const wanted = words(field.value).trim();
    let left = 0;
    for (const group of groups) {
      let here = 0;
      for (const box of group.querySelectorAll("label")) {
        box.hidden = Boolean(wanted) && !words(box.textContent).includes(wanted);
        here += box.hidden ? 0 : 1;
      }
      group.hidden = here === 0;
      group.open = wanted ? here > 0 : wereOpen.get(group) || group.querySelector(":checked") !== null;
      left += here;
    }
    found.textContent = wanted ? `${left} found` : "";
  };
  field.addEventListener("input", narrow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // Enter ticks the one that is left, and doesn't send the form
    const left = [...boxes.querySelectorAll("label:not([hidden]) input[type=checkbox]")];
    if (left.length === 1) left[0].checked = !left[0].checked;
  });
}
