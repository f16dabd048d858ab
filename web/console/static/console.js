// What the console does beyond what its pages can do without scripts: keys, selection, and
// pages that keep themselves up to date.

const typing = (e) => e.target.closest("input, select, textarea, [contenteditable]") && !["checkbox", "radio"].includes(e.target.type);

const rows = () => [...document.querySelectorAll("[data-row]")];

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.classList.contains("desk-at"));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  all[at]?.classList.remove("desk-at");
  next.classList.add("desk-at");
  next.scrollIntoView({ block: "nearest" });
}

const help = () => document.getElementById("desk-help")?.showModal();

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || typing(e) || document.querySelector("dialog[open]")) return;
  const row = document.querySelector(".desk-at");
  switch (e.key) {
    case "/": document.getElementById("desk-q")?.focus(); break;
    case "j": move(1); break;
    case "k": move(-1); break;
    case "g": location.href = "/console/"; break;
    case "?": help(); break;
    case "x": row?.querySelector("[name=id]")?.click(); break;
    case "Enter":
      if (!row?.dataset.url || e.target.closest("a, button, summary")) return;
      location.href = row.dataset.url;
      break;
    default: return;
  }
  e.preventDefault();
});

document.addEventListener("click", (e) => {
  if (e.target.closest("[data-help]")) help();
});

// One tick for all rows of the page; "all that match" ticks and locks them.
document.addEventListener("change", (e) => {
  const picks = () => document.querySelectorAll(".desk-table [name=id]");
  if (e.target.matches("[data-page]")) picks().forEach((box) => { box.checked = e.target.checked; });
  if (e.target.matches("[data-all]")) {
    document.querySelectorAll("[data-page]").forEach((box) => { box.checked = e.target.checked; });
    picks().forEach((box) => { box.checked = e.target.checked; box.disabled = e.target.checked; });
  }
});

// <section id="…" data-refresh="2000"> is fetched anew until it no longer asks for it.
function keepFresh() {
  const part = document.querySelector("[data-refresh][id]");
  if (!part) return;
  setTimeout(async () => {
    try {
      const answer = await fetch(location.href, { headers: { "X-Fragment": part.id } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.getElementById(part.id);
      if (fresh) part.replaceWith(fresh);
    } catch {
      // the next try may succeed
    }
    keepFresh();
  }, Number(part.dataset.refresh) || 2000);
}
keepFresh();

// <form data-what-if="id"> says what its sliders stand at, and has the part of the page with
// that id worked out anew when one is let go.
document.addEventListener("input", (e) => {
  const slider = e.target.closest("[data-what-if] [type=range]");
  if (slider) slider.parentElement.querySelector("output").value = slider.value;
});
document.addEventListener("change", async (e) => {
  const form = e.target.closest("[data-what-if]");
  if (!form) return;
  const part = document.getElementById(form.dataset.whatIf);
  const address = form.action + "?" + new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(address, { headers: { "X-Fragment": part.id } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = answer.ok && page.getElementById(part.id);
    if (fresh) part.replaceWith(fresh);
  } catch {
    // the button works it out too
  }
});
