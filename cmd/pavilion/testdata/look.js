// Looks at a page as a careful reader would and returns what is wrong with it, as a list of
// sentences; fits.js looks at what depends on the width.
(async () => {
  const faults = [];
  const show = (el) => el.outerHTML.replace(/\s+/g, " ").slice(0, 160);
  const seen = (el) => el.getClientRects().length > 0 && getComputedStyle(el).visibility !== "hidden";

  // Pictures: every one arrives, also those below the fold.
  await Promise.all([...document.images].map(async (img) => {
    if (!img.hasAttribute("alt")) faults.push(`picture without alt: ${show(img)}`);
    img.loading = "eager";
    try {
      await img.decode();
    } catch {
      faults.push(`picture does not load: ${show(img)}`);
      return;
    }
    if (img.naturalWidth === 0) faults.push(`picture is empty: ${show(img)}`);
  }));

  // Words: nothing shows the name of a message.
  const key = document.body.innerText.match(/\b(shop|ui|console|reason|category|country|value)\.[a-z_]+(\.[a-z_]+)*\b/);
  if (key && !location.pathname.includes("/api/")) faults.push(`message without words: ${key[0]}`);
  if (!document.documentElement.lang) faults.push("html without lang");
  if (!document.title.trim()) faults.push("page without a title");

  // Headings: one first, and no step left out.
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(seen);
  const ones = headings.filter((h) => h.tagName === "H1");
  if (ones.length !== 1) faults.push(`${ones.length} headings h1, want 1`);
  let level = 0;
  for (const h of headings) {
    const n = Number(h.tagName[1]);
    if (n > level + 1) faults.push(`heading skips from h${level} to: ${show(h)}`);
    level = n;
    if (!h.textContent.trim()) faults.push(`heading without words: ${show(h)}`);
  }

  // Names: whatever can be used says what it is.
  const referred = (el, name) => (el.getAttribute(name) ?? "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id));
  const named = (el) =>
    (el.getAttribute("aria-label") ?? "").trim() || referred(el, "aria-labelledby").some((l) => l?.textContent.trim()) ||
    [...(el.labels ?? [])].some((l) => l.textContent.trim());
  for (const el of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!named(el)) faults.push(`field without a label: ${show(el)}`);
  }
  for (const el of document.querySelectorAll("a[href], button, summary, [role=button]")) {
    const pictured = [...el.querySelectorAll("img[alt], svg[aria-label]")].some((i) => (i.alt ?? i.getAttribute("aria-label")).trim());
    if (!named(el) && !el.textContent.trim() && !pictured) faults.push(`without a name: ${show(el)}`);
  }
  for (const name of ["aria-labelledby", "aria-describedby"]) {
    for (const el of document.querySelectorAll(`[${name}]`)) {
      if (referred(el, name).includes(null)) faults.push(`${name} leads nowhere: ${show(el)}`);
    }
  }

  // Structure.
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) faults.push(`id twice: ${id}`);
  for (const el of document.querySelectorAll("[tabindex]")) {
    if (el.tabIndex > 0) faults.push(`order of tabs is forced: ${show(el)}`);
  }
  if (document.querySelectorAll("main").length !== 1) faults.push("want one main");
  for (const el of document.querySelectorAll("[style], [onclick], [onload], [onerror]")) faults.push(`inline style or handler: ${show(el)}`);
  return faults;
})();
