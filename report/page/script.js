"use strict";
/* Searching, filtering and sorting of the tables marked for it. Everything can be
   read without this script. */
(function () {
  function element(name, attributes, text) {
    const made = document.createElement(name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    return made;
  }
  const words = new Intl.Collator("zh-Hans-CN", { numeric: true });
  function key(cell) {
    const text = cell.textContent.trim();
    const number = Number(text.replace(/,/g, "").replace(/%$/, ""));
    return cell.classList.contains("n") && text !== "" && !Number.isNaN(number) ? number : text;
  }
  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (a === "" || b === "") return (a === "") - (b === "");
    return words.compare(a, b);
  }
  function prepare(table, number) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    if (rows.length < 2) return;
    const heads = Array.from(table.tHead.rows[0].cells);
    const tools = element("div", { class: "tools", role: "group", "aria-label": "筛选" });
    const search = element("input", { type: "search", id: "search-" + number, size: "18" });
    const label = element("label", { for: "search-" + number }, "查找 ");
    label.append(search);
    tools.append(label);
    const selects = [];
    heads.forEach(function (head, column) {
      if (!head.hasAttribute("data-choose")) return;
      const choices = Array.from(new Set(rows.map(function (row) { return row.cells[column].textContent.trim(); })));
      if (choices.length < 2 || choices.length > 300) return;
      choices.sort(words.compare);
      const select = element("select", { id: "choose-" + number + "-" + column });
      select.append(element("option", { value: "" }, "全部"));
      choices.forEach(function (word) { select.append(element("option", { value: "=" + word }, word || "（空）")); });
      const name = element("label", { for: select.id }, head.textContent.trim() + " ");
      name.append(select);
      tools.append(name);
      selects.push([column, select]);
    });
    const note = table.closest("section").querySelector(".note[data-total]");
    const beyond = note ? Number(note.dataset.total) - rows.length : 0;
    const clear = element("button", { type: "button" }, "清除");
    const shown = element("output", { "aria-live": "polite" });
    tools.append(clear, shown);
    table.closest(".scroll").before(tools);
    function apply() {
      const wanted = search.value.trim().toLowerCase();
      let count = 0;
      rows.forEach(function (row) {
        const fits = (!wanted || row.textContent.toLowerCase().includes(wanted)) && selects.every(function (pair) {
          return !pair[1].value || "=" + row.cells[pair[0]].textContent.trim() === pair[1].value;
        });
        row.hidden = !fits;
        count += fits ? 1 : 0;
      });
      shown.textContent = "显示 " + count + " / " + rows.length + " 行"
        + (beyond > 0 ? "（共 " + note.dataset.total + " 行，另 " + beyond + " 行不在本页）" : "");
      tools.classList.toggle("filtered", count < rows.length);
    }
    search.addEventListener("input", apply);
    selects.forEach(function (pair) { pair[1].addEventListener("change", apply); });
    function reset() {
      search.value = "";
      selects.forEach(function (pair) { pair[1].value = ""; });
      apply();
    }
    clear.addEventListener("click", function () {
      reset();
      search.focus();
    });
    heads.forEach(function (head, column) {
      const button = element("button", { type: "button" }, head.textContent);
      head.textContent = "";
      head.append(button);
      button.addEventListener("click", function () {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        rows.map(function (row, place) { return [key(row.cells[column]), place, row]; })
          .sort(function (a, b) { return (down ? -1 : 1) * compare(a[0], b[0]) || a[1] - b[1]; })
          .forEach(function (entry) { body.append(entry[2]); });
      });
    });
    /* A link to a row that the filter hides shows it again. */
    window.addEventListener("hashchange", function () {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (target && target.hidden && body.contains(target)) {
        reset();
        target.scrollIntoView();
      }
    });
    apply();
  }
  document.querySelectorAll("table[data-filter]").forEach(prepare);
})();
