"use strict";
// The list can be read without this: it sorts, filters and pages the whole list, which the first page holds as data.
(function () {
  var held = document.getElementById("data");
  if (!held) return;
  var rows = JSON.parse(held.textContent), SIZE = 100, at = 0, order = 0, down = false, chosen = rows;
  // Of a row: page, doc, unit, province, year, kind, spending, sangong, findings, errors, facts. Columns as drawn:
  var columns = [2, 3, 4, 5, 6, 7, 8, 10, 1], figures = [4, 5, 6, 7];
  var table = document.getElementById("index"), body = table.tBodies[0], nav = document.getElementById("pages");
  var form = document.getElementById("filters"), shown = document.getElementById("shown");
  var words = document.getElementById("words"), only = document.getElementById("by-findings");
  var facets = { 3: document.getElementById("by-province"), 4: document.getElementById("by-year"), 5: document.getElementById("by-kind") };
  var money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 6 });
  var collator = new Intl.Collator("zh");

  function text(row, column) {
    var value = row[columns[column]];
    if (value === null || value === undefined) return column === 0 ? row[1] : "";
    if (column === 4 || column === 5) return money.format(value);
    return column === 7 ? value.toLocaleString("en") : String(value);
  }
  function compare(one, two) {
    var a = one[columns[order]], b = two[columns[order]];
    if (a === null || b === null) return (a === null) - (b === null);
    var result = typeof a === "number" ? a - b : collator.compare(a, b);
    return down ? -result : result;
  }
  function choose() {
    var parts = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    chosen = rows.filter(function (row) {
      if (only.checked && !row[8]) return false;
      for (var field in facets) if (facets[field].value && String(row[field]) !== facets[field].value) return false;
      var name = ((row[2] || "") + " " + row[1]).toLowerCase();
      return parts.every(function (part) { return name.indexOf(part) >= 0; });
    });
    chosen.sort(compare);
    at = 0;
    draw();
  }
  function draw() {
    body.textContent = "";
    chosen.slice(at * SIZE, (at + 1) * SIZE).forEach(function (row) {
      var line = body.insertRow();
      columns.forEach(function (_, column) {
        var cell = column ? line.insertCell() : line.appendChild(document.createElement("th"));
        if (!column) {
          cell.scope = "row";
          var link = cell.appendChild(document.createElement("a"));
          link.href = row[0];
          link.textContent = text(row, column);
        } else cell.textContent = text(row, column);
        if (column >= 4 && column <= 7) cell.className = "n";
      });
    });
    shown.textContent = chosen.length + " / " + rows.length;
    var last = Math.max(0, Math.ceil(chosen.length / SIZE) - 1);
    nav.textContent = "";
    if (last) [["«", 0], ["‹", at - 1], [at + 1 + " / " + (last + 1), null], ["›", at + 1], ["»", last]].forEach(function (step) {
      var item = nav.appendChild(document.createElement(step[1] === null ? "span" : "button"));
      item.textContent = step[0];
      if (step[1] === null) return;
      item.disabled = step[1] < 0 || step[1] > last || step[1] === at;
      item.addEventListener("click", function () { at = step[1]; draw(); });
    });
  }
  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      down = order === column ? !down : column >= 4 && column <= 7;
      order = column;
      Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other, place) {
        if (place === column) other.setAttribute("aria-sort", down ? "descending" : "ascending");
        else other.removeAttribute("aria-sort");
      });
      choose();
    });
  });
  form.hidden = false;
  form.addEventListener("input", choose);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  draw();
})();
