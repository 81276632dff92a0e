"use strict";
// Filters rows by state, department and words; sorts the table of units. Without it the page says the same.
(() => {
  const box = document.querySelector(".filter"), table = document.querySelector(".sortable");
  if (!box || !table) return;
  box.hidden = false;
  const body = table.tBodies[0], output = box.querySelector("output"), words = box.querySelector(".words");
  const department = box.querySelector(".department"), states = [...box.querySelectorAll(".state")];
  const list = [...body.rows], map = [...document.querySelectorAll(".map tbody tr")];

  const show = () => {
    const on = new Set(states.filter(s => s.checked).map(s => s.value));
    const wanted = words.value.trim().toLowerCase(), of = department ? department.value : "";
    const fits = row => on.has(row.dataset.state) && (!of || row.dataset.department === of) &&
      (!wanted || row.textContent.toLowerCase().includes(wanted));
    let shown = 0;
    for (const row of list) { row.hidden = !fits(row); shown += !row.hidden; }
    for (const row of map) row.hidden = !fits(row);
    output.textContent = shown === list.length ? `共 ${shown} 份` : `显示 ${shown} 份，共 ${list.length} 份`;
  };

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim() : cell.dataset.v;
  };
  const order = new Intl.Collator("zh-CN", { numeric: true });
  const sort = (head, column) => {
    const up = head.getAttribute("aria-sort") !== "ascending", numbers = head.classList.contains("n");
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const compare = numbers ? (a, b) => a - b : order.compare;
    list.sort((a, b) => (up ? 1 : -1) * compare(value(a, column), value(b, column)));
    body.append(...list);
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.title = "按这一栏排序";
    head.dataset.name = head.textContent;  // on paper: browsers do not repeat buttons on every page
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(head, column));
  });
  for (const one of [...states, department, words]) one?.addEventListener("input", show);
  show();
})();
