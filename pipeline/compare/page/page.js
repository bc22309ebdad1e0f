"use strict";
// Moves from change to change, filters, and remembers how the page is looked at. Everything can be read without it.
(() => {
  const one = (id) => document.getElementById(id);
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  document.documentElement.classList.add("script");

  const notes = all(".note");
  const listed = new Map(all("[data-change]").map((item) => [item.dataset.change, item]));
  const number = (note) => note.id.slice("change-".length);
  const counted = (count) => `${count} change${count === 1 ? "" : "s"}`;
  const byNumber = new Map(notes.map((note) => [number(note), note]));
  let visible = notes;
  let current = null;

  // How many changes there are, and how many of them are shown, is told by this alone.
  const tell = () => {
    const isAll = visible.length === notes.length;
    const shown = isAll ? `All ${counted(notes.length)} shown` : `${visible.length} of ${counted(notes.length)} shown`;
    const at = visible.indexOf(current) + 1;
    const place = isAll ? `${at} of ${visible.length}` : `${at} of ${visible.length} shown, ${notes.length} in all`;
    const said = current ? `Change ${number(current)}: ${place}` : isAll ? counted(notes.length) : shown;
    one("position").textContent = notes.length ? said : "No changes";
    if (one("shown")) one("shown").textContent = shown;
    all("#previous, #next").forEach((button) => { button.disabled = !visible.length; });
  };

  // ------------------------------------------------------------------------------------------------ moving

  const marks = (note) => all(`a.mark[href="#${note.id}"]`).map((mark) => mark.closest("td"));

  const leave = () => {
    if (!current) return;
    current.classList.remove("current");
    marks(current).forEach((cell) => cell.classList.remove("current"));
    listed.get(number(current))?.removeAttribute("aria-current");
    current = null;
  };

  const point = (note) => {
    leave();
    current = note;
    note.classList.add("current");
    marks(note).forEach((cell) => cell.classList.add("current"));
    const item = listed.get(number(note));
    item?.setAttribute("aria-current", "true");
    const rail = document.querySelector(".rail");
    if (item && rail.scrollHeight > rail.clientHeight) {
      rail.scrollTop += item.getBoundingClientRect().top - rail.getBoundingClientRect().top - rail.clientHeight / 2;
    }
    tell();
  };

  const reveal = (element) => {
    for (let up = element; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") up.open = true;
    }
  };

  // What comes near the window is laid out then, and may push a place away again: so it is looked after for some frames.
  let sought = null;
  const bring = (place, block = "center", frames = 6) => {
    sought = place;
    place.scrollIntoView({ block, inline: "nearest" });
    const settle = (left) => requestAnimationFrame(() => {
      const top = place.getBoundingClientRect().top;
      if (sought !== place || !left) return;
      if (top < 40 || top > innerHeight - 40) bring(place, block, left - 1);
      else settle(left - 1);
    });
    settle(frames);
  };

  const bringNote = (note) => {
    bring(note.closest(".notes-row")?.previousElementSibling ?? note);
    marks(note)[0]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const show = (note) => {
    reveal(note);
    point(note);
    history.replaceState(null, "", `#${note.id}`);
    bringNote(note);
    note.focus({ preventScroll: true });
  };

  // From a place on the page that no note was chosen for, the next change is the first below it.
  const step = (by) => {
    if (!visible.length) return;
    const at = visible.indexOf(current);
    if (at >= 0) return show(visible[(at + by + visible.length) % visible.length]);
    const below = visible.findIndex((note) => note.getBoundingClientRect().top > 60);
    const next = by > 0 ? (below < 0 ? 0 : below) : (below < 0 ? visible.length : below) - 1;
    show(visible[(next + visible.length) % visible.length]);
  };

  const follow = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id ? one(id) : null;
    if (!target) return;
    const note = target.closest(".note");
    if (note && note.hidden) clear();
    reveal(target);
    if (note) return show(note), note.id === id || history.replaceState(null, "", `#${id}`);
    bring(target, target.classList.contains("file") ? "start" : "center");
    target.focus({ preventScroll: true });
  };

  // ----------------------------------------------------------------------------------------------- filters

  const form = one("filters");
  const words = new Map();
  // What a place said before and what it says now, each without the other's words.
  const sides = (place) => (place ? ["ins", "del"] : []).map((gone) => {
    const copy = place.cloneNode(true);
    all(`.vh, .sign, .mark, .under, ${gone}`, copy).forEach((one) => one.remove());
    return copy.textContent;
  });
  const text = (note) => {
    if (!words.has(note)) {
      const row = note.closest(".notes-row")?.previousElementSibling;
      const grid = row ? null : note.closest(".grid");
      const marked = grid ? all("ins, del", grid).map((one) => one.textContent) : [];
      const place = row ?? (grid ? null : note.closest(".row")?.querySelector(".panes"));
      words.set(note, [...sides(note), ...sides(place), ...marked].join(" ").toLowerCase().replace(/\s+/g, " "));
    }
    return words.get(note);
  };

  const editions = new Map(all(".file").map((file) => [file.dataset.file, file.dataset.edition]));
  const wanted = () => {
    const value = (id) => one(id)?.value ?? "";
    const grave = new Set(all("[name=severity]:checked").map((box) => box.value));
    const [file, kind, cause, edition] = ["filter-file", "filter-kind", "filter-cause", "filter-edition"].map(value);
    const sought = value("filter-text").trim().toLowerCase().replace(/\s+/g, " ");
    const isOnce = edition === "once";
    const fits = (note) => grave.has(note.dataset.severity) && (!file || note.dataset.file === file)
      && (!kind || note.dataset.kind === kind) && (!cause || note.dataset.cause.split(" ").includes(cause))
      && (!edition || isOnce || editions.get(note.dataset.file) === edition) && (!sought || text(note).includes(sought));
    // What both editions say is left out the second time, if the first is shown.
    const isToldBefore = (note) => isOnce && Number(note.dataset.twin) < Number(number(note)) && fits(byNumber.get(note.dataset.twin));
    return (note) => fits(note) && !isToldBefore(note);
  };

  const hasShown = (place) => all(".note", place).some((note) => !note.hidden);

  const filter = () => {
    const fits = wanted();
    notes.forEach((note) => {
      note.hidden = !fits(note);
      const item = listed.get(number(note));
      if (item) item.hidden = note.hidden;
    });
    visible = notes.filter((note) => !note.hidden);
    const isAll = visible.length === notes.length;
    all(".story > .row, .notes-row, .file, .story, .listed").forEach((place) => {
      if (isAll) place.hidden = false;
      else if (place.matches(".listed")) place.hidden = !all("li", place).some((item) => !item.hidden);
      else if (place.matches(".stub")) place.hidden = one(place.id.replace("-from", ""))?.hidden ?? false;
      else place.hidden = !hasShown(place) && !place.matches(".notes-row:has(> td > .move)");
    });
    if (!isAll) neighbours();
    one("none").hidden = !notes.length || visible.length > 0;
    if (current && current.hidden) leave();
    recount(isAll);
    tell();
  };

  // Each count on the page: of how many there are, how many are shown.
  const recount = (isAll) => {
    const found = new Map();
    visible.forEach(({ dataset: { file, severity } }) => [severity, `${severity} ${file}`].forEach((key) => found.set(key, (found.get(key) ?? 0) + 1)));
    all("[data-of]").forEach(({ dataset }, at, every) => {
      const key = dataset.in ? `${dataset.severity} ${dataset.in}` : dataset.severity;
      every[at].textContent = isAll ? dataset.of : `${found.get(key) ?? 0} of ${dataset.of}`;
    });
  };

  // What did not change is shown only beside a change that is.
  const neighbours = () => {
    all(".story").filter((story) => !story.hidden).forEach((story) => {
      const items = all(":scope > .row, :scope > .fold", story);
      const shown = items.map((item) => !item.hidden && item.matches(".has-notes, .stub, .grid") && !item.matches(".same"));
      items.forEach((item, at) => {
        if (item.matches(".fold")) item.hidden = true;
        else if (item.matches(".same")) item.hidden = !shown[at - 1] && !shown[at + 1];
      });
    });
  };

  const again = () => {
    all(".fold").forEach((fold) => { fold.hidden = false; });
    filter();
  };
  const clear = () => {
    form.reset();
    again();
  };
  const first = () => {
    clearTimeout(waiting);
    again();
    if (visible.length) return show(visible[0]);
    bring(one("none"));
    one("none").focus({ preventScroll: true });
  };
  const pick = (id, value) => {
    form.reset();
    one(id).value = value;
    reveal(one(id));
    first();
  };
  let waiting = 0;
  form?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(again, 80);
  });
  form?.addEventListener("reset", () => setTimeout(again));
  form?.addEventListener("submit", (event) => event.preventDefault());
  form?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.matches("button")) return;
    event.preventDefault();
    first();
  });
  one("clear")?.addEventListener("click", () => { clear(); one("content").focus({ preventScroll: true }); });
  one("once")?.addEventListener("click", () => pick("filter-edition", "once"));

  // -------------------------------------------------------------------------------------- keys and buttons

  const help = one("help");
  const openHelp = () => { if (!help.open) help.showModal(); };
  const keys = {
    n: () => step(1), j: () => step(1), p: () => step(-1), k: () => step(-1),
    "/": () => { if (!form) return; reveal(one("filter-text")); one("filter-text").focus(); one("filter-text").select(); },
    "?": openHelp,
    s: () => { const side = one("view-side"); (side.checked ? one("view-inline") : side).click(); },
  };
  const isTyping = (element) => element.matches("select, textarea, input:not([type=radio], [type=checkbox])");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !help.open) {
      if (visible.length !== notes.length) clear();
      if (isTyping(event.target)) event.target.blur();
    } else if (keys[event.key] && one("keys-on").checked && !help.open && !isTyping(event.target)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  one("next")?.addEventListener("click", () => step(1));
  one("previous")?.addEventListener("click", () => step(-1));
  one("help-open").addEventListener("click", openHelp);
  one("help-close").addEventListener("click", () => help.close());
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link?.dataset.pick) {
      event.preventDefault();
      pick("filter-cause", link.dataset.pick);
    } else if (link && link.hash === location.hash) follow();
  });
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => all(".about, .reading").forEach((part) => { part.open = true; }));

  // ------------------------------------------------------------------------------------------ what is kept

  const kept = ["view-inline", "view-side", "theme-auto", "theme-light", "theme-dark", "keys-on"];
  const store = (act) => { try { return act(localStorage); } catch { return null; } };
  kept.forEach((id) => {
    const box = one(id);
    const said = store((held) => held.getItem(`packs-${id}`));
    if (said !== null) box.checked = said === "yes";
    box.addEventListener("change", () => kept.forEach((other) => store((held) => held.setItem(`packs-${other}`, one(other).checked ? "yes" : "no"))));
  });

  all("[name=view]").forEach((box) => box.addEventListener("change", () => { if (current && !current.hidden) bringNote(current); }));
  if (matchMedia("(max-width: 63.9rem)").matches) all(".rail > details").forEach((part) => { part.open = false; });
  if (form) filter();
  else tell();
  if (location.hash) follow();
})();
