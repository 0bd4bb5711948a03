// The map from the keyboard: one stop of the Tab key, and arrows from council to council. And under the map, what is pointed at.

const map = document.querySelector(".register-map__svg");
// A drawing that listened for the focus itself would become a stop of the keyboard.
const drawing = document.querySelector(".register-map__drawing");
const edge = map.querySelector(".over-focus");
const said = document.querySelector(".register-map__said");
const councils = [...map.querySelectorAll("a")];
const places = new Map(councils.map((link) => [link, middleOf(link)]));
const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function middleOf(link) {
  const box = link.getBBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** The nearest council that way: what lies aside counts double, so that a row is kept to. */
function next(from, [right, down]) {
  const [x, y] = places.get(from);
  let best = null;
  let least = Infinity;
  for (const [link, [across, below]] of places) {
    const ahead = (across - x) * right + (below - y) * down;
    const aside = Math.abs((across - x) * down) + Math.abs((below - y) * right);
    if (ahead > 1 && aside <= 2 * ahead && ahead + 2 * aside < least) {
      least = ahead + 2 * aside;
      best = link;
    }
  }
  return best;
}

function stopAt(link) {
  for (const other of councils) {
    other.setAttribute("tabindex", other === link ? "0" : "-1");
  }
}

drawing.addEventListener("keydown", (event) => {
  const from = event.target.closest("a");
  if (!from || !(event.key in WAYS) || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  event.preventDefault();
  next(from, WAYS[event.key])?.focus();
});

drawing.addEventListener("focusin", (event) => {
  const link = event.target.closest("a");
  if (link) {
    stopAt(link);
    edge.setAttribute("d", link.querySelector("path").getAttribute("d"));
    said.textContent = link.getAttribute("aria-label");
  }
});

drawing.addEventListener("focusout", () => edge.setAttribute("d", ""));

drawing.addEventListener("pointerover", (event) => {
  said.textContent = event.target.closest("a")?.getAttribute("aria-label") ?? "";
});

stopAt(map.querySelector("[aria-current]") ?? councils[0]);
document.querySelector(".register-map__keys").hidden = false;
