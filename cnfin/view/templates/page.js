"use strict";
// The page can be read without this: it makes tabs of the sections, puts a value's fact beside it, filters and jumps.
(function () {
  var bar = document.getElementById("tabs"), main = document.querySelector("main");
  var tabs = Array.prototype.slice.call(bar.querySelectorAll("a"));
  var sections = tabs.map(function (tab) { return document.getElementById(tab.hash.slice(1)); });

  function show(chosen) {
    sections.forEach(function (section, index) {
      var on = section === chosen;
      section.hidden = !on;
      tabs[index].setAttribute("aria-selected", String(on));
      tabs[index].tabIndex = on ? 0 : -1;
    });
  }
  function follow(event) {
    var target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch (error) { return; }
    if (!target || !main.contains(target)) return;
    var section = target.closest("main > section");
    show(section);
    if (target === section) {
      window.scrollTo(0, 0);
      if (event) tabs[sections.indexOf(section)].focus({ preventScroll: true });  // following a link took it away
      return;
    }
    for (var up = target; up !== section; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    target.scrollIntoView({ block: "center" });
    if (target.tabIndex >= 0) target.focus({ preventScroll: true });
  }
  bar.setAttribute("role", "tablist");
  tabs.forEach(function (tab, index) {
    tab.setAttribute("role", "tab");
    tab.id = "tab-" + sections[index].id;
    tab.setAttribute("aria-controls", sections[index].id);
    sections[index].setAttribute("role", "tabpanel");
    sections[index].setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      var next = tabs[(index + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });
  });
  show(sections[0]);
  window.addEventListener("hashchange", follow);
  if (location.hash) follow();

  // A value's fact stands beside the value, inside the window.
  function place(event) {
    var mark = event.target.closest && event.target.closest("mark"), tip = mark && mark.querySelector(":scope > .t");
    if (!tip || window.innerWidth <= 640) return;
    var box = mark.getBoundingClientRect(), size = tip.getBoundingClientRect();
    var below = box.bottom + 6 + size.height < window.innerHeight;
    tip.style.inset = "auto";
    tip.style.left = Math.max(8, Math.min(box.left, window.innerWidth - size.width - 8)) + "px";
    tip.style.top = (below ? box.bottom + 6 : Math.max(8, box.top - size.height - 6)) + "px";
  }
  document.addEventListener("mouseover", place);
  document.addEventListener("focusin", place);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && document.activeElement && document.activeElement.tagName === "MARK") document.activeElement.blur();
  });

  var filter = document.getElementById("filter-finding");
  if (filter) {
    filter.closest(".filters").hidden = false;
    filter.addEventListener("change", function () {
      document.querySelectorAll("ol.findings > li").forEach(function (item) {
        item.hidden = Boolean(filter.value) && item.dataset.severity !== filter.value;
      });
    });
  }

  // Jump from one value to the next whose fact (subject, code, measure, year …) holds the words.
  var box = document.getElementById("find"), next = document.getElementById("next"), told = document.getElementById("found");
  if (box) {
    var hits = [], at = -1;
    box.closest(".find").hidden = false;
    var search = function () {
      var words = box.value.trim().split(/\s+/).filter(Boolean);
      hits = words.length ? Array.prototype.filter.call(document.querySelectorAll("article mark.f"), function (mark) {
        return words.every(function (word) { return mark.textContent.indexOf(word) >= 0; });
      }) : [];
      at = -1;
      told.textContent = words.length ? "0/" + hits.length : "";
    };
    var jump = function () {
      if (!hits.length) return;
      at = (at + 1) % hits.length;
      told.textContent = (at + 1) + "/" + hits.length;
      hits[at].scrollIntoView({ block: "center" });
      hits[at].focus({ preventScroll: true });
    };
    box.addEventListener("input", search);
    box.addEventListener("keydown", function (event) { if (event.key === "Enter") { event.preventDefault(); jump(); } });
    next.addEventListener("click", jump);
  }
})();
