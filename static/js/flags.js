// A return's page: what was typed into the answers and not saved goes along with the form of a flag, and comes back.
const answers = document.querySelector("form#answers");

function typed() {
  return [...new FormData(answers)].filter(([name]) => name.startsWith("line-"));
}

function takeAlong(form, name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  field.dataset.alongWithFlag = "";
  form.append(field);
}

if (answers) {
  const asRead = JSON.stringify(typed());
  for (const form of document.querySelectorAll("form[data-takes-answers-along]")) {
    form.addEventListener("submit", () => {
      form.querySelectorAll("[data-along-with-flag]").forEach((field) => field.remove());
      if (form.dataset.takesAnswersAlong !== "still" && JSON.stringify(typed()) === asRead) {
        return;
      }
      takeAlong(form, "answers_came_along", "yes");
      typed().forEach(([name, value]) => takeAlong(form, name, value));
    });
  }
}
