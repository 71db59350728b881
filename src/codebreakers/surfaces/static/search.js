// Finds schools in the list on this page; misspelt names fit too. The rule is the one of
// codebreakers find: every word asked for has to fit one of a school's, by its letters in threes.
"use strict";
(() => {
  const LEAST = 0.45, BEGINS = 0.9, COUNT = 20, LONGEST = 200, PAUSE = 150;
  const COMMON = new Set(["school", "the", "college", "academy", "high", "of", "and", "for", "st"]);

  const plain = (text) =>
    (text.toLowerCase().replaceAll("'", "").normalize("NFKD").replace(/[^\x00-\x7f]/g, "")
      .match(/[a-z0-9]+/g) || []).join(" ");
  const wordsOf = (text) => [...new Set(plain(text).split(" ").filter(Boolean))];
  const threesOf = (word) => {
    const padded = `  ${word} `, found = new Set();
    for (let i = 0; i + 3 <= padded.length; i++) found.add(padded.slice(i, i + 3));
    return found;
  };

  // People write a postcode with a space or without.
  const withWholePostcode = (text) => {
    const parts = plain(text).split(" ");
    const whole = parts.slice(1).map((inward, i) =>
      /^\d[a-z]{2}$/.test(inward) && /^[a-z]{1,2}\d[a-z\d]?$/.test(parts[i]) ? parts[i] + inward : "");
    return new Set([...parts, ...whole].filter(Boolean));
  };

  const schools = [], words = new Map();
  const read = () => {
    for (const item of document.querySelectorAll("main section li")) {
      const link = item.querySelector("a");
      const heading = item.closest("section").querySelector("h2");
      if (!link || !heading) continue;
      const hint = item.querySelector(".govuk-hint");
      const row = schools.push({ item, name: plain(link.textContent) }) - 1;
      const found = new Set([
        ...wordsOf(link.textContent),
        ...wordsOf(heading.textContent),
        ...withWholePostcode(hint ? hint.textContent : ""),
      ]);
      for (const word of found) {
        if (!words.has(word)) words.set(word, { threes: threesOf(word), rows: [] });
        words.get(word).rows.push(row);
      }
    }
  };

  // How alike each school's most alike word is to one asked for, 0 where none is.
  const howAlike = (asked) => {
    const best = new Float64Array(schools.length), threes = threesOf(asked);
    const spelt = asked.length < 3 || /^\d+$/.test(asked);
    for (const [word, held] of words) {
      const begins = word.startsWith(asked);
      let alike = 0;
      if (word === asked) alike = 1;
      else if (begins || !spelt) {
        let shared = 0;
        for (const three of threes) if (held.threes.has(three)) shared++;
        alike = shared / Math.sqrt(held.threes.size * threes.size);
        if (alike < LEAST) alike = 0;
        if (begins) alike = Math.max(alike, BEGINS);
      }
      if (alike > 0) for (const row of held.rows) best[row] = Math.max(best[row], alike);
    }
    return best;
  };

  const near = (text) => {
    const asked = wordsOf(text.slice(0, LONGEST)), exact = plain(text);
    if (!asked.length) return [];
    const score = new Float64Array(schools.length), fits = new Uint8Array(schools.length).fill(1);
    for (const word of asked) {
      const common = COMMON.has(word);
      howAlike(word).forEach((alike, row) => {
        score[row] += alike * (common ? 0.2 : 1);
        if (!alike && !common) fits[row] = 0;
      });
    }
    const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    return [...schools.keys()].filter((row) => fits[row] && score[row] > 0).sort((a, b) =>
      order(score[b], score[a])
      || order(schools[a].name !== exact, schools[b].name !== exact)
      || order(schools[a].name, schools[b].name)).slice(0, COUNT);
  };

  const box = document.querySelector("input[name=q]");
  if (!box) return;
  const shown = document.createElement("section");
  shown.id = "found";
  const show = () => {
    shown.replaceChildren();
    if (!box.value.trim()) return;
    const rows = near(box.value), heading = document.createElement("h2");
    heading.className = "govuk-heading-l";
    heading.textContent = rows.length
      ? `Schools that fit \u201c${box.value.trim()}\u201d`
      : "None fits. Try one word of its name, its town, or its postcode.";
    const list = document.createElement("ol");
    list.className = "govuk-list";
    list.append(...rows.map((row) => schools[row].item.cloneNode(true)));
    shown.append(heading, list);
  };
  read();
  box.form.after(shown);
  box.value = new URLSearchParams(location.search).get("q") || "";
  show();
  let waiting = 0;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
})();
