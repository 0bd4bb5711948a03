import { initAll } from "../vendor/govuk/govuk-frontend.min.js";

initAll();

// A filter form that leaves out what was left blank makes an address that can be read and passed on.
for (const form of document.querySelectorAll("form[data-leave-out-blanks]")) {
  form.addEventListener("formdata", (event) => {
    for (const name of new Set(event.formData.keys())) {
      const given = event.formData.getAll(name).filter((value) => value !== "");
      event.formData.delete(name);
      for (const value of given) {
        event.formData.append(name, value);
      }
    }
  });
}
